"""The lock of a home: who runs it, and the moments when its process begins or ends."""

import fcntl
import os
import threading
from pathlib import Path

import pytest

from tinhso.cli import locks
from tinhso.cli.locks import Holder, held, holder
from tinhso.cli.refusal import Refusal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path


def test_another_is_refused_and_told_which(home: Path) -> None:
    with held(home, 8701), pytest.raises(Refusal, match=r"127\.0\.0\.1:8701"), held(home, 8702):
        pass
    with held(home, 8702):
        assert holder(home) == Holder(os.getpid(), 8702)


@pytest.mark.parametrize("how", [fcntl.LOCK_EX, fcntl.LOCK_SH], ids=["ends", "looks"])
def test_one_that_just_ends_or_only_looks_is_waited_for(home: Path, how: int) -> None:
    # a process that ends has emptied the file before the lock goes; `status` and `down` take a shared lock to look
    with (home / "run" / "up.lock").open("a") as file:
        fcntl.flock(file, how)
        leaving = threading.Timer(0.2, lambda: fcntl.flock(file, fcntl.LOCK_UN))
        leaving.start()
        with held(home, 8701):
            assert holder(home) == Holder(os.getpid(), 8701)
        leaving.join()


def test_a_lock_that_stays_without_a_name_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.1)
    with (home / "run" / "up.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Refusal, match="already runs"), held(home, 8701):
            pass
