"""An upgrade, step by step: backup, rehearsal on a copy of it, then the switch; back to the old version when it fails.

The old version serves until the rehearsal has passed. Then it is stopped, the database is migrated in one transaction,
and this version starts. When that transaction fails nothing of it stays, and the old version is started again exactly
as it ran.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tinhso.cli.backups import restoring
from tinhso.cli.backups.manifest import COUNTED, WORDS, Manifest, count
from tinhso.cli.backups.place import Place
from tinhso.cli.cluster import Cluster
from tinhso.cli.locks import held, holder
from tinhso.cli.preparation import manage
from tinhso.cli.refusal import Refusal
from tinhso.cli.supervisor import environment_of
from tinhso.config import ROOT, Instance

PATIENCE = 60.0
#: What no upgrade may make fewer. Events and the trail may grow while the copy is checked.
KEPT = tuple(COUNTED)


class StepFailed(Exception):
    """A step said no; the message is the end of what it printed."""


@dataclass(frozen=True)
class Old:
    """The version that runs: how it was started."""

    pid: int
    port: int
    command: list[str]
    environment: dict[str, str]

    def start(self) -> bool:
        """Start it again as it ran, in the background; whether it serves."""
        words = [word for word in self.command if word != "--detach"]
        return _started([*words, "--detach"], self.environment)


def old_version(here: Instance) -> Old | None:
    """What `tinhso up` of this home runs now, read from the machine: an older release notes less than this one.

    In production that is nobody: whoever holds the lock in the service's folder then is not asked what root should
    stop, and start again with which environment.
    """
    if here.production:
        return None
    running = holder(here.home)
    if running is None:
        return None
    process = Path(f"/proc/{running.pid}")
    words = (process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    pairs = (process / "environ").read_bytes().rstrip(b"\0").split(b"\0")
    environment = dict(pair.decode(errors="surrogateescape").partition("=")[::2] for pair in pairs if b"=" in pair)
    return Old(running.pid, running.port, [word.decode() for word in words], environment)


def step(here: Instance, act: str, *more: str) -> str:
    """One step of `migrating` on an instance; what it printed. Raises StepFailed."""
    done = subprocess.run(
        [sys.executable, "-m", "tinhso.cli.backups.migrating", act, *more],
        cwd=ROOT,
        env=environment_of(here, TINHSO_DB_ROLE="owner"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        said = [line for line in (done.stderr or done.stdout).strip().splitlines() if not line.startswith(" ")]
        raise StepFailed("\n".join(said[-3:]) or "?")
    return done.stdout


def rehearse(here: Instance, place: Place, manifest: Manifest) -> None:
    """Migrate and check a copy made from the backup that was just taken. Raises StepFailed, Refusal, Damaged."""
    with restoring.staging(here.home.with_name(f"{here.home.name}-upgrade")) as folder:
        cluster = Cluster(restoring.home_at(folder, manifest.database))
        try:
            missing = restoring.fill(place, manifest, cluster, None)
            if missing:
                raise StepFailed(f"{len(missing)} contents are missing, first files/{missing[0]}")
            with cluster.superuser(manifest.database) as link:
                before = count(link)
                step(cluster.instance, "apply")
                (folder / "logs").mkdir(exist_ok=True)
                try:
                    manage(cluster.instance, "load_pack")
                except Refusal as refusal:
                    raise StepFailed(str(refusal)) from refusal
                step(cluster.instance, "settle", manifest.started)
                step(cluster.instance, "check")
                after = count(link)
        finally:
            cluster.stop()
    _nothing_lost(before, after)


def _nothing_lost(before: dict[str, int], after: dict[str, int]) -> None:
    fewer = [f"{WORDS[name]}: {before[name]} → {after[name]}" for name in KEPT if after[name] < before[name]]
    if fewer:
        raise StepFailed("; ".join(fewer))


def switch(here: Instance, old: Old | None) -> None:
    """Stop the old version, migrate, start this one. Raises StepFailed after the old version was started again."""
    if old is not None:
        _stop(here, old)
    cluster = Cluster(here)
    try:
        with held(here.home, here.port):
            try:
                if cluster.private:
                    cluster.start()
                step(here, "apply")
                if here.production:  # elsewhere `up` does it
                    manage(here, "load_pack")
            finally:
                cluster.stop()
    except StepFailed:
        if old is not None and not old.start():
            raise Refusal(
                f"Dữ liệu còn nguyên nhưng bản cũ chưa khởi động lại được: hãy chạy lại nó (xem {here.home}/logs).",
                f"The data is untouched, but the old version did not start: start it by hand (see {here.home}/logs).",
            ) from None
        raise
    if old is not None and not _started([sys.executable, "-m", "tinhso.cli.main", "up", "--detach"], _like(old)):
        raise Refusal(
            f"Dữ liệu đã nâng cấp xong nhưng bản mới chưa chạy được: hãy xem {here.home}/logs rồi chạy tinhso up; "
            "bản sao lưu vừa tạo là trạng thái trước nâng cấp.",
            f"The data is upgraded, but the new version does not serve: read {here.home}/logs, then run tinhso up; "
            "the backup just taken is the state before the upgrade.",
        )


def _like(old: Old) -> dict[str, str]:
    """The old version's environment with what this command was told on top."""
    ours = {name: value for name, value in os.environ.items() if name.startswith(("TINHSO_", "DJANGO_", "PYTHON"))}
    kept = {name: value for name, value in old.environment.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return {**kept, **ours, "PATH": os.environ.get("PATH", "")}


def _started(command: list[str], environment: dict[str, str]) -> bool:
    return (
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, cwd="/").returncode == 0
    )


def _stop(here: Instance, old: Old) -> None:
    with suppress(ProcessLookupError):
        os.kill(old.pid, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while holder(here.home) is not None:
        if time.monotonic() > until:
            raise Refusal(
                f"Bản cũ (tiến trình {old.pid}) không dừng sau {PATIENCE:.0f} giây: hãy chạy tinhso down rồi thử lại.",
                f"The old version (process {old.pid}) did not stop in {PATIENCE:.0f} s: run tinhso down, then again.",
            )
        time.sleep(0.1)
