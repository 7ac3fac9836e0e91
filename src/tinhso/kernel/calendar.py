"""The working calendar: which instants count as working time, and deadlines counted in them.

A `Calendar` is a value: sessions of a working day valid from–to, weekend days, and special days (holidays, make-up
working days). Days are Vietnamese days, instants are aware; sessions are half-open, so 11:00 is already the break.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType

import holidays

from tinhso.kernel.clock import LOCAL, local

DAY = timedelta(days=1)
LONGEST_WAIT = 400  #: days without any working day after which the calendar itself must be wrong


class NoWorkingDay(ValueError):
    """More than a year without a working day: the calendar's data is wrong."""


@dataclass(frozen=True, order=True)
class Session:
    """Working time from ``start`` up to, not including, ``end``."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"a session must end after it starts: {self.start}–{self.end}")


#: Working time of one day as pairs of instants.
Sessions = tuple[tuple[datetime, datetime], ...]

OFFICE = (Session(time(7), time(11)), Session(time(13), time(17)))
WEEKEND = frozenset({5, 6})  #: Saturday and Sunday, as date.weekday() counts


@dataclass(frozen=True)
class Hours:
    """The sessions of a working day, valid from–to (both included; None is open)."""

    sessions: tuple[Session, ...] = OFFICE
    weekend: frozenset[int] = WEEKEND
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        later = self.sessions[1:]
        if any(a.end > b.start for a, b in zip(self.sessions, later, strict=False)):
            raise ValueError("sessions must be in order and must not overlap")

    def covers(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


#: A day that no hours cover.
NO_HOURS = Hours(sessions=())


@dataclass(frozen=True)
class SpecialDay:
    """A day off in the week, or a make-up working day at the weekend. Not ``certain``: predicted or not verified."""

    day: date
    working: bool
    name: str
    certain: bool = True


@dataclass(frozen=True)
class Calendar:
    """Working time of one agency. The first of ``hours`` that covers a day rules it."""

    hours: tuple[Hours, ...] = (Hours(),)
    special: Mapping[date, SpecialDay] = field(default_factory=lambda: MappingProxyType({}))
    #: the sessions of days that were asked for: computed from the above, which never changes
    _known: dict[date, Sessions] = field(default_factory=dict, init=False, repr=False, compare=False)

    def hours_on(self, day: date) -> Hours:
        return next((hours for hours in self.hours if hours.covers(day)), NO_HOURS)

    def is_working_day(self, day: date) -> bool:
        return bool(self.sessions(day))

    def sessions(self, day: date) -> Sessions:
        """The working time of a day as pairs of instants; empty on a day off."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._sessions_of(day)
        return known

    def _sessions_of(self, day: date) -> Sessions:
        hours, special = self.hours_on(day), self.special.get(day)
        if not (special.working if special else day.weekday() not in hours.weekend):
            return ()
        return tuple(
            (datetime.combine(day, s.start, LOCAL), datetime.combine(day, s.end, LOCAL)) for s in hours.sessions
        )

    def is_working(self, instant: datetime) -> bool:
        return any(start <= instant < end for start, end in self.sessions(local(instant).date()))

    def next_working_day(self, day: date) -> date:
        """The first working day after ``day``. Raises NoWorkingDay."""
        for ahead in range(1, LONGEST_WAIT):
            if self.is_working_day(day + ahead * DAY):
                return day + ahead * DAY
        raise NoWorkingDay(day)

    def end_of(self, day: date) -> datetime:
        """When the last session of a working day ends. Raises NoWorkingDay on a day off."""
        sessions = self.sessions(day)
        if not sessions:
            raise NoWorkingDay(day)
        return sessions[-1][1]

    def day_of_receipt(self, instant: datetime, cutoff: time | None = None) -> date:
        """The working day on which something that arrives at ``instant`` counts as received.

        After the cutoff, after closing, or on a day off it is the next working day (Decree 61/2018, art. 18.2:
        after 15:00 → the start of the next working day). The cutoff itself is still in time.
        """
        moment = local(instant)
        day = moment.date()
        late = cutoff is not None and moment.time() > cutoff
        if late or not self.is_working_day(day) or instant >= self.end_of(day):
            return self.next_working_day(day)
        return day

    def add_working_days(self, start: datetime, days: int, cutoff: time | None = None) -> datetime:
        """Due at the end of the ``days``-th working day after the day of receipt; 0 is that day itself.

        Raises ValueError for negative days, NoWorkingDay when the calendar has none.
        """
        if days < 0:
            raise ValueError("a deadline lies ahead: days must not be negative")
        day = self.day_of_receipt(start, cutoff)
        for _step in range(days):
            day = self.next_working_day(day)
        return self.end_of(day)

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """The earliest instant by which that much working time has passed since ``start``. Raises like the days."""
        if hours < 0:
            raise ValueError("a deadline lies ahead: hours must not be negative")
        return self.add_working_time(start, timedelta(hours=hours))

    def add_working_time(self, start: datetime, left: timedelta) -> datetime:
        """The earliest instant by which ``left`` of working time has passed since ``start``; none left: ``start``."""
        if left <= timedelta():
            return start
        for opened, closed in self._sessions_from(start):
            worked = closed - opened
            if left <= worked:
                return opened + left
            left -= worked
        raise NoWorkingDay(start)

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after ``a`` up to and including ``b``; negative when ``b`` is before ``a``."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working_day(a + n * DAY) for n in range(1, (b - a).days + 1))

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from ``a`` to ``b``; negative when ``b`` is before ``a``."""
        if b < a:
            return -self.working_time_between(b, a)
        day, last, total = local(a).date(), local(b).date(), timedelta()
        while day <= last:
            for opened, closed in self.sessions(day):
                total += max(timedelta(), min(closed, b) - max(opened, a))
            day += DAY
        return total

    def uncertain_days(self, a: date, b: date) -> list[SpecialDay]:
        """Special days from ``a`` to ``b`` that are predicted or not verified: a deadline over them may move."""
        return sorted((s for s in self.special.values() if not s.certain and a <= s.day <= b), key=lambda s: s.day)

    def _sessions_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Pieces of working time from ``start`` on; ends after too long without any."""
        day = local(start).date()
        quiet = 0
        while quiet < LONGEST_WAIT:
            quiet += 1
            for opened, closed in self.sessions(day):
                if closed > start:
                    quiet = 0
                    yield max(opened, start), closed
            day += DAY


def national_days(years: range, *, announced_to: int) -> dict[date, SpecialDay]:
    """Viet Nam's days off and make-up working days, from the `holidays` package.

    The Prime Minister fixes the days around Tết every year: after ``announced_to`` they are predictions.
    """
    return dict(_national_days(years.start, years.stop, announced_to))


@cache
def _national_days(first: int, stop: int, announced_to: int) -> Mapping[date, SpecialDay]:
    listed = holidays.country_holidays("VN", years=range(first, stop), language="vi")
    days = {
        day: SpecialDay(day, False, name, day.year <= announced_to or not _around_tet(name))
        for day, name in listed.items()
        if first <= day.year < stop
    }
    makeup = {day: SpecialDay(day, True, "Làm bù") for day in listed.weekend_workdays if first <= day.year < stop}
    return MappingProxyType(days | makeup)


def _around_tet(name: str) -> bool:
    return any(word in name for word in ("29 Tết", "Giao thừa", "Tết Nguyên Đán"))
