"""The archive of the write-ahead log in a place: what lies in it, how far it goes, and whether it is without a gap.

Beside each segment lie the files of the home that changed meanwhile (``home-*``): keys, secrets, seals, spool.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tinhso.cli.backups.manifest import Manifest
from tinhso.cli.backups.place import Damaged, Place

_SEGMENT = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(\.partial)?\.enc")
_HISTORY = re.compile(r"[0-9A-F]{8}\.history\.enc")
#: Segments of 16 MB: so many in each logical log file.
_IN_A_LOG = 256


@dataclass(frozen=True)
class Segment:
    """One segment in the archive. ``number`` counts through all timelines."""

    name: str  #: as PostgreSQL calls it, with ".partial" while it is still written
    number: int

    @property
    def whole(self) -> bool:
        return not self.name.endswith(".partial")

    @property
    def wal_name(self) -> str:
        """What the server asks for."""
        return self.name.removesuffix(".partial")


def folder_of(place: Path) -> Path:
    return place / "wal"


def number_of(segment: str) -> int:
    """The place of a segment in the log, from its name."""
    return int(segment[8:16], 16) * _IN_A_LOG + int(segment[16:24], 16)


def segments(place: Path) -> list[Segment]:
    """All segments there, in order; a partial one only where the whole one is missing."""
    found: dict[str, Segment] = {}
    for path in folder_of(place).glob("*.enc"):
        if _SEGMENT.fullmatch(path.name):
            segment = Segment(path.name.removesuffix(".enc"), number_of(path.name))
            if segment.whole or segment.wal_name not in found:
                found[segment.wal_name] = segment
    return sorted(found.values(), key=lambda one: (one.number, one.name))


def histories(place: Path) -> list[str]:
    """Files that say where one timeline left another."""
    return sorted(path.name.removesuffix(".enc") for path in folder_of(place).glob("*.enc") if _is_history(path))


def _is_history(path: Path) -> bool:
    return _HISTORY.fullmatch(path.name) is not None


def homes(place: Path) -> list[str]:
    """Parts of the home that changed, oldest first; each name begins with its instant."""
    return sorted(path.name.removesuffix(".enc") for path in folder_of(place).glob("home-*.enc"))


def usable(place: Path, manifest: Manifest) -> list[Segment]:
    """The segments that bring this backup further, up to the first gap; empty when the archive does not join it."""
    begin, joins = number_of(manifest.first_segment), number_of(manifest.last_segment) + 1
    run: list[Segment] = []
    for segment in segments(place):
        if segment.number < begin:
            continue
        if not run and segment.number > joins:
            return []
        if run and segment.number > run[-1].number + 1:
            break
        run.append(segment)
    return run


def gap(place: Path, manifest: Manifest) -> str | None:
    """The first segment that is missing after this backup although a later one is there."""
    run = usable(place, manifest)
    later = [one for one in segments(place) if one.number >= number_of(manifest.first_segment)]
    if not later or len(run) == len(later):
        return None
    if not run:
        return later[0].name
    return later[len(run)].name


def write_until(place: Place, instant: datetime) -> None:
    """Note that everything committed before this real instant is in the archive."""
    said = json.dumps({"until": instant.isoformat()})
    path = folder_of(place.folder) / "until.json"
    draft = path.with_name(".until.json.new")
    draft.write_text(json.dumps({"said": said, "mark": place.mark(said.encode())}))
    draft.replace(path)


def until(place: Place) -> datetime | None:
    """Up to which real instant the archive is complete; None when there is no archive. Raises Damaged."""
    path = folder_of(place.folder) / "until.json"
    if not path.exists():
        return None
    try:
        read = json.loads(path.read_text())
        if place.mark(read["said"].encode()) != read["mark"]:
            raise ValueError
        return datetime.fromisoformat(json.loads(read["said"])["until"])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("wal/until.json", "nội dung đã đổi / its content was changed") from error


def drop_before(place: Path, segment: str, instant: float) -> None:
    """Remove segments before this one, and parts of the home older than the instant (seconds since the epoch)."""
    where = folder_of(place)
    for path in where.glob("*.enc"):
        if _SEGMENT.fullmatch(path.name):
            if number_of(path.name) < number_of(segment):
                path.unlink()
        elif path.name.startswith("home-") and path.stat().st_mtime < instant:
            path.unlink()
