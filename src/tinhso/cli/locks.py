"""One `tinhso up` for each home: a lock that its process holds and that ends with it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tinhso.cli.refusal import Refusal, to_paste


@dataclass(frozen=True)
class Holder:
    """The process that runs an instance."""

    pid: int
    port: int


def _path(home: Path) -> Path:
    return home / "run" / "up.lock"


def holder(home: Path) -> Holder | None:
    """Who runs this home now; None when nobody does."""
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
    with _path(home).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = holder(home)
            where = f"http://127.0.0.1:{other.port}" if other else str(home)
            stop = to_paste("down", home)
            raise Refusal(
                f"Hệ thống này đang chạy rồi ({where}): dùng {stop} để dừng, hoặc đặt TINHSO_HOME và TINHSO_PORT "
                "khác để chạy thêm một hệ thống.",
                f"This instance already runs ({where}): stop it with {stop}, or set another TINHSO_HOME and "
                "TINHSO_PORT to run one more.",
            ) from None
        file.truncate(0)
        file.write(json.dumps(asdict(Holder(os.getpid(), port))))
        file.flush()
        yield
        file.truncate(0)
