"""What the kernel itself holds about a person: messages, readings of their data, their own acts, files they sent."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import (
    AuditRecord,
    ChannelChoice,
    Disclosure,
    FileState,
    Notification,
    NotificationSending,
    StoredFile,
)
from tinhso.kernel.personal import (
    PAGE,
    DataSubject,
    Provider,
    Section,
    Words,
    not_of_a_person,
    providers,
    section,
    table,
)

WHEN = _("Lúc")


def _kept_for(
    subject: DataSubject,
    name: str,
    title: Words,
    rows: "QuerySet[Any]",
    account: str,
    columns: dict[str, Words],
    of: str,
) -> Section:
    """A section of what accounts keep. Of an account that acts for an agency the column ``of`` is not told: the words
    in it come from work and may be about somebody else."""
    own = rows.filter(**{f"{account}__in": set(subject.accounts) - set(subject.on_duty)})
    at_work = rows.filter(**{f"{account}__in": subject.on_duty})

    def told() -> Iterator[dict[str, Any]]:
        bare = [key for key in columns if key != of]
        return chain(own.values(*columns).iterator(chunk_size=PAGE), at_work.values(*bare).iterator(chunk_size=PAGE))

    return section(name, title, columns, told)


def _tell(subject: DataSubject) -> list[Section]:
    accounts = subject.accounts
    return [
        _kept_for(
            subject,
            "kernel.Notification",
            _("Thông báo đã gửi cho bạn"),
            Notification.objects.order_by("id"),
            "account",
            {"created_at": WHEN, "kind": _("Loại"), "context": _("Nội dung"), "read_at": _("Đã đọc lúc")},
            "context",
        ),
        table(
            "kernel.NotificationSending",
            _("Thư và tin nhắn đã gửi"),
            NotificationSending.objects.filter(notification__account__in=accounts).order_by("id"),
            {"created_at": WHEN, "channel": _("Kênh"), "state": _("Tình trạng"), "sent_at": _("Gửi lúc")},
        ),
        table(
            "kernel.ChannelChoice",
            _("Kênh bạn chọn nhận tin"),
            ChannelChoice.objects.filter(account__in=accounts).order_by("id"),
            {"topic": _("Loại tin"), "channel": _("Kênh"), "wanted": _("Có nhận")},
        ),
        _kept_for(
            subject,
            "kernel.StoredFile",
            _("Tệp bạn đã tải lên"),
            StoredFile.objects.exclude(state=FileState.ERASED).order_by("id"),
            "stored_by",
            {
                "created_at": WHEN,
                "name": _("Tên tệp"),
                "media_type": _("Loại"),
                "size": _("Số byte"),
                "sha256": "SHA-256",
            },
            "name",
        ),
        table(
            "kernel.Disclosure",
            _("Ai đã xem dữ liệu của bạn"),
            Disclosure.objects.filter(person__in=(subject.person, *accounts)).order_by("id"),
            {
                "created_at": WHEN,
                "actor_name": _("Người xem"),
                "record": _("Hồ sơ"),
                "fields": _("Các mục"),
                "purpose": _("Mục đích"),
            },
        ),
        table(
            "kernel.AuditRecord",
            _("Việc bạn đã làm trên hệ thống"),
            AuditRecord.objects.filter(actor_account__in=accounts).order_by("id"),
            {"created_at": WHEN, "act": _("Việc"), "subject": _("Đối tượng")},
            own=True,
        ),
    ]


providers.register(
    "kernel",
    Provider(
        models=(
            *("kernel.Notification", "kernel.NotificationSending", "kernel.ChannelChoice", "kernel.StoredFile"),
            *("kernel.Disclosure", "kernel.AuditRecord", "kernel.EventRecord"),
        ),
        tell=_tell,
    ),
)
not_of_a_person("kernel.Blob", "khóa mã hóa của tệp, không cho biết điều gì về ai")
not_of_a_person("kernel.KeptAnswer", "bản sao câu trả lời trong 24 giờ; dữ liệu gốc nằm ở nơi khác và được kể ở đó")
