"""What an instance's processes leave on disk."""

import time
from pathlib import Path

from tinhso.cli.processes import Child


def test_what_a_process_writes_is_for_its_owner_only(tmp_path: Path) -> None:
    """Dropped mail carries codes that open accounts."""
    child = Child("drop", ["sh", "-c", "echo 123456 > mail"], {"PATH": "/usr/bin:/bin"}, tmp_path / "log", tmp_path)
    child.start()
    until = time.monotonic() + 10
    while child.alive and time.monotonic() < until:
        time.sleep(0.05)
    child.stop()
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
