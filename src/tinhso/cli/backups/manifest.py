"""What a backup says of itself: when, of what, which objects with which digests, and how much the database held."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from tinhso.cli.backups.place import FORMAT, Damaged, Entry, Place
from tinhso.cli.refusal import Refusal

#: What is counted at both ends of a backup and again after a restore. Counting whole tables is slow on purpose here.
COUNTED = {
    "dossiers": "SELECT count(*) FROM dossiers_dossier",
    "events": "SELECT count(*) FROM kernel_event",
    "audit": "SELECT count(*) FROM kernel_audit",
    "seals": "SELECT count(*) FROM kernel_seal",
    "files": "SELECT count(*) FROM kernel_blob",
    "results": "SELECT count(*) FROM dossiers_result WHERE issued_at IS NOT NULL",
}
WORDS = {
    "dossiers": "Hồ sơ",
    "events": "Sự kiện",
    "audit": "Dòng nhật ký",
    "seals": "Dấu niêm phong",
    "files": "Tệp",
    "results": "Kết quả đã cấp",
}

Counts = dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """One backup. All instants are real time, ISO 8601 in UTC."""

    stamp: str  #: its folder in the place: 20261125T101500Z
    version: str  #: of TinhSo
    postgres: int  #: major version
    database: str  #: its name
    started: str
    finished: str  #: the earliest instant that this backup can be brought to
    first_segment: str  #: of the write-ahead log, where its own part of it begins
    last_segment: str  #: where its own part ends; the archive must go on from here when it is brought further
    migrations: list[str]  #: "kernel.0001_initial", applied
    before: Counts
    after: Counts
    files: int  #: contents in the pool that belong to it
    bytes: int  #: of those
    objects: list[Entry]

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.finished)

    def entry(self, name: str) -> Entry:
        return next(entry for entry in self.objects if entry.name == f"{self.stamp}/{name}")


def write_manifest(place: Place, folder: Path, manifest: Manifest) -> None:
    """Into the folder of an unfinished backup."""
    said = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(said)
    (folder / "manifest.mac").write_text(place.mark(said.encode()) + "\n")


def read_manifest(place: Place, stamp: str) -> Manifest:
    """A backup's manifest. Raises Damaged when it is not as this place's key wrote it."""
    name = f"{stamp}/manifest.json"
    try:
        said = (place.folder / name).read_bytes()
        mark = (place.folder / stamp / "manifest.mac").read_text().strip()
    except OSError as error:
        raise Damaged(name, "không có / is missing") from error
    if place.mark(said) != mark:
        raise Damaged(name, "nội dung đã đổi / its content was changed")
    read = json.loads(said)
    read.pop("format")
    return Manifest(**{**read, "objects": [Entry(**one) for one in read["objects"]]})


def stamps(folder: Path) -> list[str]:
    """The whole backups of a place, oldest first."""
    return sorted(path.parent.name for path in folder.glob("[0-9]*Z/manifest.json"))


def chosen(place: Place, stamp: str | None) -> Manifest:
    """The backup of that stamp, else the last. Raises Refusal, Damaged."""
    there = stamps(place.folder)
    if not there or (stamp is not None and stamp not in there):
        known = ", ".join(there) or "(không có)"
        raise Refusal(
            f"Không có bản sao lưu {stamp or ''} trong {place.folder}; đang có: {known}.",
            f"There is no backup {stamp or ''} in {place.folder}; there are: {known}.",
        )
    return read_manifest(place, stamp or there[-1])


def count(link: psycopg.Connection) -> Counts:
    """How much the database holds now."""
    return {name: _number(link, query) for name, query in COUNTED.items()}


def _number(link: psycopg.Connection, query: str) -> int:
    row = link.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def shortfalls(manifest: Manifest, found: Mapping[str, int]) -> list[str]:
    """What the restored database holds less of than the backup counted before it began."""
    return [
        f"{WORDS[name]}: {found.get(name, 0)} < {least}"
        for name, least in manifest.before.items()
        if found.get(name, 0) < least
    ]
