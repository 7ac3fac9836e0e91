"""When a dossier is due: the law's clock (`reckoning`) over the happenings that it keeps, in words for pages.

Until receipt the queue orders a dossier as if it had been received on arrival, so that letting it lie does not hide it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.dossiers.events import (
    Extended,
    FeeAsked,
    FeeSettled,
    Received,
    Resumed,
    SupplementAnswered,
    SupplementRequested,
    Suspended,
    WaitBegan,
    WaitEnded,
)
from tinhso.dossiers.models import CLOSED, Dossier, Phase
from tinhso.dossiers.reckoning import (
    Cause,
    Happening,
    Reckoning,
    What,
    due_from,
    happening,
    reckon,
    standing,
)
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.events import Happened

_NO_DAYS = Calendar()
#: Where paused dossiers stand in a queue ordered by due time.
FAR = datetime(9999, 12, 31, tzinfo=UTC)


class DueState(StrEnum):
    """As the chips of the pages show it. ``soon``: today or one working day left."""

    OK = "ok"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"
    NONE = "none"
    INFO = "info"


@dataclass(frozen=True)
class Due:
    """State of the legal time, the instant it ends (None when it does not run) and the words to show."""

    state: DueState
    at: datetime | None
    words: str


def note(dossier: Dossier, what: What, at: datetime, **more: object) -> None:
    """Something happened to the legal time in this act; written with the dossier at the act's end."""
    dossier.happenings = [*dossier.happenings, Happening(at, what, **more).as_json()]  # type: ignore[arg-type]
    dossier.clock_moved = True


def happenings(dossier: Dossier) -> list[Happening]:
    """What happened to the dossier's legal time, in order."""
    return [happening(kept) for kept in dossier.happenings]


def replayed(history: Iterable[Happened]) -> list[Happening]:
    """The same from the events of the trail alone."""
    return [one for told in history for one in _of_event(told)]


def _of_event(told: Happened) -> list[Happening]:
    event, at = told.event, getattr(told.event, "at", None) or told.envelope.at
    if isinstance(event, Received):
        return [Happening(at, What.RECEIVED, areas=event.areas)]
    if isinstance(event, SupplementAnswered):
        return [Happening(at, What.COMPLETED)]
    if isinstance(event, Extended):
        return [Happening(at, What.EXTENDED, until=event.until)]
    for kind, what, cause in _STOPS:
        if isinstance(event, kind):
            return [Happening(at, what, cause)]
    return []


_STOPS = (
    (SupplementRequested, What.STOPPED, Cause.SUPPLEMENT),
    (FeeAsked, What.STOPPED, Cause.FEE),
    (FeeSettled, What.RESUMED, Cause.FEE),
    (Suspended, What.STOPPED, Cause.SUSPENSION),
    (Resumed, What.RESUMED, Cause.SUSPENSION),
    (WaitBegan, What.STOPPED, Cause.APPLICANT),
    (WaitEnded, What.RESUMED, Cause.APPLICANT),
)


def reckoned(dossier: Dossier) -> Reckoning:
    """Where the dossier's legal time stands. Before receipt nothing counts, so no calendar is read.

    An act asks several times: what was reckoned stays with this object until something more happens to its time.
    """
    kept, received = dossier.happenings, dossier.received_at
    known = dossier.reckoned
    if known is None or known[0] is not kept or known[1] != received:
        calendar = _NO_DAYS if received is None else dossier.calendar
        known = dossier.reckoned = kept, received, reckon(happenings(dossier), dossier.deadline, calendar)
    return known[2]


def stands_for(dossier: Dossier) -> Cause | None:
    """Why the dossier's time stands, if it does; asks for no calendar."""
    return standing(happenings(dossier))


def due_at(dossier: Dossier) -> datetime | None:
    """The end of the legal time; None before receipt and while it stands."""
    return reckoned(dossier).due


def owed_at(dossier: Dossier) -> datetime | None:
    """The same as people may be held to it: None under a term that nobody verified."""
    return due_at(dossier) if dossier.deadline.verified else None


def queue_at(dossier: Dossier) -> datetime:
    """Where the dossier stands in a queue, most urgent first."""
    found = reckoned(dossier)
    if found.standing is not None:
        return FAR
    if not dossier.deadline.counted:
        return dossier.submitted_at
    return found.due or due_from(dossier.submitted_at, dossier.deadline, dossier.calendar)


def short_term(dossier: Dossier) -> bool:
    """Whether the legal term is one working day at most, so that no day before its end is left to apologise on."""
    term, calendar = dossier.deadline, dossier.calendar
    if term.kind == "working_hours":
        day = calendar.day_of_receipt(dossier.received_at or clock.now())
        return timedelta(hours=term.value) <= sum((end - start for start, end in calendar.sessions(day)), timedelta())
    return term.kind == "same_day" or term.value <= 1


def why_not_extend(dossier: Dossier) -> str | None:
    """Why no apology with a new date may be given now (Decree 61/2018/NĐ-CP, art. 19.9); None: it may.

    Once; at the latest one day before the time ends when the term is longer than one working day, for shorter ones at
    once when it is sure to be late.
    """
    found = reckoned(dossier)
    if found.extended:
        return _("Đã hẹn lại một lần; mỗi hồ sơ chỉ được hẹn lại một lần (Nghị định 61/2018/NĐ-CP, Điều 19.9).")
    if dossier.phase == Phase.SIGNED:
        return _("Hồ sơ đã có kết quả, không cần hẹn lại.")
    if not dossier.deadline.verified:
        return _("Thời hạn của thủ tục này chưa kiểm chứng nên chưa hẹn ngày nào, không có gì để hẹn lại.")
    if found.due is None:
        return _("Thời gian giải quyết chưa tính hoặc đang dừng, không có ngày hẹn để hẹn lại.")
    if not short_term(dossier) and clock.today() >= clock.local(found.due).date():
        return _(
            "Phải xin lỗi và hẹn lại chậm nhất một ngày trước ngày hết hạn %(day)s (Nghị định 61/2018/NĐ-CP, "
            "Điều 19.9). Nay đã quá lúc đó; trả kết quả sớm nhất có thể."
        ) % {"day": f"{clock.local(found.due):%d/%m/%Y}"}
    return None


def promised(dossier: Dossier) -> datetime | None:
    """What was promised on receipt, whatever happened since."""
    first = [one for one in happenings(dossier) if one.what is What.RECEIVED][:1]
    return reckon(first, dossier.deadline, dossier.calendar).due


_ENDED = {
    Phase.RETURNED: gettext_lazy("Đã trả kết quả"),
    Phase.NOT_ACCEPTED: gettext_lazy("Không được tiếp nhận"),
    Phase.REFUSED: gettext_lazy("Đã từ chối giải quyết"),
    Phase.WITHDRAWN: gettext_lazy("Đã rút hồ sơ"),
    Phase.SIGNED: gettext_lazy("Đã có kết quả"),
}


#: Why the time stands, within a sentence.
WHY = {
    Cause.SUPPLEMENT: gettext_lazy("chờ bổ sung giấy tờ"),
    Cause.FEE: gettext_lazy("chờ nộp phí, lệ phí"),
    Cause.SUSPENSION: gettext_lazy("dừng giải quyết"),
    Cause.APPLICANT: gettext_lazy("chờ người nộp"),
}
#: While it stands for these no step of the process ends: what is done would not be counted.
HOLDING = frozenset({Cause.FEE, Cause.SUSPENSION, Cause.APPLICANT})
#: What only the applicant can bring to an end.
AWAITS_APPLICANT = frozenset({Cause.SUPPLEMENT, Cause.FEE, Cause.APPLICANT})
_STANDS = {
    Cause.SUPPLEMENT: gettext_lazy("Tạm dừng, chờ bổ sung"),
    Cause.FEE: gettext_lazy("Tạm dừng, chờ nộp phí"),
    Cause.SUSPENSION: gettext_lazy("Đang dừng giải quyết"),
    Cause.APPLICANT: gettext_lazy("Tạm dừng, chờ người nộp"),
}


def due(dossier: Dossier, now: datetime | None = None) -> Due:
    """How the dossier stands against its time, at ``now`` (default: the business clock).

    A number of days that nobody verified orders the queue, but is no due date: nobody is late by it.
    """
    phase, found = Phase(dossier.phase), reckoned(dossier)
    if found.standing is not None and phase not in CLOSED:
        return Due(DueState.PAUSED, None, str(_STANDS[found.standing]))
    if phase in _ENDED:
        return Due(DueState.INFO, found.due if dossier.deadline.verified else None, str(_ENDED[phase]))
    if found.due is None:
        return Due(DueState.NONE, None, _("Chưa tiếp nhận") if dossier.received_at is None else _("Chưa rõ hạn trả"))
    if not dossier.deadline.verified:
        return Due(DueState.NONE, None, _("Thời hạn chưa kiểm chứng"))
    return running(found.due, dossier.calendar, now or clock.now())


def running(at: datetime, calendar: Calendar, now: datetime) -> Due:
    today, day = clock.local(now).date(), clock.local(at).date()
    if now > at:
        late = max(calendar.working_days_between(day, today), 0)
        if late == 0:
            return Due(DueState.LATE, at, _("Quá hạn hôm nay"))
        return Due(DueState.LATE, at, ngettext("Quá hạn %(n)s ngày", "Quá hạn %(n)s ngày", late) % {"n": late})
    if day == today:
        return Due(DueState.SOON, at, _("Hạn %(time)s hôm nay") % {"time": f"{clock.local(at):%H:%M}"})
    left = calendar.working_days_between(today, day)
    words = ngettext("Còn %(n)s ngày làm việc", "Còn %(n)s ngày làm việc", left) % {"n": left}
    return Due(DueState.SOON if left <= 1 else DueState.OK, at, words)
