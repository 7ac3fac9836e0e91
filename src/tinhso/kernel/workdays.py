"""The working-day calendar as rows for `<c-workdays>`: which days count towards a date, which do not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

MOST_WEEKS = 12


@dataclass(frozen=True)
class Day:
    """A cell. ``kind``: in past today left due off; ``note``: the ordinal of the working day, or why it is off."""

    label: str
    kind: str
    note: str


def working_days(
    received: date,
    due: date,
    today: date,
    is_working: Callable[[date], bool],
    *,
    last: date | None = None,
) -> list[list[Day | None]]:
    """Weeks (Monday first) from the day of receipt to the due day. ``last``: at most until this day is drawn."""
    end = min(last or due, received + timedelta(weeks=MOST_WEEKS))
    start = received - timedelta(days=received.weekday())
    weeks: list[list[Day | None]] = []
    ordinal = 0
    day = start
    while day <= end:
        week: list[Day | None] = []
        for _column in range(7):
            counted = received < day <= end and is_working(day)
            ordinal += counted
            week.append(_cell(day, received, due, today, end, ordinal if counted else 0))
            day += timedelta(days=1)
        weeks.append(week)
    return weeks


def _cell(day: date, received: date, due: date, today: date, end: date, ordinal: int) -> Day | None:
    if not received <= day <= end:
        return None
    label = f"{day.day}/{day.month}" if day.day == 1 or day == received else str(day.day)
    if day == received and day != due:
        return Day(label, "today" if day == today else "in", _("nhận"))
    if not ordinal and day != due:
        return Day(label, "off", "")
    note = str(ordinal) if ordinal else _("nhận")
    if day == due:
        return Day(label, "due", note)
    if day == today:
        return Day(label, "today", note)
    return Day(label, "past" if day < today else "left", note)
