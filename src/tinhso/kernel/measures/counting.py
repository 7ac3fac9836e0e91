"""Keeping the sums: the difference between what a record added before and what it adds now.

The row of the record is locked first and the record read after, so of two countings of one record the later one sees
everything that the earlier one saw. Sums are changed in one order everywhere, so that countings never block each
other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from tinhso.kernel.measures.definition import Count, measure
from tinhso.kernel.models.measures import Counted, Grain

#: Records counted in one transaction of `rebuild`.
BATCH = 500

Key = tuple[str, date, str, str]
Parts = tuple[int, int, int]


def recount(name: str, records: Sequence[UUID]) -> None:
    """Bring what these records add up to date. Doing it again changes nothing. Raises LookupError."""
    of = measure(name)
    with transaction.atomic():
        _lock(name, shared=True)
        ids = sorted(set(records))
        Counted.objects.bulk_create([Counted(measure=name, record=id) for id in ids], ignore_conflicts=True)
        rows = list(Counted.objects.select_for_update().filter(measure=name, record__in=ids).order_by("record"))
        now, change = of.count(ids), defaultdict[Key, Parts](lambda: (0, 0, 0))
        moved = []
        for row in rows:
            before, after = _added(row), now.get(row.record)
            _set(row, after)
            if _added(row) != before:
                moved.append(row)
                _note(change, before, -1)
                _note(change, _added(row), +1)
        _write(moved)
        _apply(name, {key: parts for key, parts in change.items() if any(parts)})


Added = tuple[date | None, UUID | None, UUID | None, int, int, int]


def _added(row: Counted) -> Added:
    return row.day, row.scope, row.place, row.numerator, row.denominator, row.unverified


def _set(row: Counted, count: Count | None) -> None:
    row.day = count.day if count else None
    row.scope = count.scope if count else None
    row.place = count.place if count else None
    row.numerator = count.numerator if count else 0
    row.denominator = count.denominator if count else 0
    row.unverified = int(count.unverified) if count else 0


_MOVE = """
UPDATE kernel_counted AS kept SET (day, scope, place, numerator, denominator, unverified)
    = (new.day, new.scope, new.place, new.numerator, new.denominator, new.unverified)
FROM unnest(%s::bigint[], %s::date[], %s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[])
     AS new (id, day, scope, place, numerator, denominator, unverified)
WHERE kept.id = new.id
"""


def _write(moved: list[Counted]) -> None:
    """What changed, in one statement."""
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [list(column) for column in zip(*((row.pk, *_added(row)) for row in moved), strict=True)])


def _note(change: dict[Key, Parts], added: Added, sign: int) -> None:
    day, scope, place, *parts = added
    if day is None:
        return
    starts = {Grain.DAY: day, Grain.MONTH: day.replace(day=1), Grain.YEAR: day.replace(month=1, day=1)}
    for grain, start in starts.items():
        key = (str(grain), start, str(scope or ""), str(place or ""))
        one, two, three = change[key]
        change[key] = (one + sign * parts[0], two + sign * parts[1], three + sign * parts[2])


_ADD = """
INSERT INTO kernel_rollup AS sums (measure, grain, start, scope, place, numerator, denominator, unverified)
SELECT %s, grain, start, nullif(scope, '')::uuid, nullif(place, '')::uuid, numerator, denominator, unverified
FROM unnest(%s::text[], %s::date[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
     AS new (grain, start, scope, place, numerator, denominator, unverified)
ON CONFLICT (measure, grain, start, scope, place) DO UPDATE
SET numerator = sums.numerator + excluded.numerator,
    denominator = sums.denominator + excluded.denominator,
    unverified = sums.unverified + excluded.unverified
"""


def _apply(name: str, change: dict[Key, Parts]) -> None:
    if not change:
        return
    lines = [(*key, *change[key]) for key in sorted(change)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [name, *(list(column) for column in zip(*lines, strict=True))])


_SUM = """
INSERT INTO kernel_rollup (measure, grain, start, scope, place, numerator, denominator, unverified)
SELECT measure, grain, date_trunc(grain, day)::date, scope, place,
       sum(numerator), sum(denominator), sum(unverified)
FROM kernel_counted, unnest(ARRAY['day', 'month', 'year']) AS grain
WHERE measure = %s AND day IS NOT NULL
GROUP BY measure, grain, date_trunc(grain, day), scope, place
"""


def rebuild(name: str) -> int:
    """Count a measure anew from its records, while the house goes on working; how many records were looked at.

    First each record's part is brought up to date in small transactions, also of records that are gone; then the sums
    are made from the parts. Only that last step holds back the counting of new events.
    """
    found, seen = measure(name), 0
    for batch in _batches(found.every()):
        recount(name, batch)
        seen += len(batch)
    for batch in _batches(_known(name)):
        recount(name, batch)
    with transaction.atomic(), connection.cursor() as cursor:
        _lock(name, shared=False)
        cursor.execute("DELETE FROM kernel_counted WHERE measure = %s AND day IS NULL", [name])
        cursor.execute("DELETE FROM kernel_rollup WHERE measure = %s", [name])
        cursor.execute(_SUM, [name])
    return seen


def never_counted(name: str) -> bool:
    """Whether there are records to count, but none was: after an upgrade that brought the measure."""
    if Counted.objects.filter(measure=name).exists():
        return False
    return next(iter(measure(name).every()), None) is not None


def _known(name: str) -> Iterator[UUID]:
    """Every record counted before, by keyset."""
    rows, last = Counted.objects.filter(measure=name).order_by("record"), None
    while True:
        page = list((rows.filter(record__gt=last) if last else rows).values_list("record", flat=True)[:BATCH])
        if not page:
            return
        yield from page
        last = page[-1]


def _batches(records: Iterable[UUID]) -> Iterator[list[UUID]]:
    source = iter(records)
    while batch := list(islice(source, BATCH)):
        yield batch


def _lock(name: str, *, shared: bool) -> None:
    """Countings of one measure go side by side; making its sums anew stands alone."""
    kind = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {kind}(hashtext('tinhso.measure'), hashtext(%s))", [name])
