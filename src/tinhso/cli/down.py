"""`tinhso down`: stop the instance of this home, all of it."""

import os
import signal
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from select import select

from tinhso.cli.cluster import Cluster
from tinhso.cli.locks import holder
from tinhso.cli.refusal import refuse_production
from tinhso.config import instance

HELP = "dừng hệ thống"
PATIENCE = 60.0


def configure(parser: ArgumentParser) -> None:
    """No options."""


def run(args: Namespace) -> int:
    here = instance()
    refuse_production(here, "systemctl stop tinhso-web 'tinhso-worker@*'")
    running = holder(here.home)
    if running is not None:
        _end(running.pid)
    cluster = Cluster(here)
    left_alone = cluster.alive  # its supervisor was killed outright and could not stop it
    if left_alone:
        cluster.stop()
    print("Đã dừng." if running or left_alone else "Hệ thống không chạy.")
    return 0


def _end(pid: int) -> None:
    """Ask the supervisor to stop and wait until its process has ended; by force after PATIENCE seconds."""
    with suppress(ProcessLookupError):
        process = os.pidfd_open(pid)
        try:
            signal.pidfd_send_signal(process, signal.SIGTERM)
            if not select([process], [], [], PATIENCE)[0]:
                signal.pidfd_send_signal(process, signal.SIGKILL)
                select([process], [], [], PATIENCE)
        finally:
            os.close(process)
