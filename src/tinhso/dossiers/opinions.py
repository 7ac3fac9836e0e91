"""Agencies that are asked for their opinion: how each stands, who hears (Decree 61/2018/NĐ-CP, art. 19.5 to 19.7).

The share is counted in the working time of whoever is asked, from the question on; it lies within the time of the
whole, which runs on meanwhile. The law stops no clock for it.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks, talking
from tinhso.dossiers.clocks import Due, DueState
from tinhso.dossiers.models import Dossier, Opinion, Phase
from tinhso.dossiers.policies import OPINION_ROLES
from tinhso.kernel import clock
from tinhso.kernel.notify import notify
from tinhso.people import queries as people
from tinhso.places import queries as places

#: Questions about one dossier.
MOST = 20


def why_not_ask(dossier: Dossier, *, asked: int, signing: bool) -> str | None:
    """Why nobody can be asked about it now, after ``asked`` questions; None: somebody can. ``signing``: a result of it
    is being signed."""
    if dossier.received_at is None:
        return _("Hồ sơ chưa được tiếp nhận. Tiếp nhận trước khi lấy ý kiến.")
    if dossier.closed or dossier.phase == Phase.SIGNED or dossier.finished_at is not None or signing:
        return _("Hồ sơ đã có kết quả, đang ký hoặc đã kết thúc, không cần ý kiến nữa.")
    cause = clocks.stands_for(dossier)
    if cause is not None:
        return _("Thời gian giải quyết đang dừng (%(why)s), chưa lấy ý kiến được.") % {"why": clocks.WHY[cause]}
    if asked >= MOST:
        return _("Đã hỏi %(n)d lần về hồ sơ này, không hỏi thêm được.") % {"n": MOST}
    return None


def standing(opinion: Opinion) -> Due:
    """How an opinion stands against its share: a chip as of a dossier."""
    if opinion.answered_at is not None:
        words = _("Đã trả lời, quá hạn") if opinion.late else _("Đã trả lời, đúng hạn")
        return Due(DueState.INFO, opinion.due, words)
    if not opinion.waits:
        return Due(DueState.INFO, opinion.due, _("Không cần nữa"))
    return clocks.running(opinion.due, opinion.calendar, clock.now())


def of_dossier(dossier: Dossier) -> list[Opinion]:
    """What was asked about a dossier, in order. Two queries at most."""
    rows = list(Opinion.objects.select_related("agency").filter(dossier=dossier).order_by("number"))
    for opinion in rows:
        opinion.dossier = dossier
    return prepared(rows)


def prepared(rows: Iterable[Opinion]) -> list[Opinion]:
    """The rows, read with their dossiers, with the calendar that each is reckoned by: one query for all."""
    found = list(rows)
    calendars = places.calendars_for({row.agency_id or row.dossier.agency_id for row in found}) if found else {}
    for row in found:
        row.calendar = calendars[row.agency_id or row.dossier.agency_id]
    return found


def waiting() -> "QuerySet[Opinion]":
    """Every question whose answer is still of use."""
    return Opinion.objects.filter(
        answered_at=None, taken_back_at=None, dossier__finished_at=None, dossier__closed_at=None
    )


def answerers(opinion: Opinion) -> set[UUID]:
    """The accounts that may answer for the agency that is asked."""
    if opinion.agency_id is None:
        return set()
    return {one.account for role in OPINION_ROLES for one in people.officials_at(opinion.agency_id, role)}


def askers(opinion: Opinion) -> set[UUID]:
    """Who waits for the answer: who works on the dossier now, and who asked as long as they work there."""
    asked_by = {opinion.asked_by_id} if people.roles_held(opinion.asked_by_id, opinion.dossier.agency_id) else set()
    return talking.listeners(opinion.dossier) | asked_by


def tell_asked(opinion_id: UUID) -> None:
    opinion = _briefly(opinion_id)
    if opinion.waits:
        tell(answerers(opinion), "dossiers.opinion_asked", opinion)


def tell_given(opinion_id: UUID, *, by: UUID | None) -> None:
    opinion = _briefly(opinion_id)
    tell({account for account in askers(opinion) if account != by}, "dossiers.opinion_given", opinion)


def tell_taken_back(opinion_id: UUID) -> None:
    opinion = _briefly(opinion_id)
    tell(answerers(opinion), "dossiers.opinion_taken_back", opinion)


def tell(accounts: Iterable[UUID], kind: str, opinion: Opinion) -> int:
    """Codes and times only: neither the question nor the answer; never the applicant. How many are told."""
    due = clock.local(opinion.due)
    context = {
        "code": opinion.dossier.code,
        "dossier": str(opinion.dossier_id),
        "opinion": str(opinion.id),
        "due": f"{due:%H:%M, %d/%m/%Y}",
    }
    told = set(accounts) - {opinion.dossier.applicant_account_id}
    notify(told, kind, context, subject=f"dossier:{opinion.dossier_id}")
    return len(told)


def _briefly(opinion_id: UUID) -> Opinion:
    rows = Opinion.objects.select_related("dossier").defer("dossier__data", "dossier__sources")
    return rows.get(id=opinion_id)
