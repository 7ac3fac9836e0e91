"""What the vault holds about a person: documents, and their own requests."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.personal import DataSubject, Erasable, Provider, Section, providers, table, with_names
from tinhso.places import queries as places
from tinhso.vault.models import DataRequest, Holding


def _tell(subject: DataSubject) -> list[Section]:
    return [
        with_names(
            table(
                "vault.Holding",
                _("Giấy tờ trong kho của bạn"),
                Holding.objects.filter(person=subject.person).order_by("id"),
                {
                    "title": _("Tên"),
                    "number": _("Số"),
                    "issuer_id": _("Nơi cấp"),
                    "issued_at": _("Cấp lúc"),
                    "state": _("Tình trạng"),
                    "ended_at": _("Hết hiệu lực lúc"),
                    "file__sha256": "SHA-256",
                },
            ),
            "issuer_id",
            places.names,
        ),
        table(
            "vault.DataRequest",
            _("Yêu cầu của bạn về dữ liệu cá nhân"),
            DataRequest.objects.filter(person=subject.person).order_by("id"),
            {
                "created_at": _("Lúc"),
                "kind": _("Loại"),
                "state": _("Tình trạng"),
                "asked_by_name": _("Người ghi"),
                "reason": _("Lý do"),
                "decided_by_name": _("Người duyệt"),
                "answer": _("Trả lời"),
                "finished_at": _("Xong lúc"),
            },
        ),
    ]


def _erasable(subject: DataSubject) -> list[Erasable]:
    exports = list(
        DataRequest.objects.filter(person=subject.person, data_file__isnull=False).values_list("id", flat=True)
    )
    held = Holding.objects.filter(person=subject.person).count()
    return [
        Erasable(
            "vault.exports",
            gettext("Bản xuất dữ liệu đã làm cho bạn"),
            len(exports),
            lambda actor: let_go(exports),
        ),
        Erasable("vault.holdings", gettext("Giấy tờ đã cấp trong kho của bạn"), held),
    ]


def let_go(requests: list[UUID]) -> Iterable[UUID]:
    """The files of finished exports, now of nobody."""
    rows = list(DataRequest.objects.select_for_update().filter(id__in=requests))
    files = [file for row in rows for file in (row.data_file_id, row.paper_id) if file is not None]
    DataRequest.objects.filter(id__in=requests).update(data_file=None, paper=None)
    return files


providers.register(
    "vault",
    Provider(
        models=("vault.Holding", "vault.DataRequest"),
        tell=_tell,
        erases=("vault.exports",),
        keeps=("vault.holdings",),
        erasable=_erasable,
    ),
)
