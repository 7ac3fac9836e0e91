"""One `tinhso up` for each home: a lock that its process holds and that ends with it."""

import errno
import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from tinhso.cli.refusal import Refusal, to_paste

#: Seconds for a lock that nobody's name stands in: its process begins or ends, or somebody just looks who holds it.
PATIENCE = 5.0


@dataclass(frozen=True)
class Holder:
    """The process that runs an instance."""

    pid: int
    port: int


def _path(home: Path) -> Path:
    return home / "run" / "up.lock"


def _opened(path: Path) -> IO[str]:
    """The lock's file, to be written by root perhaps, in a folder of the service's: what lies there in its place (a
    link to somebody else's file) is never written through. Raises Refusal."""
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise _no_lock(path) from None
    facts = os.fstat(file)
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1:
        os.close(file)
        raise _no_lock(path)
    return os.fdopen(file, "a+")


def _no_lock(path: Path) -> Refusal:
    return Refusal(
        f"{path} không phải tệp khóa do tinhso tạo: hãy xem ai đặt nó ở đó, xóa nó rồi chạy lại.",
        f"{path} is no lock that tinhso made: see who put it there, remove it, then run again.",
    )


def holder(home: Path) -> Holder | None:
    """Who runs this home now; None when nobody does, or one that just begins or ends and has no name in the lock."""
    try:
        with _path(home).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Holder(**json.load(file))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return None


@contextmanager
def held(home: Path, port: int) -> Iterator[None]:
    """Hold the home's lock. Raises Refusal when another process holds it."""
    with _opened(_path(home)) as file:
        if not _taken(file, home):
            other = holder(home)
            where = f"http://127.0.0.1:{other.port}" if other else str(home)
            stop = to_paste("down", home)
            raise Refusal(
                f"Hệ thống này đang chạy rồi ({where}): dùng {stop} để dừng, hoặc đặt TINHSO_HOME và TINHSO_PORT "
                "khác để chạy thêm một hệ thống.",
                f"This instance already runs ({where}): stop it with {stop}, or set another TINHSO_HOME and "
                "TINHSO_PORT to run one more.",
            )
        file.truncate(0)
        file.write(json.dumps(asdict(Holder(os.getpid(), port))))
        file.flush()
        yield
        file.truncate(0)


def _taken(file: IO[str], home: Path) -> bool:
    """Take the lock; False when somebody else runs this home."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if holder(home) is not None or time.monotonic() > until:
                return False
            time.sleep(0.02)
        else:
            return True
