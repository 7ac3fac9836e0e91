"""What else of the home cannot be made anew: settings, secrets, keys, authority, book of seals, spool."""

import errno
import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, cast

from tinhso.config import Instance

#: What a home holds that a backup carries otherwise (database, files) or that is made anew.
NOT_KEPT = {
    "postgres",
    "files",
    "logs",
    "metrics",
    "run",
    "static",
    "mail",
    "sms",
    "nginx",
    "wal",
    "lost+found",
    "up.txt",
}
#: Folders that ``[section] folder`` of config.toml may put elsewhere: section → the home's own name of it, under which
#: a backup carries it.
MOVABLE = {"keys": "keys", "seals": "seals", "signing": "authority"}


@dataclass(frozen=True)
class Held:
    """A file to keep: its name in the backup, where it lies, and what tells that it changed."""

    name: str
    path: Path
    mark: tuple[int, int, int]


def contents(here: Instance) -> Path:
    """Where the contents of files lie."""
    return Path(here.settings.get("files", {}).get("folder", here.home / "files"))


def held(here: Instance) -> list[Held]:
    """All files of the home to keep, in order of their names."""
    roots = {
        path.name: path
        for path in here.home.iterdir()
        if path.name not in NOT_KEPT and not path.name.startswith(".") and not path.is_symlink()
    }
    for section, name in MOVABLE.items():
        moved = here.settings.get(section, {}).get("folder")
        elsewhere = moved or (os.environ.get("TINHSO_KEYS") if section == "keys" else None)
        if elsewhere:
            roots[name] = Path(elsewhere)
    found = []
    for name, root in sorted(roots.items()):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file() and not path.is_symlink():
                inside = path.relative_to(root)
                whole = name if path == root else f"{name}/{inside}"
                found.append(Held(whole, path, (facts.st_size, facts.st_mtime_ns, facts.st_ino)))
    return found


class _Pipe:
    """What a tar writes, taken up by somebody else piece by piece."""

    def __init__(self) -> None:
        self.pieces: Queue[bytes | BaseException | None] = Queue(maxsize=16)

    def write(self, data: bytes) -> int:
        self.pieces.put(bytes(data))
        return len(data)


def packed(files: list[Held]) -> Iterator[bytes]:
    """The files as one tar. A file that went away is left out: it was taken into the database."""
    pipe = _Pipe()

    def fill() -> None:
        try:
            with tarfile.open(fileobj=cast(None, pipe), mode="w|", format=tarfile.PAX_FORMAT) as tar:
                for one in files:
                    _add(tar, one)
            pipe.pieces.put(None)
        except BaseException as error:
            pipe.pieces.put(error)

    Thread(target=fill, daemon=True).start()
    while (piece := pipe.pieces.get()) is not None:
        if isinstance(piece, BaseException):
            raise piece
        yield piece


def opened(path: Path) -> IO[bytes]:
    """A file of the service's, read by root perhaps: never through a link that took its place, never a pipe that waits.
    Raises FileNotFoundError for these too."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise FileNotFoundError(error.errno, "a link", str(path)) from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileNotFoundError(errno.ENOENT, "no file", str(path))
    return os.fdopen(file, "rb")


def _add(tar: tarfile.TarFile, one: Held) -> None:
    """A file that grows while it is read is kept at the size it had."""
    try:
        with opened(one.path) as file:
            facts = tarfile.TarInfo(one.name)
            known = os.fstat(file.fileno())
            facts.size, facts.mode, facts.mtime = known.st_size, known.st_mode & 0o777, known.st_mtime
            tar.addfile(facts, file)
    except FileNotFoundError:
        return
