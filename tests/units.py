"""systemd units without systemd: the same files, as much of them as starting, watching and stopping needs.

Interpreted: Type (not waited for), User, Group, WorkingDirectory, Environment, UMask, ExecStart, ExecReload,
KillSignal, KillMode, TimeoutStopSec, Restart, RestartSec, RestartPreventExitStatus, and %i. Sandboxing is not.
"""

import grp
import os
import pwd
import shlex
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


def read(file: Path, instance: str = "") -> dict[str, dict[str, list[str]]]:
    """Sections → keys → values, in the file's order; a key may come more than once."""
    sections: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for raw in file.read_text().splitlines():
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
            continue
        key, _equals, value = line.partition("=")
        section.setdefault(key.strip(), []).append(value.strip().replace("%i", instance))
    return sections


@dataclass
class Service:
    """A service that runs as its unit file says."""

    name: str
    file: Path
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    starts: int = 0
    exit_code: int | None = None  #: of the last run, when it was not started again
    stopping: threading.Event = field(default_factory=threading.Event)
    watcher: threading.Thread | None = None

    def __post_init__(self) -> None:
        instance = self.name.partition("@")[2].removesuffix(".service")
        self.keys = read(self.file, instance)["Service"]

    def one(self, key: str, otherwise: str = "") -> str:
        return self.keys.get(key, [otherwise])[-1]

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> "Service":
        self.stopping.clear()
        self._run()
        self.watcher = threading.Thread(target=self._watch, daemon=True)
        self.watcher.start()
        return self

    def _run(self) -> None:
        user = pwd.getpwnam(self.one("User", "root"))
        group = grp.getgrnam(self.one("Group")) if self.one("Group") else grp.getgrgid(user.pw_gid)
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8"}
        environment |= dict(pair.split("=", 1) for pair in self.keys.get("Environment", []))
        become = [] if os.geteuid() == user.pw_uid else as_user(user.pw_uid, group.gr_gid)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*become, *shlex.split(self.one("ExecStart"))],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                cwd=self.one("WorkingDirectory", "/"),
                umask=int(self.one("UMask", "0022"), 8),
                start_new_session=True,
            )
        self.starts += 1

    def _watch(self) -> None:
        """Start it again when it ended, as Restart= says."""
        while not self.stopping.wait(0.1):
            if self.process is None or self.process.poll() is None:
                continue
            code = self.process.returncode
            self._end_group()
            prevented = {int(one) for one in self.one("RestartPreventExitStatus").split()}
            again = {"always": True, "on-failure": code != 0}.get(self.one("Restart"), False)
            if not again or code in prevented:
                self.exit_code = code
                return
            time.sleep(float(self.one("RestartSec", "0.1")))
            if not self.stopping.is_set():
                self._run()

    def reload(self) -> None:
        command = self.one("ExecReload").replace("$MAINPID", str(self.pid))
        subprocess.run(shlex.split(command), check=True)

    def stop(self) -> int | None:
        """KillMode=mixed: the signal to the main process, at the end SIGKILL to what is left. Its exit code."""
        self.stopping.set()
        if self.watcher is not None:
            self.watcher.join(timeout=10)
        if self.process is None:
            return None
        self.process.send_signal(getattr(signal, self.one("KillSignal", "SIGTERM")))
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=float(self.one("TimeoutStopSec") or self.one("TimeoutSec", "90")))
        self._end_group()
        return self.process.wait()

    def kill(self) -> None:
        """SIGKILL to all of it, as a power cut would; it is started again as the unit says."""
        self._end_group()

    def _end_group(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def as_user(uid: int, gid: int) -> list[str]:
    return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--"]
