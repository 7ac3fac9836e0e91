"""How much is stored: files by kind, counted once a night, and the folders of this machine."""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Sum

from tinhso.kernel import clock, spool
from tinhso.kernel.jobs import job, periodic
from tinhso.kernel.models import FileState, StorageCount, StoredFile

#: Growth is told over so many days.
GROWTH = 30


@dataclass(frozen=True)
class Stored:
    """Files of one kind, as last counted, and how many bytes came in the 30 days before (None: not counted yet)."""

    kind: str
    files: int
    bytes: int
    grown: int | None


@dataclass(frozen=True)
class Disk:
    """The disk that holds the home; bytes."""

    free: int
    total: int


@dataclass(frozen=True)
class Spooled:
    """Lines not taken into the database yet: files on this machine and their bytes."""

    kind: str
    files: int
    bytes: int


@periodic("40 1 * * *")
@job(name="kernel.count_storage", waiting_once=True)
def count_storage() -> None:
    """Each night: the one look at all files, so that no page ever needs it."""
    today = clock.today()
    counted = (
        StoredFile.objects.exclude(state=FileState.ERASED)
        .values("media_type")
        .order_by()
        .annotate(files=Count("id"), all=Sum("size"))
    )
    rows = [
        StorageCount(day=today, kind=row["media_type"], files=row["files"], bytes=row["all"] or 0) for row in counted
    ]
    with transaction.atomic():
        StorageCount.objects.filter(day=today).delete()
        StorageCount.objects.bulk_create(rows)


def stored() -> tuple[date | None, list[Stored]]:
    """The day of the last count and what it found, the largest first; two queries."""
    last = StorageCount.objects.aggregate(last=Max("day"))["last"]
    if last is None:
        return None, []
    days = StorageCount.objects.filter(day__gte=last - timedelta(days=GROWTH)).order_by("day")
    found: dict[str, list[StorageCount]] = {}
    for row in days:
        found.setdefault(row.kind, []).append(row)
    now = [(rows[0], rows[-1]) for rows in found.values() if rows[-1].day == last]
    shown = [
        Stored(end.kind, end.files, end.bytes, end.bytes - first.bytes if first.day < end.day else None)
        for first, end in now
    ]
    return last, sorted(shown, key=lambda one: -one.bytes)


def disk() -> Disk:
    usage = shutil.disk_usage(settings.HERE.home)
    return Disk(usage.free, usage.total)


def spooled() -> list[Spooled]:
    """What waits in the spool of this machine; a file that is being written is never empty for long."""
    return [_spooled(kind) for kind in (spool.DISCLOSURES, spool.QUARANTINE)]


def _spooled(kind: str) -> Spooled:
    sizes = [path.stat().st_size for path in spool.folder(kind).glob("*.jsonl") if path.exists()]
    return Spooled(kind, len(sizes), sum(sizes))
