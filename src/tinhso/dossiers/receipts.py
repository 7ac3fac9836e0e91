"""The paper receipt: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", form 01 of Circular 01/2018/TT-VPCP.

A procedure settled on the same day has none unless somebody asks (Decree 61/2018/NĐ-CP, art. 17.4): the applicant in
the form (the field `WANTED`), or at the counter. It carries the dossier's code as its number and the appointment as
it was at receipt. The exact wording of the form was not obtained; the paper says so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string

from tinhso.dossiers import clocks, flow
from tinhso.dossiers.events import ReceiptIssued
from tinhso.dossiers.models import Attachment, Channel, Dossier, Receipt, with_procedure
from tinhso.kernel import clock, files
from tinhso.kernel.events import emit
from tinhso.kernel.pdf.qr import qr_data
from tinhso.kernel.pdf.render import render
from tinhso.kernel.policy import SYSTEM
from tinhso.places import queries as places
from tinhso.places.models import Agency
from tinhso.procedures.spec import ProcedureSpec

#: A field of this name, in any topic of the pack's form, asks for the receipt.
WANTED = "receipt_wanted"

#: How the form stands to the law; printed on it.
STANDING = "Mẫu của hệ thống theo mẫu số 01 của Thông tư 01/2018/TT-VPCP, chưa đối chiếu lời văn của mẫu ban hành."

#: Where anybody follows a dossier by its code.
TRACK_PATH = "/tra-cuu"

#: Where the term depends on the case or nobody has verified it: nothing is promised.
NO_TERM = "tùy hồ sơ, chưa có thời hạn đã xác minh; nơi nhận báo khi có kết quả"

TITLE = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
PDF = frozenset({"application/pdf"})
LARGEST = 5 * 1024 * 1024


def owed(spec: ProcedureSpec, data: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the applicant gets the receipt without anybody's further word."""
    return spec.deadline.kind != "same_day" or any(topic.get(WANTED) is True for topic in data.values())


def make_for(dossier_id: UUID, *, only_owed: bool = False) -> None:
    """Make the receipt of that dossier, under its lock. Inside a transaction; see `make`."""
    dossier = with_procedure(Dossier.objects.select_for_update(of=("self",))).get(id=dossier_id)
    if not only_owed or owed(flow.spec_of(dossier), dossier.data):
        make(dossier)


def make(dossier: Dossier) -> Receipt:
    """Print the receipt of a received dossier and keep it; the one that is there when it was made before.

    Inside a transaction, with the dossier locked. Slow (a page is drawn): for reactions and jobs.
    """
    known = Receipt.objects.filter(dossier=dossier).first()
    if known is not None:
        return known
    values = printed_values(dossier)
    name = f"giay-tiep-nhan-{dossier.code}.pdf"
    stored = files.store(SYSTEM, name=name, content=document(values), allowed=PDF, limit=LARGEST)
    receipt = Receipt.objects.create(dossier=dossier, values=values, file=stored)
    emit(
        SYSTEM,
        ReceiptIssued(dossier=dossier.id, version=dossier.version, receipt=receipt.id, digest=stored.sha256),
        subject=flow.subject(dossier),
    )
    return receipt


def printed_values(dossier: Dossier) -> dict[str, Any]:
    """Everything that stands on the paper but the tracking code."""
    given = Attachment.objects.filter(dossier=dossier, supplement=None, removed_at=None)
    return values_of(dossier, places.agency(dossier.agency_id), given.values_list("component", flat=True))


def values_of(dossier: Dossier, agency: Agency, given: Iterable[str]) -> dict[str, Any]:
    """The same from what is known already, ``given`` the components of the papers; asks nothing."""
    received = dossier.received_at or clock.now()
    due = clocks.promised(dossier) if dossier.deadline.verified else None
    day = clock.local(received)
    return {
        "code": dossier.code,
        "agency": agency.name,
        "agency_parent": agency.parent.name if agency.parent is not None else "",
        "place": agency.unit.name,
        "day_words": f"ngày {day:%d} tháng {day:%m} năm {day:%Y}",
        "applicant": dossier.applicant_name,
        "subject": dossier.subject_name,
        "procedure": dossier.procedure_version.name,
        "procedure_code": dossier.procedure_version.code,
        "channel": str(Channel(dossier.channel).label),
        "received_at": f"{day:%H:%M}, ngày {day:%d/%m/%Y}",
        "due_at": f"trước {clock.local(due):%H:%M}, ngày {clock.local(due):%d/%m/%Y}" if due else NO_TERM,
        "receiver": next((s.ended_by_name for s in dossier.sheet if s.outcome == "accept"), ""),
        "papers": _papers(dossier, given),
        "note": STANDING,
    }


def document(values: dict[str, Any]) -> bytes:
    """The paper as PDF/A. Slow."""
    address = f"{settings.SITE_URL.rstrip('/')}{TRACK_PATH}"
    context = {
        "printed": values,
        "tracking": {"address": address, "qr": qr_data(f"{address}?ma={values['code']}")},
        "sample": settings.HERE.sample,
    }
    return render(render_to_string("print/dossiers/receipt.html", context), title=f"{TITLE} {values['code']}")


def _papers(dossier: Dossier, given: Iterable[str]) -> list[dict[str, Any]]:
    """What was received, by the names that the procedure gives; papers added later are not on it."""
    names = {c.code: c.name for c in dossier.procedure_version.spec.components}
    return [{"name": names[code], "files": count} for code, count in Counter(given).items() if code in names]
