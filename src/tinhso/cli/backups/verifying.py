"""Reading a whole backup again: every object decrypts, every content has its digest, the log has no gap."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tinhso.cli.backups import archive
from tinhso.cli.backups.manifest import Manifest
from tinhso.cli.backups.place import Damaged, Place
from tinhso.cli.backups.pool import Pool, digest_of
from tinhso.cli.backups.progress import Progress
from tinhso.cli.backups.taking import listed


@dataclass
class Verified:
    """What was read and what is not as it was written: ``faults`` names object and place, one line each."""

    objects: int = 0
    files: int = 0
    segments: int = 0
    faults: list[str] = field(default_factory=list)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """A damage goes on the list, and the next thing is looked at."""
        try:
            yield
        except Damaged as damage:
            self.faults.append(f"{damage.name}: {damage.where}")


def verify(place: Place, manifest: Manifest) -> Verified:
    """Read everything that belongs to a backup."""
    found, reading = Verified(), Progress("Đọc lại", manifest.bytes + sum(one.size for one in manifest.objects))
    for entry in manifest.objects:
        with found.noting():
            path = place.folder / f"{entry.name}.enc"
            for piece in place.read(path, entry.name):
                reading.add(len(piece))
            if digest_of(path) != (entry.size, entry.sha256):
                raise Damaged(entry.name, "không phải tệp đã ghi / not the file that was written")
            found.objects += 1
    pool = Pool(place.folder)
    with found.noting():
        for copy in listed(place, manifest):
            with found.noting():
                pool.check(copy)
                found.files += 1
            reading.add(copy.size)
    for name in _of_the_archive(place, manifest):
        with found.noting():
            for piece in place.read(archive.folder_of(place.folder) / f"{name}.enc", f"wal/{name}"):
                reading.add(len(piece))
            found.segments += 1
    if missing := archive.gap(place.folder, manifest):
        found.faults.append(f"wal/{missing}: nhật ký bị đứt trước đoạn này / the log has a gap before this segment")
    with found.noting():
        archive.until(place)
    reading.end()
    return found


def _of_the_archive(place: Place, manifest: Manifest) -> list[str]:
    run = archive.usable(place.folder, manifest)
    return [*(one.name for one in run), *archive.histories(place.folder), *archive.homes(place.folder)]
