"""What was observed of a year's dossiers: each step's working seconds without the time that stood, its outcome."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tinhso.dossiers.models import Dossier, Step
from tinhso.dossiers.reckoning import What, happening
from tinhso.dossiers.trials.going import APPLICANT, Observed
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.clock import LOCAL, local
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures

MOST = 200_000  #: dossiers in one trial, the newest
AT_ONCE = 5_000
HANDED_OVER = "handed-over"


@dataclass(frozen=True)
class Past:
    """A dossier as it went. ``slack``: working seconds from its end to its due time, negative when late; None without
    an appointment. ``roles``: who did each observed step then."""

    code: str
    agency: UUID
    observed: list[Observed]
    roles: list[str]
    slack: float | None
    answers: dict[str, Any]

    @property
    def seconds(self) -> float:
        """The office's working seconds in all its steps."""
        return sum(seconds for (_task, seconds, _outcome), role in zip(self.observed, self.roles, strict=True)
                   if role != APPLICANT)  # fmt: skip


class Worked:
    """Working seconds since a first day, at any instant: two look-ups instead of a walk through the calendar."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self._first = first.toordinal()
        self._days: list[tuple[float, tuple[tuple[datetime, datetime], ...]]] = []
        total = 0.0
        for ordinal in range(self._first, last.toordinal() + 2):
            sessions = calendar.sessions(date.fromordinal(ordinal))
            self._days.append((total, sessions))
            total += sum((end - start).total_seconds() for start, end in sessions)

    def at(self, instant: datetime) -> float:
        day = local(instant).date().toordinal() - self._first
        if day < 0:
            return 0.0
        seconds, sessions = self._days[min(day, len(self._days) - 1)]
        for start, end in sessions:
            if instant > start:
                seconds += (min(instant, end) - start).total_seconds()
        return seconds

    def between(self, a: datetime, b: datetime) -> float:
        return self.at(b) - self.at(a) if b > a else 0.0


def past(
    code: str, first: date, last: date, answers: bool, said: Callable[[int, int], None] | None = None
) -> Iterator[Past]:
    """The finished dossiers of a procedure received from ``first`` to ``last``, the newest `MOST`. Slow.

    ``said`` hears how many of how many were read.
    """
    start, end = (datetime.combine(day, datetime.min.time(), LOCAL) for day in (first, last + timedelta(days=1)))
    fields = ["id", "code", "agency_id", "finished_at", "due_at", "happenings"] + (["data"] if answers else [])
    rows = list(
        Dossier.objects.filter(
            procedure_version__in=procedures.versions_of(code=code),
            received_at__gte=start,
            received_at__lt=end,
            finished_at__isnull=False,
        )
        .order_by("-received_at")
        .values_list(*fields)[:MOST]
    )
    latest = max((row[3] for row in rows), default=end)
    calendars = places.calendars_for({row[2] for row in rows})
    worked: dict[UUID, Worked] = {}
    same: dict[int, Worked] = {}
    for agency, calendar in calendars.items():
        if agency is not None:
            known = same.get(id(calendar))
            if known is None:
                reach = max(local(latest).date(), last) + timedelta(days=120)
                known = same[id(calendar)] = Worked(calendar, first - timedelta(days=400), reach)
            worked[agency] = known
    for number in range(0, len(rows), AT_ONCE):
        chunk = rows[number : number + AT_ONCE]
        steps = _steps([row[0] for row in chunk])
        for row in chunk:
            yield _past(row, steps.get(row[0], []), worked[row[2]])
        if said is not None:
            said(min(number + AT_ONCE, len(rows)), len(rows))


_Row = tuple[str, str, datetime, datetime | None, str]


def _steps(ids: list[UUID]) -> dict[UUID, list[_Row]]:
    found: dict[UUID, list[_Row]] = {}
    rows = Step.objects.filter(dossier__in=ids).order_by("dossier_id", "number")
    for dossier, task, role, began, ended, outcome in rows.values_list(
        "dossier_id", "task", "role", "began_at", "ended_at", "outcome"
    ).iterator():
        found.setdefault(dossier, []).append((task, role, began, ended, outcome))
    return found


def _past(row: tuple[Any, ...], steps: list[_Row], worked: Worked) -> Past:
    _id, code, agency, finished, due, happenings, *data = row
    stops = _stops(happenings, finished)
    observed: list[Observed] = []
    roles: list[str] = []
    carried: dict[str, float] = {}  #: seconds of a step that changed hands
    for task, role, began, ended, outcome in steps:
        until = min(ended or finished, finished)  # who has not come for the result yet
        seconds = worked.between(began, until) if role != APPLICANT else 0.0
        if role != APPLICANT:
            seconds -= sum(worked.between(max(began, a), min(until, b)) for a, b in stops)
        seconds = max(seconds, 0.0) + carried.pop(task, 0.0)
        if outcome == HANDED_OVER:
            carried[task] = seconds
            continue
        observed.append((task, seconds, outcome))
        roles.append(role)
    slack = None if due is None else worked.at(due) - worked.at(finished)
    return Past(code, agency, observed, roles, slack, data[0] if data else {})


def _stops(happenings: list[dict[str, Any]], finished: datetime) -> list[tuple[datetime, datetime]]:
    """From when to when the legal time stood."""
    if not any(one["what"] == "stopped" for one in happenings):
        return []
    found: list[tuple[datetime, datetime]] = []
    causes: dict[Any, None] = {}
    since: datetime | None = None
    for one in map(happening, happenings):
        if one.what is What.STOPPED:
            causes[one.cause] = None
        elif one.what is What.RESUMED:
            causes.pop(one.cause, None)
        elif one.what is What.COMPLETED:
            causes = {cause: None for cause in causes if str(cause) != "supplement"}
        if causes and since is None:
            since = one.at
        elif not causes and since is not None:
            found.append((since, one.at))
            since = None
    return [*found, (since, finished)] if since is not None else found
