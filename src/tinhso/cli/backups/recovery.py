"""Bringing a copied database to an instant: its own log, then the archive's, up to the instant or to the end."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from tinhso.cli.backups import archive, basis
from tinhso.cli.backups.manifest import Manifest
from tinhso.cli.backups.place import Place
from tinhso.cli.cluster import Cluster
from tinhso.cli.refusal import Refusal

#: What the server says when the log holds no later commit than the wanted instant.
_ENDED_BEFORE = "recovery ended before configured recovery target was reached"


def unpack(place: Place, manifest: Manifest, cluster: Cluster) -> None:
    """Write the database's files and compare each with the checksum that the server gave. Raises Damaged, Refusal."""
    cluster.data.mkdir(mode=0o700)
    name = f"{manifest.stamp}/database"
    basis.unpack(basis.plain(place.read(place.folder / f"{name}.enc", name)), cluster.data)
    for left in ("server.log", "postmaster.pid", "postmaster.opts"):
        (cluster.data / left).unlink(missing_ok=True)
    give_to_server(cluster, cluster.data)
    done = subprocess.run(
        cluster.as_server(cluster.programs / "pg_verifybackup", "-n", "-q", "-i", "server.log", cluster.data),
        capture_output=True,
        text=True,
        cwd="/",
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["?"])[0]
        raise Refusal(
            f"Cơ sở dữ liệu trong bản {manifest.stamp} không đúng với danh mục của nó ({said}): hãy dùng bản khác.",
            f"The database in {manifest.stamp} is not what its own list says ({said}): use another backup.",
        )


def give_to_server(cluster: Cluster, folder: Path) -> None:
    """As root, the files belong to the user that the server runs as."""
    if cluster.as_server("true") != ["true"]:
        subprocess.run(["chown", "-R", "postgres:postgres", str(folder)], check=True)


def bring(place: Place, manifest: Manifest, cluster: Cluster, at: datetime | None) -> None:
    """Start the server and replay the log up to ``at``, or all there is. Raises Damaged, Refusal."""
    cluster.admit_loopback_only()
    _replay(place, manifest, cluster, at)
    cluster.own()


def _replay(place: Place, manifest: Manifest, cluster: Cluster, at: datetime | None) -> None:
    run = archive.usable(place.folder, manifest)
    if not run:
        _must(cluster.recover({}), cluster)
        return
    log = cluster.instance.home / "run" / "wal"
    log.mkdir(parents=True, mode=0o700)
    for name, wanted in (
        *((one.name, one.wal_name) for one in run),
        *((name, name) for name in archive.histories(place.folder)),
    ):
        with (log / wanted).open("wb") as file:
            path = archive.folder_of(place.folder) / f"{name}.enc"
            file.writelines(basis.plain(place.read(path, f"wal/{name}")))
    give_to_server(cluster, log)
    fetch = {"restore_command": f'cp "{log}/%f" "%p"', "recovery_target_action": "promote"}
    if at is None:
        _must(cluster.recover(fetch), cluster)
    elif not cluster.recover({**fetch, "recovery_target_time": f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f+00}"}):
        if _ENDED_BEFORE not in cluster.log.read_text(errors="replace"):
            _must(False, cluster)
        # The archive is complete up to the instant (the caller looked) and nothing was committed just before it.
        cluster.log.unlink()
        _must(cluster.recover(fetch), cluster)
    shutil.rmtree(log)


def _must(recovered: bool, cluster: Cluster) -> None:
    if not recovered:
        raise Refusal(
            f"PostgreSQL không khôi phục được: hãy xem nguyên nhân ở cuối tệp {cluster.log}.",
            f"PostgreSQL could not recover: the reason is at the end of {cluster.log}.",
        )
