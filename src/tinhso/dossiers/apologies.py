"""The paper of an extension: form 04, "Phiếu xin lỗi và hẹn lại ngày trả kết quả" of Circular 01/2018/TT-VPCP; from
15/09/2025 "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết" of Circular 03/2025/TT-VPCP.

A dossier follows the law of the day on which it was received. Neither form's exact wording was obtained; the paper says
so.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string

from tinhso.dossiers import flow
from tinhso.dossiers.events import ApologyIssued
from tinhso.dossiers.models import Dossier, Extension, with_procedure
from tinhso.dossiers.receipts import LARGEST, PDF, TRACK_PATH
from tinhso.kernel import clock, files
from tinhso.kernel.events import emit
from tinhso.kernel.pdf.qr import qr_data
from tinhso.kernel.pdf.render import render
from tinhso.kernel.policy import SYSTEM
from tinhso.places import queries as places
from tinhso.places.models import Agency


@dataclass(frozen=True)
class Form:
    """A printed form: its title, and the circular that has it from that day on."""

    since: date
    title: str
    circular: str

    @property
    def standing(self) -> str:
        return f"Mẫu của hệ thống theo mẫu số 04 của {self.circular}, chưa đối chiếu lời văn của mẫu ban hành."


FORMS = (
    Form(
        date(2025, 9, 15),
        "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
        "Thông tư 03/2025/TT-VPCP",
    ),
    Form(date.min, "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "Thông tư 01/2018/TT-VPCP"),
)


def form_on(day: date) -> Form:
    """The form of the day on which the dossier was received."""
    return next(form for form in FORMS if form.since <= day)


def make_for(dossier_id: UUID) -> None:
    """Print the apology of that dossier and keep it, once. Inside a transaction; slow (a page is drawn): for
    reactions and jobs."""
    dossier = with_procedure(Dossier.objects.select_for_update(of=("self",))).get(id=dossier_id)
    extension = Extension.objects.get(dossier=dossier)
    if extension.file_id is not None:
        return
    extension.values = printed_values(dossier, extension)
    name = f"xin-loi-hen-lai-{dossier.code}.pdf"
    stored = files.store(SYSTEM, name=name, content=document(extension.values), allowed=PDF, limit=LARGEST)
    extension.file = stored
    extension.save(update_fields=["values", "file"])
    emit(
        SYSTEM,
        ApologyIssued(dossier=dossier.id, version=dossier.version, extension=extension.id, digest=stored.sha256),
        subject=flow.subject(dossier),
    )


def printed_values(dossier: Dossier, extension: Extension) -> dict[str, Any]:
    """Everything that stands on the paper but the tracking code."""
    return values_of(dossier, extension, places.agency(dossier.agency_id))


def values_of(dossier: Dossier, extension: Extension, agency: Agency) -> dict[str, Any]:
    """The same from what is known already; asks nothing."""
    received = dossier.received_at or dossier.submitted_at
    form, day = form_on(clock.local(received).date()), clock.local(extension.decided_at)
    return {
        "title": form.title,
        "code": dossier.code,
        "agency": agency.name,
        "agency_parent": agency.parent.name if agency.parent is not None else "",
        "place": agency.unit.name,
        "day_words": f"ngày {day:%d} tháng {day:%m} năm {day:%Y}",
        "applicant": dossier.applicant_name,
        "subject": dossier.subject_name,
        "procedure": dossier.procedure_version.name,
        "procedure_code": dossier.procedure_version.code,
        "received_at": _hour_and_day(received),
        "due_before": _hour_and_day(extension.due_before),
        "reason": extension.reason,
        "until": _hour_and_day(extension.until),
        "decided_by": extension.decided_by_name,
        "note": form.standing,
    }


def _hour_and_day(instant: datetime) -> str:
    return f"{clock.local(instant):%H:%M}, ngày {clock.local(instant):%d/%m/%Y}"


def document(values: dict[str, Any]) -> bytes:
    """The paper as PDF/A. Slow."""
    address = f"{settings.SITE_URL.rstrip('/')}{TRACK_PATH}"
    context = {
        "printed": values,
        "tracking": {"address": address, "qr": qr_data(f"{address}?ma={values['code']}")},
        "sample": settings.HERE.sample,
    }
    return render(render_to_string("print/dossiers/apology.html", context), title=f"{values['title']} {values['code']}")
