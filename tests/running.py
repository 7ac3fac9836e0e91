"""An instance run exactly as a person runs it: `tinhso up` in a home of its own, to be killed at will."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tinhso.cli.homes import free_port
from tinhso.cli.supervisor import readiness


def until(true: Callable[[], bool], patience: float, what: str) -> float:
    """Wait until it is true; the seconds that took. Fails after the patience (seconds)."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < patience, f"after {patience:.0f} s still not: {what}"
        time.sleep(0.1)
    return time.monotonic() - began


def children(pid: int) -> set[int]:
    """The processes that this one started and that live."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return {int(child) for child in file.read().split()}


@dataclass
class Running:
    """A home with what runs in it."""

    home: Path
    port: int
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self, patience: float = 600.0) -> float:
        """`tinhso up` in the foreground of another process; the seconds until it is ready."""
        with (self.home / "up.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tinhso.cli.main", "up"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
                start_new_session=True,
            )
        return until(self.ready, patience, f"ready: {(self.home / 'up.txt').read_text()[-2000:]}")

    def ready(self) -> bool:
        assert self.process is None or self.process.poll() is None, (self.home / "up.txt").read_text()[-3000:]
        return readiness(self.port)[0] == 200

    def tinhso(self, *words: str, patience: float = 120.0) -> "subprocess.CompletedProcess[str]":
        """A command in this home, waited for so many seconds."""
        command = [sys.executable, "-m", "tinhso.cli.main", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=patience)

    def processes(self, *words: str) -> list[int]:
        """Processes of this home whose command line has all the words, oldest first."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                ours = str(self.home).encode() in (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if ours and all(word in command for word in words):
                found.append(int(folder.name))
        return sorted(found)

    @property
    def postmaster(self) -> int:
        return int((self.home / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])

    def accounts(self) -> list[dict[str, str]]:
        """The sample accounts that `up` printed."""
        listed: list[dict[str, str]] = json.loads((self.home / "sample-accounts.json").read_text())
        return listed

    def database(self) -> psycopg.Connection:
        """The instance's database as its superuser: to look, not to arrange."""
        server = (self.home / "postgres" / "postmaster.pid").read_text().splitlines()
        password = (self.home / "secrets" / "db-superuser").read_text()
        return psycopg.connect(
            host="127.0.0.1", port=server[3], dbname="tinhso", user="postgres", password=password, autocommit=True
        )

    def kill(self, *pids: int) -> None:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=60)
        self.process = None
        return code


@contextmanager
def disposable(**environment: str) -> Iterator[Running]:
    """A fresh home; everything in it is ended and removed afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="tinhso-", ignore_cleanup_errors=True) as name,
        standing(Path(name), **environment) as running,
    ):
        yield running


@contextmanager
def standing(home: Path, **environment: str) -> Iterator[Running]:
    """A home that stays, made when it is not there; what runs in it is ended afterwards."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)  # PostgreSQL's user must enter
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TINHSO_", "DJANGO_"))}
    port = free_port()
    own = {"TINHSO_HOME": str(home), "TINHSO_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    running = Running(home, port, {**kept, **own, **environment})
    try:
        yield running
    finally:
        running.tinhso("down")
        if running.process is not None and running.process.poll() is None:
            running.process.kill()
        until(lambda: not running.processes(), 120, "everything of the home has ended")
