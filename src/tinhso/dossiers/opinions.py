"""The time of an agency that is asked for its opinion, and who hears of it (Decree 61/2018/NĐ-CP, art. 19.5 to 19.7).

The share is counted in the working time of whoever is asked, from the question on; it lies within the time of the
whole, which runs on meanwhile. The law stops no clock for it.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.clocks import Due, DueState
from tinhso.dossiers.models import Dossier, Opinion, Phase, ShareUnit
from tinhso.dossiers.policies import OPINION_ROLES
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.notify import notify
from tinhso.people import queries as people
from tinhso.places import queries as places


def due_from(asked_at: datetime, amount: int, unit: str, calendar: Calendar) -> datetime:
    """The end of a share that began with the question."""
    if unit == ShareUnit.HOURS:
        return calendar.add_working_hours(asked_at, amount)
    return calendar.add_working_days(asked_at, amount)


def calendar_of(opinion: Opinion) -> Calendar:
    """Of whoever is asked; somebody outside is taken to work as the agency that asks."""
    return places.calendar_for(opinion.agency_id or opinion.dossier.agency_id)


def due_of(opinion: Opinion, calendar: Calendar | None = None) -> datetime:
    """When the answer is due."""
    return due_from(opinion.asked_at, opinion.amount, opinion.unit, calendar or calendar_of(opinion))


def waits(opinion: Opinion) -> bool:
    """Whether an answer is still of use: not given, not taken back, and the dossier has neither result nor end."""
    dossier = opinion.dossier
    open_ = dossier.finished_at is None and not dossier.closed
    return opinion.answered_at is None and opinion.taken_back_at is None and open_


def why_not_ask(dossier: Dossier) -> str | None:
    """Why nobody can be asked about it now; None: somebody can."""
    if dossier.received_at is None:
        return _("Hồ sơ chưa được tiếp nhận. Tiếp nhận trước khi lấy ý kiến.")
    if dossier.closed or dossier.phase == Phase.SIGNED or dossier.finished_at is not None:
        return _("Hồ sơ đã có kết quả hoặc đã kết thúc, không cần ý kiến nữa.")
    cause = clocks.stands_for(dossier)
    if cause is not None:
        return _("Thời gian giải quyết đang dừng (%(why)s), chưa lấy ý kiến được.") % {"why": clocks.WHY[cause]}
    return None


def standing(opinion: Opinion, calendar: Calendar | None = None) -> Due:
    """How an opinion stands against its share: a chip as of a dossier."""
    calendar = calendar or calendar_of(opinion)
    due = due_of(opinion, calendar)
    if opinion.answered_at is not None:
        late = opinion.answered_at > due
        return Due(DueState.INFO, due, _("Đã trả lời, quá hạn") if late else _("Đã trả lời, đúng hạn"))
    if not waits(opinion):
        return Due(DueState.INFO, due, _("Không cần nữa"))
    return clocks.running(due, calendar, clock.now())


def named(opinion: Opinion) -> str:
    """Who is asked."""
    if opinion.agency_id is None:
        return opinion.party
    return places.names([opinion.agency_id]).get(opinion.agency_id, "")


def answerers(opinion: Opinion) -> set[UUID]:
    """The accounts that may answer for the agency that is asked, never the applicant."""
    if opinion.agency_id is None:
        return set()
    found = {one.account for role in OPINION_ROLES for one in people.officials_at(opinion.agency_id, role)}
    return {account for account in found if account != opinion.dossier.applicant_account_id}


def tell_asked(opinion_id: UUID) -> None:
    opinion = _told_of(opinion_id)
    if waits(opinion):
        tell(answerers(opinion), "dossiers.opinion_asked", opinion)


def tell_given(opinion_id: UUID, *, by: UUID | None) -> None:
    opinion = _told_of(opinion_id)
    if opinion.asked_by_id != by:
        tell({opinion.asked_by_id}, "dossiers.opinion_given", opinion)


def tell_taken_back(opinion_id: UUID) -> None:
    opinion = _told_of(opinion_id)
    tell(answerers(opinion), "dossiers.opinion_taken_back", opinion)


def tell(accounts: set[UUID], kind: str, opinion: Opinion) -> None:
    """Codes and times only: neither the question nor the answer."""
    due = clock.local(due_of(opinion))
    context = {
        "code": opinion.dossier.code,
        "dossier": str(opinion.dossier_id),
        "opinion": str(opinion.id),
        "due": f"{due:%H:%M, %d/%m/%Y}",
    }
    told = accounts - {opinion.dossier.applicant_account_id}
    notify(told, kind, context, subject=f"dossier:{opinion.dossier_id}")


def _told_of(opinion_id: UUID) -> Opinion:
    rows = Opinion.objects.select_related("dossier").defer("dossier__data", "dossier__sources")
    return rows.get(id=opinion_id)


def of_dossier(dossier: Dossier) -> list[Opinion]:
    """What was asked about a dossier, in order; each knows the dossier."""
    found = list(Opinion.objects.filter(dossier=dossier).order_by("number"))
    for opinion in found:
        opinion.dossier = dossier
    return found
