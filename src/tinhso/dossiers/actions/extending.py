"""One extension: an apology with the reason and a new date, once (Decree 61/2018/NĐ-CP, art. 19.9)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import clocks, flow
from tinhso.dossiers.events import Extended
from tinhso.dossiers.models import Dossier, Extension
from tinhso.dossiers.pack import Made
from tinhso.dossiers.paperwork import issue
from tinhso.dossiers.policies import DESK, EXTEND
from tinhso.dossiers.reckoning import What
from tinhso.dossiers.taking import taken
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.kernel.policy import Actor


def extend(actor: Actor, dossier_id: UUID, *, until: date | None, reason: str, version: int) -> Extension:
    """Apologise and promise the end of the working day ``until``; the applicant is told and gets form 04.

    At the latest one day before the time ends when the term is longer than one working day; for shorter ones as soon
    as it is sure to be late. Raises Invalid, Conflict (a second one, too late, the time stands), Denied.
    """
    with taken(actor, dossier_id, version, DESK, _("xin lỗi và hẹn lại ngày trả")) as dossier:
        EXTEND.require(actor, dossier)
        due = _still_allowed(dossier)
        if not sentence(reason):
            raise Invalid(fields={"reason": _("Ghi lý do chậm trả để người nộp đọc.")})
        now = clock.now()
        promised = dossier.calendar.end_of(_new_day(dossier, due, until))
        extension = Extension.objects.create(
            dossier=dossier,
            until=promised,
            due_before=due,
            reason=sentence(reason),
            decided_by_name=actor.name,
            decided_at=now,
        )
        clocks.note(dossier, What.EXTENDED, now, until=promised)
        flow.tell(dossier, Extended(dossier.id, dossier.version, extension.id, now, promised))
        issue(actor, dossier, Made.EXTENDED, f"extension:{extension.id}", extension)
    return extension


def _still_allowed(dossier: Dossier) -> datetime:
    refused, due = clocks.why_not_extend(dossier), clocks.due_at(dossier)
    if refused is not None or due is None:
        raise Conflict(refused)
    return due


def _new_day(dossier: Dossier, due: datetime, until: date | None) -> date:
    if until is None:
        raise Invalid(fields={"until": _("Chọn ngày hẹn trả mới.")})
    after = max(clock.local(due).date(), clock.today() - timedelta(days=1))
    if until <= after:
        raise Invalid(fields={"until": _("Ngày hẹn mới phải sau ngày hẹn cũ và từ hôm nay trở đi.")})
    if until > after + timedelta(days=366):
        raise Invalid(fields={"until": _("Ngày hẹn mới xa hơn một năm. Xem lại năm đã chọn.")})
    if not dossier.calendar.is_working_day(until):
        raise Invalid(fields={"until": _("Ngày này cơ quan nghỉ. Chọn một ngày làm việc.")})
    return until
