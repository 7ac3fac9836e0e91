"""Working calendars, kept by each process as long as the database says that nothing about them changed.

A calendar is some two hundred rows and needed in every act, while it changes a few times a year. The stamp that a
trigger renews with each change (migration 0002) is read every time; rows only for a stamp not seen before. The stamp
is read *before* the rows: a change between the two is at worst kept under a stamp that is already gone.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import time
from threading import Lock
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tinhso.kernel.calendar import Calendar, Hours, Session
from tinhso.kernel.calendar import SpecialDay as Day
from tinhso.places.models import SpecialDay, WorkingHours

#: More than the agencies of a province.
_MOST = 1024

_kept: OrderedDict[tuple[UUID, UUID | None], Calendar] = OrderedDict()
_lock = Lock()


def calendars(agency_ids: Iterable[UUID | None]) -> dict[UUID | None, Calendar]:
    """The calendar of each agency: its own hours and days first, then the province's. One query, three at first."""
    wanted, mark = set(agency_ids), stamp()
    found: dict[UUID | None, Calendar] = {}
    if mark is not None:
        with _lock:
            found = {a: _kept[mark, a] for a in wanted if (mark, a) in _kept}
    missing = wanted - found.keys()
    if missing:
        read = _read(missing)
        found |= read
        if mark is not None:
            _keep(mark, read)
    return found


def stamp() -> UUID | None:
    """The mark of today's rows; None when the table was emptied: then nothing is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp FROM places_calendar_stamp")
        row = cursor.fetchone()
    return row[0] if row is not None else None


def _keep(mark: UUID, read: dict[UUID | None, Calendar]) -> None:
    with _lock:
        for agency_id, calendar in read.items():
            _kept[mark, agency_id] = calendar
        while len(_kept) > _MOST:
            _kept.popitem(last=False)


def _read(wanted: set[UUID | None]) -> dict[UUID | None, Calendar]:
    ours = Q(agency__isnull=True) | Q(agency__in=wanted - {None})
    hours = list(WorkingHours.objects.filter(ours).order_by("-valid_from"))
    days = list(SpecialDay.objects.filter(ours))
    return {
        agency_id: Calendar(
            hours=tuple(_hours(h) for owner in dict.fromkeys((agency_id, None)) for h in hours if h.agency_id == owner)
            or (Hours(),),
            special={d.day: _day(d) for owner in (None, agency_id) for d in days if d.agency_id == owner},
        )
        for agency_id in wanted
    }


def _hours(row: WorkingHours) -> Hours:
    sessions = tuple(Session(time.fromisoformat(start), time.fromisoformat(end)) for start, end in row.sessions)
    return Hours(sessions, frozenset(row.weekend), row.valid_from, row.valid_to)


def _day(row: SpecialDay) -> Day:
    return Day(row.day, row.working, row.name, row.certain)
