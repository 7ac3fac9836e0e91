"""The clock of the law: when a dossier is due, as a pure function of what happened to it, the procedure's term and the
working calendar. Nothing here reads or writes the database, and no due date is an input but a promised new one.

- *Received* begins the term (Decree 61/2018/NĐ-CP, art. 17.2: the one-stop unit's own act, not the sending). After the
  procedure's cutoff (15:00) it counts from the next morning (art. 18.2; Law 60/2014/QH13, art. 5.3, 16).
- A request to complete the papers stops it; once they are *completed* the full term begins again (art. 17, 19.4).
- Payment, suspension and the applicant's own waits *stop* it; when it is *resumed* the remainder runs on: as much time
  as was left at the stop, in working time (for calendar days: in time, to the end of a working day). Time that stood
  still is never counted.
- *Extended*: the new date that was promised, once (art. 19.9). A completed supplement after it begins the full term.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from tinhso.kernel.calendar import Calendar
from tinhso.kernel.clock import LOCAL, local
from tinhso.procedures.spec import Deadline


class What(StrEnum):
    """What may happen to the legal time."""

    RECEIVED = "received"
    COMPLETED = "completed"
    STOPPED = "stopped"
    RESUMED = "resumed"
    EXTENDED = "extended"


class Cause(StrEnum):
    """Why it stands."""

    SUPPLEMENT = "supplement"
    FEE = "fee"
    SUSPENSION = "suspension"
    APPLICANT = "applicant"


@dataclass(frozen=True)
class Happening:
    """A dated fact. ``areas``: of a receipt, the groups of communes it falls under; ``until``: of an extension."""

    at: datetime
    what: What
    cause: Cause | None = None
    until: datetime | None = None
    areas: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept on the dossier; what says nothing is left out."""
        kept: dict[str, Any] = {"at": self.at.isoformat(), "what": str(self.what)}
        if self.cause is not None:
            kept["cause"] = str(self.cause)
        if self.until is not None:
            kept["until"] = self.until.isoformat()
        if self.areas:
            kept["areas"] = list(self.areas)
        return kept


def happening(kept: Mapping[str, Any]) -> Happening:
    """From what is kept on the dossier."""
    return Happening(
        at=datetime.fromisoformat(kept["at"]),
        what=What(kept["what"]),
        cause=Cause(kept["cause"]) if "cause" in kept else None,
        until=datetime.fromisoformat(kept["until"]) if "until" in kept else None,
        areas=tuple(kept.get("areas", ())),
    )


@dataclass(frozen=True)
class Reckoning:
    """Where the legal time stands: when the term last began, when it ends (None before receipt and while it stands),
    why and since when it stands, and whether the one extension was used."""

    began: datetime | None = None
    due: datetime | None = None
    standing: Cause | None = None
    since: datetime | None = None
    extended: bool = False


@dataclass(frozen=True)
class _Run:
    """The term under way: from when it counts, when it ends, and what was left when it stopped."""

    starts: datetime
    ends: datetime
    left: timedelta | None = None


def due_from(began: datetime, deadline: Deadline, calendar: Calendar, extra: int = 0) -> datetime:
    """The end of a full term that began at ``began``; ``extra`` days where the commune has more."""
    cutoff = time.fromisoformat(deadline.cutoff) if deadline.cutoff else None
    if deadline.kind == "working_hours":
        return calendar.add_working_hours(_counts_from(began, deadline, calendar), deadline.value)
    if deadline.kind == "calendar_days":
        last = calendar.day_of_receipt(began, cutoff) + timedelta(days=deadline.value + extra)
        return _closing(calendar, datetime.combine(last, time(), LOCAL))
    return calendar.add_working_days(began, deadline.value + extra, cutoff=cutoff)


def reckon(happenings: Iterable[Happening], deadline: Deadline, calendar: Calendar) -> Reckoning:
    """Where the legal time stands after these happenings, which come in order."""
    open_causes: dict[Cause, datetime] = {}
    found, run, extra = Reckoning(), None, 0
    for one in happenings:
        if one.what in (What.RECEIVED, What.COMPLETED):
            open_causes.pop(Cause.SUPPLEMENT, None)
            if one.what is What.COMPLETED and run is None:
                continue  # completed before it was received: the term begins with the receipt
            extra = deadline.more_in(one.areas) if one.what is What.RECEIVED else extra
            found = replace(found, began=one.at)
            if not deadline.counted:
                continue
            run = _Run(_counts_from(one.at, deadline, calendar), due_from(one.at, deadline, calendar, extra))
            run = _stopped(run, one.at, deadline, calendar) if open_causes else run
        elif one.what is What.STOPPED and one.cause is not None:
            if run is not None and not open_causes:
                run = _stopped(run, one.at, deadline, calendar)
            open_causes.setdefault(one.cause, one.at)
        elif one.what is What.RESUMED and one.cause in open_causes:
            del open_causes[one.cause]
            if run is not None and not open_causes:
                run = _resumed(run, one.at, deadline, calendar)
        elif one.what is What.EXTENDED and run is not None and one.until is not None:
            run, found = replace(run, ends=one.until), replace(found, extended=True)
    cause, since = next(iter(open_causes.items()), (None, None))
    due = run.ends if run is not None and cause is None else None
    return replace(found, due=due, standing=cause, since=since)


def standing(happenings: Iterable[Happening]) -> Cause | None:
    """Why the legal time stands after these happenings; None: it runs, or has not begun."""
    open_causes: dict[Cause, None] = {}
    for one in happenings:
        if one.what is What.STOPPED and one.cause is not None:
            open_causes[one.cause] = None
        elif one.what is What.RESUMED and one.cause is not None:
            open_causes.pop(one.cause, None)
        elif one.what in (What.RECEIVED, What.COMPLETED):
            open_causes.pop(Cause.SUPPLEMENT, None)
    return next(iter(open_causes), None)


def step_due(began: datetime, ends: datetime, happenings: Iterable[Happening], calendar: Calendar) -> datetime | None:
    """When a step that began then, and would be due at ``ends``, is due after the stops meanwhile; None while the time
    stands. A stop for papers ends the step itself, so it moves no step."""
    stopped, left, open_causes = False, timedelta(), set[Cause]()
    for one in happenings:
        if one.cause in (None, Cause.SUPPLEMENT) or one.what not in (What.STOPPED, What.RESUMED):
            continue
        if one.what is What.STOPPED:
            open_causes.add(one.cause)
        else:
            open_causes.discard(one.cause)
        at = max(one.at, began)
        if open_causes and not stopped:
            left, stopped = calendar.working_time_between(at, ends), True
        elif not open_causes and stopped:
            stopped = False
            ends = calendar.add_working_time(at, left) if left > timedelta() else ends
    return None if stopped else ends


def _counts_from(at: datetime, deadline: Deadline, calendar: Calendar) -> datetime:
    """From when a term that begins at ``at`` counts: after the cutoff, from the next morning."""
    cutoff = time.fromisoformat(deadline.cutoff) if deadline.cutoff else None
    day = calendar.day_of_receipt(at, cutoff)
    return max(at, calendar.sessions(day)[0][0])


def _stopped(run: _Run, at: datetime, deadline: Deadline, calendar: Calendar) -> _Run:
    counted = max(at, run.starts)
    if deadline.kind == "calendar_days":
        return replace(run, left=run.ends - counted)
    return replace(run, left=calendar.working_time_between(counted, run.ends))


def _resumed(run: _Run, at: datetime, deadline: Deadline, calendar: Calendar) -> _Run:
    """What was left runs on; a term that was over when it stopped stays over."""
    if run.left is None or run.left <= timedelta():
        return replace(run, left=None)
    counted = max(at, run.starts)
    if deadline.kind == "calendar_days":
        return _Run(counted, _closing(calendar, counted + run.left))
    return _Run(counted, calendar.add_working_time(counted, run.left))


def _closing(calendar: Calendar, instant: datetime) -> datetime:
    """The end of the working day in which the instant lies, or of the next one."""
    day = local(instant).date()
    if calendar.is_working_day(day) and instant <= calendar.end_of(day):
        return calendar.end_of(day)
    return calendar.end_of(calendar.next_working_day(day))
