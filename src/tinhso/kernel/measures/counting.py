"""Keeping the sums: the difference between what a record added before and what it adds now.

The row of the record, or the whole measure, is locked first and the record read after, so of two countings of one
record the later one sees everything that the earlier one saw. Sums are changed in one order everywhere, so that
countings never block each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import merge
from itertools import groupby, islice
from uuid import UUID

from django.db import connection, transaction

from tinhso.kernel.among import among
from tinhso.kernel.measures.definition import Count, Measure, measure
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
        rows = list(Counted.objects.select_for_update().filter(measure=name, record__in=among(ids)).order_by("record"))
        moved, change = _compared(rows, of.count(ids))
        _write(moved)
        _apply(name, change)


def _compared(rows: Iterable[Counted], now: Mapping[UUID, Count]) -> tuple[list[Counted], dict[Key, Parts]]:
    """The rows that must be written, each with what its record adds now, and how the sums change by them."""
    moved, change = [], defaultdict[Key, Parts](lambda: (0, 0, 0))
    for row in rows:
        before = _added(row)
        _set(row, now.get(row.record))
        if _added(row) != before:
            moved.append(row)
            _note(change, before, -1)
            _note(change, _added(row), +1)
    return moved, {key: parts for key, parts in change.items() if any(parts)}


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
    are made from the parts.
    """
    found, seen = measure(name), 0
    records = (record for record, _twice in groupby(merge(found.every(), _known(name))))
    for batch in _batches(records):
        _anew(found, batch)
        seen += len(batch)
    with transaction.atomic(), connection.cursor() as cursor:
        _lock(name, shared=False)
        cursor.execute("DELETE FROM kernel_counted WHERE measure = %s AND day IS NULL", [name])
        cursor.execute("DELETE FROM kernel_rollup WHERE measure = %s", [name])
        cursor.execute(_SUM, [name])
    return seen


@transaction.atomic
def _anew(found: Measure, records: list[UUID]) -> None:
    """Like `recount` for many records that were mostly never counted: nobody else counts this measure meanwhile, so
    that no row is needed to wait at, and each is written once."""
    _lock(found.name, shared=False)
    known = {row.record: row for row in Counted.objects.filter(measure=found.name, record__in=among(records))}
    rows = (known.get(record) or Counted(measure=found.name, record=record) for record in records)
    moved, change = _compared(rows, found.count(records))
    _write([row for row in moved if row.pk])
    Counted.objects.bulk_create([row for row in moved if not row.pk])
    _apply(found.name, change)


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
    """Countings of one measure go side by side; counting it anew stands alone."""
    kind = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {kind}(hashtext('tinhso.measure'), hashtext(%s))", [name])
