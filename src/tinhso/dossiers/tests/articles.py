"""The articles' own computation, the slow way: minute by minute through the calendar, on paper so to speak.

Written from the articles and not from the code: it knows no session arithmetic, only whether an office is open in a
given minute. Times are naive Vietnamese minutes. Which days are off it reads in the table that the pack keeps beside
its calendar, not in the library that the house asks.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tinhso.config import ROOT

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def table() -> dict[date, bool]:
    """The days that are not as their weekday says: whether the office is open."""
    path = ROOT / "provinces" / "kien_giang" / "calendar" / "holidays_vn_2018_2030.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return {date.fromisoformat(row["date"]): row["status"] == "working day" for row in csv.DictReader(rows)}


DAYS = table()
OFF = {day for day, opens in DAYS.items() if not opens}


def works(day: date) -> bool:
    return DAYS.get(day, day.weekday() < 5)


def open_at(minute: datetime) -> bool:
    """Whether the office is open in the minute that begins then: 7–11 and 13–17."""
    return works(minute.date()) and minute.hour in (7, 8, 9, 10, 13, 14, 15, 16)


def following(day: date) -> date:
    day += DAY
    while not works(day):
        day += DAY
    return day


def closing(day: date) -> datetime:
    return datetime.combine(day, time(17))


@dataclass(frozen=True)
class Term:
    """Same day, n working days, n working hours or n calendar days; with 15:00 as the last hour, or without. ``none``:
    nobody has said how long, so nothing counts."""

    kind: str
    value: int = 0
    three_o_clock: bool = False


def day_counted(at: datetime, term: Term) -> date:
    """The day on which a receipt counts: after 15:00 where the rule says so, after hours, on days off the next."""
    last = time(15) if term.three_o_clock else time(16, 59)
    return at.date() if works(at.date()) and at.time() <= last else following(at.date())


def full_term(at: datetime, term: Term) -> tuple[datetime, datetime]:
    """From when a term that begins now counts, and when it ends."""
    day = day_counted(at, term)
    begins = max(at, datetime.combine(day, time(7)))
    if term.kind == "working_hours":
        return begins, walk(begins, term.value * 60)
    if term.kind == "calendar_days":
        last = day + term.value * DAY
        return begins, closing(last if works(last) else following(last))
    for _one in range(term.value):
        day = following(day)
    return begins, closing(day)


def walk(at: datetime, minutes: int) -> datetime:
    """When so many open minutes have passed."""
    while minutes:
        minutes -= open_at(at)
        at += MINUTE
    return at


def count(since: datetime, until: datetime) -> int:
    """How many open minutes lie between."""
    passed = 0
    while since < until:
        passed += open_at(since)
        since += MINUTE
    return passed


@dataclass
class Paper:
    """What a careful clerk writes down of one dossier."""

    term: Term
    begins: datetime | None = None
    ends: datetime | None = None
    stopped: set[str] = field(default_factory=set)
    left: int | timedelta = 0

    @property
    def due(self) -> datetime | None:
        return None if self.stopped else self.ends

    def begin(self, at: datetime) -> None:
        """Received, or complete at last: the whole term from here."""
        if self.term.kind != "none":
            self.begins, self.ends = full_term(at, self.term)

    def stop(self, at: datetime, why: str) -> None:
        if not self.stopped and self.ends is not None and self.begins is not None:
            at = max(at, self.begins)
            self.left = self.ends - at if self.term.kind == "calendar_days" else count(at, self.ends)
        self.stopped.add(why)

    def run_on(self, at: datetime, why: str) -> None:
        """What was left runs on; what was over stays over."""
        self.stopped.discard(why)
        if self.stopped or self.ends is None or self.begins is None or not self.left:
            return
        at = max(at, self.begins)
        if isinstance(self.left, int):
            self.ends = walk(at, self.left)
        elif self.left > timedelta():
            end = at + self.left
            day = end.date()
            self.ends = closing(day) if works(day) and end <= closing(day) else closing(following(day))

    def complete(self, at: datetime) -> None:
        self.stopped.discard("papers")
        if self.ends is not None:
            self.begin(at)

    def promise(self, day: date) -> None:
        self.ends = closing(day)
