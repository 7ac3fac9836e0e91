"""When a dossier is due: one pure function of its rows, the working calendar and the procedure's rule.

- Same-day procedures (Law on Civil Status 60/2014/QH13, art. 5.3, 16; Decree 61/2018/NĐ-CP, art. 18.2): received at or
  before 15:00 of a working day → due at the end of that day; received later, or on a day off → end of the next
  working day.
- The legal time begins when the one-stop unit *receives* the dossier (its own act), not when it was sent
  (Decree 61/2018/NĐ-CP, art. 17.2: a dossier sent online is first looked at). Until then the queue orders it as if
  it had been received on arrival, so that letting it lie does not hide it.
- While a supplement is awaited the clock stands; once the papers are complete the time runs again from the start
  (Decree 61/2018/NĐ-CP, art. 17, 19.4).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.dossiers.models import Dossier, Phase
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar
from tinhso.procedures.spec import Deadline

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


def due_from(began: datetime, deadline: Deadline, calendar: Calendar) -> datetime:
    """The end of the legal time that began at ``began``."""
    if deadline.kind == "working_hours":
        return calendar.add_working_hours(began, deadline.value)
    cutoff = time.fromisoformat(deadline.cutoff) if deadline.cutoff else None
    return calendar.add_working_days(began, deadline.value, cutoff=cutoff)


def due_at(dossier: Dossier) -> datetime | None:
    """The end of the legal time; None before receipt and while it stands still for a supplement."""
    if dossier.clock_from is None or dossier.phase == Phase.SUPPLEMENT:
        return None
    return due_from(dossier.clock_from, dossier.deadline, dossier.calendar)


def queue_at(dossier: Dossier) -> datetime:
    """Where the dossier stands in a queue, most urgent first."""
    if dossier.phase == Phase.SUPPLEMENT:
        return FAR
    return due_at(dossier) or due_from(dossier.submitted_at, dossier.deadline, dossier.calendar)


_ENDED = {
    Phase.RETURNED: gettext_lazy("Đã trả kết quả"),
    Phase.NOT_ACCEPTED: gettext_lazy("Không được tiếp nhận"),
    Phase.REFUSED: gettext_lazy("Đã từ chối giải quyết"),
    Phase.WITHDRAWN: gettext_lazy("Đã rút hồ sơ"),
    Phase.SIGNED: gettext_lazy("Đã có kết quả"),
}


def due(dossier: Dossier, now: datetime | None = None) -> Due:
    """How the dossier stands against its time, at ``now`` (default: the business clock)."""
    phase = Phase(dossier.phase)
    if phase in _ENDED:
        return Due(DueState.INFO, due_at(dossier), str(_ENDED[phase]))
    if phase == Phase.SUPPLEMENT:
        return Due(DueState.PAUSED, None, _("Tạm dừng, chờ bổ sung"))
    at = due_at(dossier)
    if at is None:
        return Due(DueState.NONE, None, _("Chưa tiếp nhận"))
    return _running(at, dossier.calendar, now or clock.now())


def _running(at: datetime, calendar: Calendar, now: datetime) -> Due:
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
