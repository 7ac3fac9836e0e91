"""Restoring a backup into a home of its own: beside its place first, checked, then under its name."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tinhso.cli.backups import archive, basis, recovery
from tinhso.cli.backups.checking import Checked, check
from tinhso.cli.backups.manifest import Manifest, chosen, read_manifest, stamps
from tinhso.cli.backups.place import Place
from tinhso.cli.backups.pool import Pool, share_path
from tinhso.cli.backups.progress import Progress
from tinhso.cli.backups.taking import listed
from tinhso.cli.cluster import Cluster
from tinhso.cli.homes import free_port
from tinhso.cli.refusal import Refusal
from tinhso.config import Database, Instance
from tinhso.kernel.clock import local

#: Settings that belong to the old machine: folders and ports, and where it copies its own log to.
NOT_RESTORED = {
    "": ("port",),
    "database": ("data", "port", "host"),
    "keys": ("folder",),
    "seals": ("folder",),
    "files": ("folder",),
    "signing": ("folder",),
    "backup": (),
}


@dataclass(frozen=True)
class Restored:
    """A restored home and what the checks found in it."""

    home: Path
    manifest: Manifest
    checked: Checked


def home_at(home: Path, database: str) -> Instance:
    """The instance of a folder that is being restored, on free ports of this machine."""
    return Instance(
        home=home,
        port=free_port(),
        database=Database("127.0.0.1", free_port(), database, home / "postgres"),
        debug=False,
        sample=False,
        pack=home,
        settings={},
    )


def choose(place: Place, stamp: str | None, at: datetime | None) -> Manifest:
    """The backup to begin from: the last one that was finished at the wanted instant. Raises Refusal, Damaged."""
    if at is None:
        return chosen(place, stamp)
    candidates = [chosen(place, stamp)] if stamp else [read_manifest(place, one) for one in stamps(place.folder)]
    fitting = [manifest for manifest in candidates if manifest.at <= at]
    if not fitting:
        earliest = f"{local(candidates[0].at):%d/%m/%Y %H:%M:%S}" if candidates else "-"
        raise Refusal(
            f"Không có bản sao lưu nào xong trước {_words(at)}; thời điểm sớm nhất khôi phục được: {earliest}.",
            f"No backup was finished before {_words(at)}; the earliest instant to restore is {earliest}.",
        )
    complete = archive.until(place) if archive.usable(place.folder, fitting[-1]) else None
    if complete is None or complete < at:
        latest = max(fitting[-1].at, complete) if complete else fitting[-1].at
        raise Refusal(
            f"Nhật ký ghi chỉ đủ đến {_words(latest)}: hãy chọn --at không muộn hơn, hoặc bỏ --at để lấy đến hết.",
            f"The log is complete up to {_words(latest)} only: choose --at no later, or leave it out to take all.",
        )
    return fitting[-1]


def _words(instant: datetime) -> str:
    return f"{local(instant):%d/%m/%Y %H:%M:%S}"


def restore(
    place: Place, manifest: Manifest, target: Path, *, at: datetime | None = None, port: int | None = None
) -> Restored:
    """Restore into ``target``, which must not be there or be empty. Killed half-way, nothing lies under its name.

    Raises Refusal, Damaged.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refusal(
            f"{target} đã có dữ liệu; khôi phục không ghi đè lên gì: hãy chọn --to là một thư mục chưa có.",
            f"{target} holds data already; a restore overwrites nothing: choose a folder for --to that is not there.",
        )
    if manifest.postgres != _major():
        raise Refusal(
            f"Bản sao lưu của PostgreSQL {manifest.postgres}, máy này có PostgreSQL {_major()}: hãy cài đúng bản "
            f"{manifest.postgres}.",
            f"The backup is of PostgreSQL {manifest.postgres}, this machine has {_major()}: install "
            f"{manifest.postgres}.",
        )
    with staging(target) as folder:
        cluster = Cluster(home_at(folder, manifest.database))
        try:
            missing = fill(place, manifest, cluster, at)
            checked = check(cluster.instance, manifest, missing)
        finally:
            cluster.stop()
        if port is not None:
            _set_port(folder, port)
        shutil.rmtree(folder / "run")
        folder.rename(target)
    return Restored(target, manifest, checked)


def _major() -> int:
    return basis.major_version(Cluster(home_at(Path("/"), "")))


@contextmanager
def staging(target: Path) -> Iterator[Path]:
    """The folder beside the target where it is put together; removed when that fails, swept when it was killed."""
    folder = target.with_name(f".{target.name}.restoring")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(
                f"Đang có một lần khôi phục khác vào {target}: hãy đợi nó xong.",
                f"Another restore into {target} is under way: wait until it has ended.",
            ) from None
        _sweep(folder)
        folder.mkdir(mode=0o755)
        try:
            _see_that_server_enters(folder)
            yield folder
        finally:
            _sweep(folder)
            Path(lock.name).unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """End the database that a killed restore left running there, then remove all of it."""
    if folder.exists():
        Cluster(home_at(folder, "")).stop()
        shutil.rmtree(folder, ignore_errors=True)


def _see_that_server_enters(folder: Path) -> None:
    command = Cluster(home_at(folder, "")).as_server("test", "-x", folder)
    if subprocess.run(command, cwd="/").returncode != 0:
        raise Refusal(
            f"Người dùng postgres không vào được {folder.parent}: hãy chọn --to ở nơi khác, ví dụ dưới /var/lib.",
            f"The user postgres cannot enter {folder.parent}: choose --to elsewhere, for example below /var/lib.",
        )


def fill(place: Place, manifest: Manifest, cluster: Cluster, at: datetime | None) -> list[str]:
    """Everything into the staging folder and the database up; contents that the database names and nobody has."""
    folder = cluster.instance.home
    for name in ("spool", "home"):
        whole = f"{manifest.stamp}/{name}"
        basis.unpack(place.read(place.folder / f"{whole}.enc", whole), folder)
    if archive.usable(place.folder, manifest):
        for name in archive.homes(place.folder):
            basis.unpack(place.read(archive.folder_of(place.folder) / f"{name}.enc", f"wal/{name}"), folder)
    _forget_old_machine(folder)
    (folder / "run").mkdir()
    print("· Bung cơ sở dữ liệu…", flush=True)
    recovery.unpack(place, manifest, cluster)
    print("· Phát lại nhật ký ghi…", flush=True)
    recovery.bring(place, manifest, cluster, at)
    return _contents(place, manifest, cluster)


def _forget_old_machine(folder: Path) -> None:
    """Leave out of config.toml what names folders and ports of the old machine."""
    file = folder / "config.toml"
    if not file.exists():
        return
    kept, section = [], ""
    for line in file.read_text().splitlines():
        if line.strip().startswith("["):
            section = line.strip().strip("[]").strip()
        gone = NOT_RESTORED.get(section)
        whole_section = gone == ()
        if not whole_section and not (gone and line.partition("=")[0].strip() in gone):
            kept.append(line)
    file.write_text("\n".join(kept) + "\n")


def _set_port(folder: Path, port: int) -> None:
    """First in the file: it belongs to no section."""
    file = folder / "config.toml"
    file.write_text(f"port = {port}\n" + (file.read_text() if file.exists() else ""))


def _contents(place: Place, manifest: Manifest, cluster: Cluster) -> list[str]:
    """Copy the backup's contents, and those that the restored database names; the names of the missing ones."""
    pool = Pool(place.folder)
    pool.catch_up()
    wanted = {copy.path for copy in listed(place, manifest)}
    with cluster.superuser(manifest.database) as link:
        named = link.execute("SELECT address, id FROM kernel_blob WHERE wrapped_key IS NOT NULL").fetchall()
    wanted |= {f"{address[:2]}/{address}-{identity}" for address, identity in named}
    wanted |= {path for _address, one in named if (path := share_path(str(one))) in pool.known}
    erased = pool.forgotten()
    files, missing, progress = cluster.instance.home / "files", [], Progress("Tệp", 0)
    files.mkdir(mode=0o700)
    for path in sorted(wanted):
        try:
            _copy(pool.files / path, files / path)
            progress.add((files / path).stat().st_size)
        except FileNotFoundError:
            if path not in erased:
                missing.append(path)
    progress.end()
    return missing


def _copy(source: Path, target: Path) -> None:
    """One content, for its owner only."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(source, target)
    os.chmod(target, 0o600)
