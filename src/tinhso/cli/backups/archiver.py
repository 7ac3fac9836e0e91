"""``python -m tinhso.cli.backups.archiver``: copy the write-ahead log into the backup place while it is written.

Started by `tinhso up` when ``[backup] continuous`` says so, in production by the unit `tinhso-archiver`.
`pg_receivewal` streams into ``wal`` of the home, a folder of its own user's; every few seconds what came is encrypted
into the place, the segment that is still written too. A slot makes the server keep what was not received yet. Before
a piece of log is published, the contents and the other files that it may name are in the place; then ``until.json``
says up to which instant all is there, in the place and in the home.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType

import psycopg

from tinhso.cli.backups import archive, basis, house, options
from tinhso.cli.backups.archive_slot import SLOT, ensure_slot
from tinhso.cli.backups.place import Place, open_place, passphrase_in
from tinhso.cli.backups.pool import SETTLED, Pool
from tinhso.cli.backups.taking import stamp_of
from tinhso.cli.cluster import Cluster
from tinhso.cli.refusal import Refusal
from tinhso.config import Instance, instance
from tinhso.kernel import archived, clock

NAME = "tinhso_archiver"
#: Between two looks (seconds): the most that a lost machine takes along is a little more.
INTERVAL = 2.0
#: So long (seconds) a look waits for the stream to have what was committed before it.
PATIENCE = 5.0
#: Segments read in one portion: 16 MB each.
AT_ONCE = 4
SEGMENT_NAME = 24


@dataclass
class Archiver:
    """The copying of one instance's log."""

    here: Instance
    place: Place
    cluster: Cluster
    pool: Pool
    stopping: bool = False
    stream: "subprocess.Popen[bytes] | None" = None
    _shipped: dict[str, tuple[int, int]] = field(default_factory=dict)
    _homes: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    @property
    def received(self) -> Path:
        """Not below ``run``: that is the service's in production, who could put links where root writes."""
        return self.here.home / "wal"

    def run(self) -> None:
        """Until it is asked to stop; then what was received is still put into the place."""
        self.received.mkdir(parents=True, exist_ok=True, mode=0o700)
        archive.folder_of(self.place.folder).mkdir(exist_ok=True, mode=0o700)
        ensure_slot(self.cluster)
        self._start_stream()
        try:
            while not self.stopping:
                self.look()
                self._start_stream()
                until = time.monotonic() + INTERVAL
                while not self.stopping and time.monotonic() < until:
                    time.sleep(0.1)
            self.look()
        finally:
            if self.stream is not None:
                self.stream.terminate()
                self.stream.wait()

    def look(self) -> None:
        """One look: what came since the last one goes into the place. A silent database is asked again later."""
        with suppress(psycopg.OperationalError):
            instant, whole = self._wait_for_stream()
            while self.ship():
                pass
            if whole:
                archive.write_until(self.place, instant)
                archived.note(self.here.home, instant)

    def ship(self) -> bool:
        """Contents, parts of the home, then the log; in this order, so that the log names nothing that is missing.
        Whether more waits."""
        logs = sorted(self.received.iterdir())
        waiting = [path for path in logs if self._shipped.get(path.name) != self._facts(path)]
        try:
            fresh = [(path, self._facts(path), path.read_bytes()) for path in waiting[:AT_ONCE]]
        except FileNotFoundError:
            return True  # a segment became whole just now and has its final name
        self.pool.take_new(house.contents(self.here))
        self._ship_home()
        for path, facts, content in fresh:
            self._ship_log(path.name, content)
            if time.time_ns() - facts[1] > SETTLED:  # a write of the same instant would not change the file's time
                self._shipped[path.name] = facts
        done = [path for path in logs if path.name in self._shipped and len(path.name) == SEGMENT_NAME]
        for path in done[:-1]:  # the last one tells pg_receivewal where to go on
            path.unlink()
            del self._shipped[path.name]
        return len(waiting) > AT_ONCE

    # -- inside -----------------------------------------------------------------------------------------------------

    @staticmethod
    def _facts(path: Path) -> tuple[int, int]:
        try:
            facts = path.stat()
        except FileNotFoundError:
            return 0, 0
        return facts.st_size, facts.st_mtime_ns

    def _ship_log(self, name: str, content: bytes) -> None:
        target = archive.folder_of(self.place.folder) / f"{name}.enc"
        self.place.write(target, f"wal/{name}", basis.compressed(iter([content])))
        if not name.endswith(".partial"):
            target.with_name(f"{name}.partial.enc").unlink(missing_ok=True)

    def _ship_home(self) -> None:
        changed = [one for one in house.held(self.here) if self._homes.get(one.name) != one.mark]
        if not changed:
            return
        name = f"home-{stamp_of(clock.real())}-{time.time_ns() % 10**9:09}"
        target = archive.folder_of(self.place.folder) / f"{name}.enc"
        self.place.write(target, f"wal/{name}", house.packed(changed))
        self._homes |= {one.name: one.mark for one in changed}

    def _start_stream(self) -> None:
        if self.stream is not None and self.stream.poll() is None:
            return
        # In a session of its own, so that it still streams while we end; it dies when we are killed.
        command = ["setpriv", "--pdeathsig", "KILL", "--", str(self.cluster.programs / "pg_receivewal")]
        command += basis.connection_words(self.cluster)
        command += ["-D", str(self.received), "-S", SLOT, "--status-interval", "1"]
        self.stream = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            env=basis.connection_environment(self.cluster, NAME),
            cwd="/",
            start_new_session=True,
            umask=0o077,
        )

    def _wait_for_stream(self) -> tuple[datetime, bool]:
        """An instant, and whether everything committed before it has been received."""
        instant, until = clock.real(), time.monotonic() + PATIENCE
        with basis.connect(self.cluster) as link:
            row = link.execute("SELECT pg_current_wal_flush_lsn()").fetchone()
            assert row is not None
            while time.monotonic() < until:
                got = link.execute(
                    "SELECT 1 FROM pg_stat_replication WHERE application_name = %s AND write_lsn >= %s",
                    [NAME, row[0]],
                ).fetchone()
                if got is not None:
                    return instant, True
                time.sleep(0.1)
        return instant, False


def main() -> int:
    here = instance()
    kept = options.settings(here)
    if kept.to is None or kept.key_file is None:
        print("[backup] of config.toml lacks to or key_file", file=sys.stderr)
        return os.EX_CONFIG  # the unit does not try again
    try:
        archiver = Archiver(here, open_place(kept.to, passphrase_in(kept.key_file)), Cluster(here), Pool(kept.to))

        def stop(number: int, frame: FrameType | None) -> None:
            archiver.stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        archiver.run()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return os.EX_IOERR
    return 0


if __name__ == "__main__":
    sys.exit(main())
