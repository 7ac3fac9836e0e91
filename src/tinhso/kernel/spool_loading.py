"""Taking spool files into the database: each line once, however often this runs or is killed."""

import fcntl
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tinhso.kernel.models import SpoolMark
from tinhso.kernel.spool import folder

#: So much of a file is taken in one transaction.
PORTION = 1024 * 1024

Line = dict[str, Any]


def load(kind: str, take: Callable[[list[Line]], None]) -> int:
    """Give all new lines of a kind to ``take``, in the transaction that remembers how far it came; how many lines.

    A line that was cut off by a full disk is skipped: its writer was told that it was not kept.
    """
    count = 0
    for path in sorted(folder(kind).glob("*.jsonl")):
        finished = _writer_gone(path)
        while taken := _load_portion(path, take):
            count += taken
        if finished:
            _remove(path)
    return count


def _load_portion(path: Path, take: Callable[[list[Line]], None]) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [path.name])
        mark, _new = SpoolMark.objects.get_or_create(file=path.name)
        if not path.exists():
            return 0
        data = _whole_lines(path, mark.offset)
        if not data:
            return 0
        lines = list(_lines(data))
        if lines:
            take(lines)
        mark.offset += len(data)
        mark.save(update_fields=["offset"])
        return len(lines) or 1


def _whole_lines(path: Path, offset: int) -> bytes:
    """What follows the offset, up to the last line end within a portion."""
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(PORTION)
        while data and b"\n" not in data and (more := file.read(PORTION)):
            data += more
    return data[: data.rfind(b"\n") + 1]


def _lines(data: bytes) -> Iterator[Line]:
    for line in data.splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            continue
        yield read


def _writer_gone(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _remove(path: Path) -> None:
    """A file that is wholly in the database, and whose writer is gone."""
    path.unlink(missing_ok=True)
    SpoolMark.objects.filter(file=path.name).delete()
