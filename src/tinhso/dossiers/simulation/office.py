"""A stretch of time at one agency: all its imagined dossiers side by side, act by act in the order of time.

So codes and the numbers of books run on as they would, and the trail tells the acts in their order.
"""

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection
from psycopg import sql

from tinhso.dossiers.models import Book, DossierCounter
from tinhso.dossiers.simulation.conduct import Act, Course
from tinhso.dossiers.simulation.stage import Office
from tinhso.kernel import clock

#: An act as it was done: of which dossier (by its place among the filings), when, what, how.
Done = tuple[int, Act]


def run(office: Office, filings: Iterator[Course], until: datetime, log: list[Done] | None = None) -> int:
    """Let these dossiers, in the order in which they begin, take their course until then; how many were sent.

    Inside a transaction. The rows of the agency's counters and books are locked and counted on.
    """
    known = {c.day: c for c in DossierCounter.objects.select_for_update().filter(agency_id=office.agency.id)}
    books = {(b.kind, b.year): b for b in Book.objects.select_for_update().filter(agency_id=office.agency.id)}
    office.counters, office.books = dict(known), dict(books)
    count, coming = 0, _first(filings, 0)
    waiting: list[tuple[datetime, int, str, dict[str, object], Course]] = []
    while waiting or coming is not None:
        if coming is not None and (not waiting or coming[0] <= waiting[0][0]):
            heapq.heappush(waiting, coming)
            count += 1
            coming = _first(filings, count)
            continue
        at, place, verb, how, course = heapq.heappop(waiting)
        with clock.pinned(at):
            getattr(course.it, verb)(**how)
            course.it.draw()
        if log is not None:
            log.append((place, (at, verb, dict(how))))
        following = course.next(at)
        if following is None or following[0] > until:
            course.it.finish()
        else:
            heapq.heappush(waiting, (following[0], place, following[1], following[2], course))
    _keep(office)
    return count


def _first(filings: Iterator[Course], place: int) -> tuple[datetime, int, str, dict[str, object], Course] | None:
    course = next(filings, None)
    if course is None:
        return None
    at, verb, how = course.first.pop()
    return at, place, verb, how, course


def _keep(office: Office) -> None:
    for rows in (list(office.counters.values()), list(office.books.values())):
        office.load.add(*(row for row in rows if row._state.adding))
        _counted_on([row for row in rows if not row._state.adding])
    office.load.write()


def _counted_on(rows: Sequence[DossierCounter | Book]) -> None:
    """Those that were there already, in one statement."""
    if rows:
        ids, lasts = [row.id for row in rows], [row.last for row in rows]
        table = sql.Identifier(type(rows[0])._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(_LAST).format(table), [ids, lasts])


_LAST = "UPDATE {} t SET last = new.last FROM unnest(%s::uuid[], %s::int[]) new (id, last) WHERE t.id = new.id"
