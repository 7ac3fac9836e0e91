"""`tinhso down`: stop the instance of this home, all of it."""

import os
import signal
import time
from argparse import ArgumentParser, Namespace
from contextlib import suppress

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
        with suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while holder(here.home) is not None and time.monotonic() < until:
            time.sleep(0.1)
        if holder(here.home) is not None:
            with suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGKILL)
    cluster = Cluster(here)
    left_alone = cluster.alive  # its supervisor was killed outright and could not stop it
    if left_alone:
        cluster.stop()
    print("Đã dừng." if running or left_alone else "Hệ thống không chạy.")
    return 0
