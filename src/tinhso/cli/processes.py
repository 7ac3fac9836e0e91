"""One supervised process with everything that it starts."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

#: A process that lived this long before it died is started again at once.
STEADY = 5.0
LONGEST_PAUSE = 5.0


@dataclass
class Child:
    """A command kept alive. It leads its own process group and dies with the process that started it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    cwd: Path
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    restarts: int = 0
    pause: float = field(default=0.2)

    def start(self) -> None:
        """Start it; `setpriv --pdeathsig` ends it when the supervisor is killed outright."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
                cwd=self.cwd,
                start_new_session=True,
                umask=0o077,  # dropped mail carries codes and names: nobody else on the machine reads it
            )
        self.started = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process is not None else None

    def revive(self) -> None:
        """Start it again when it has died, more slowly each time while it keeps dying young."""
        if self.alive:
            return
        self._end_group(signal.SIGKILL)
        lived = time.monotonic() - self.started
        self.pause = 0.2 if lived > STEADY else min(self.pause * 2, LONGEST_PAUSE)
        if lived < self.pause:
            return
        self.restarts += 1
        self.start()

    def ask_to_stop(self) -> None:
        """Ask it to end its work and stop."""
        if self.alive:
            self._end_group(signal.SIGTERM)

    def stop(self, patience: float = 10.0) -> None:
        """Stop it and all of its group, by force when it takes longer than the patience (seconds)."""
        if self.process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=patience)
        self._end_group(signal.SIGKILL)
        self.process.wait()

    def _end_group(self, number: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)
