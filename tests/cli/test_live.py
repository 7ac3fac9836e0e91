"""The instance that other tests use really serves."""

import os
import signal
import time

import pytest

from tests.live import Live
from tinhso.cli.supervisor import readiness


def test_it_is_ready_with_every_check_passing(live: Live):
    status, answer = readiness(live.instance.port)
    assert status == 200
    assert answer == {
        "ready": True,
        "checks": dict.fromkeys(("database", "migrations", "worker", "disk"), True),
        "warnings": [],
    }


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_process_is_started_again(live: Live, name: str):
    child = live.supervisor.child(name)
    before = child.pid
    os.kill(before, signal.SIGKILL)
    until = time.monotonic() + 60
    while time.monotonic() < until and (child.pid == before or readiness(live.instance.port)[0] != 200):
        time.sleep(0.2)
    assert child.pid != before
    assert readiness(live.instance.port)[0] == 200
