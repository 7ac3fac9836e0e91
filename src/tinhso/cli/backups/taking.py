"""Taking one backup: whole and dated, or not there at all.

The order makes its parts agree. A content is on disk before any row names it, and is never changed: so contents are
copied before the database (the bulk) and once more after it (what came meanwhile), and everything that the copied
database names is there. Spool files only grow until the database has taken them: they are copied before and after,
too, and lines that the database has already are left out when they are restored.
"""

import errno
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from tinhso.cli.backups import archive, basis, house
from tinhso.cli.backups.manifest import Manifest, count, read_manifest, stamps, write_manifest
from tinhso.cli.backups.place import Entry, Place, full, sync_folder
from tinhso.cli.backups.pool import Copy, Pool, read_line
from tinhso.cli.backups.progress import Progress
from tinhso.cli.cluster import Cluster
from tinhso.config import Instance
from tinhso.kernel import clock

MAKING = ".making-"


def stamp_of(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%SZ}"


def take(here: Instance, place: Place, *, keep: int) -> Manifest:
    """Back the instance up into the place, drop backups beyond the newest ``keep`` (0: drop none). Raises Refusal."""
    with place.alone():
        sweep(place.folder)
        stamp = _free_stamp(place.folder)
        making = place.folder / f"{MAKING}{stamp}"
        try:
            making.mkdir(mode=0o700)
            manifest = _make(here, place, making, stamp)
            sync_folder(making)
            making.rename(place.folder / stamp)
            sync_folder(place.folder)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                shutil.rmtree(making, ignore_errors=True)
                raise full(place.folder) from error
            raise
        finally:
            shutil.rmtree(making, ignore_errors=True)
        if keep:
            prune(here, place, keep)
    return manifest


def _free_stamp(folder: Path) -> str:
    """This second's stamp, or the next free one's."""
    while (folder / (stamp := stamp_of(clock.real()))).exists():
        time.sleep(0.2)
    return stamp


def _make(here: Instance, place: Place, making: Path, stamp: str) -> Manifest:
    cluster, pool = Cluster(here), Pool(place.folder)
    started = clock.real()

    def keep(name: str, pieces: Iterator[bytes]) -> Entry:
        return place.write(making / f"{name}.enc", f"{stamp}/{name}", pieces)

    with basis.reached(cluster) as link, basis.log_kept(link) as first:
        before = count(link)
        contents = Progress("Tệp mới", 0)
        pool.take(house.contents(here), contents.add)
        spooled = [one for one in house.held(here) if one.name.startswith("spool/")]
        objects = [keep("spool", house.packed(spooled))]
        database = Progress("Cơ sở dữ liệu", basis.database_size(link))
        objects.append(keep("database", basis.compressed(basis.base(cluster, database.add))))
        database.end()
        finished, after = clock.real(), count(link)
        row = link.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
        pool.forget(basis.erased_contents(link))
        there = pool.take(house.contents(here), contents.add)
        contents.end()
        objects.append(keep("home", house.packed(house.held(here))))
        objects.append(keep("files", basis.compressed(copy.line() for copy in there)))
        manifest = Manifest(
            stamp=stamp,
            version=version("tinhso"),
            postgres=basis.major_version(cluster),
            database=here.database.name,
            started=started.isoformat(),
            finished=finished.isoformat(),
            first_segment=first,
            last_segment=str(row[0]) if row else first,
            migrations=basis.applied_migrations(link),
            before=before,
            after=after,
            files=len(there),
            bytes=sum(copy.size for copy in there),
            objects=objects,
        )
    write_manifest(place, making, manifest)
    return manifest


def listed(place: Place, manifest: Manifest) -> Iterator[Copy]:
    """The contents that belong to a backup. Raises Damaged."""
    rest = b""
    for piece in basis.plain(place.read(place.folder / manifest.stamp / "files.enc", f"{manifest.stamp}/files")):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if copy := read_line(line + b"\n"):
                yield copy


def sweep(folder: Path) -> None:
    """Remove what a killed backup or clean-up left. The caller holds the place's lock."""
    for left in (*folder.glob(f"{MAKING}*"), *folder.glob(".dropping-*")):
        shutil.rmtree(left, ignore_errors=True)
    for draft in (*folder.glob("files/*/.*.new"), *folder.glob("files/keys/*/.*.new"), *folder.glob(".*.new")):
        if time.time() - draft.stat().st_mtime > 3600:  # the archiver may be writing one just now
            draft.unlink(missing_ok=True)


def prune(here: Instance, place: Place, keep: int) -> None:
    """Drop all but the newest ``keep`` backups, then contents and log that none of those needs. The caller holds the
    place's lock."""
    there = stamps(place.folder)
    for stamp in there[:-keep]:
        dropping = place.folder / f".dropping-{stamp}"
        (place.folder / stamp).rename(dropping)
        shutil.rmtree(dropping)
    if not there[:-keep]:
        return
    kept = [read_manifest(place, stamp) for stamp in there[-keep:]]
    oldest = kept[0]
    named = {copy.path for manifest in kept for copy in listed(place, manifest)}
    began = datetime.fromisoformat(oldest.started).timestamp()
    Pool(place.folder).drop_unnamed(named, house.contents(here), began)
    archive.drop_before(place.folder, oldest.first_segment, began)
    print(f"· Đã bỏ {len(there) - len(kept)} bản cũ, còn giữ {len(kept)}.")
