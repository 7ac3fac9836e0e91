"""`tinhso up` from an empty folder, and what a person or the machine may do to it afterwards."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

import psycopg
import pytest

from tests.running import Running, disposable, until
from tinhso.cli.homes import port_free

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def running():
    with disposable() as instance:
        instance.up()
        yield instance


def test_it_lists_the_sample_accounts_and_its_addresses(running: Running):
    until(lambda: running.url in (running.home / "up.txt").read_text(), 10, "the addresses are printed")
    said = (running.home / "up.txt").read_text()
    for account in json.loads((running.home / "sample-accounts.json").read_text()):
        assert account["login"] in said
        assert account["password"] in said


def test_it_answers_on_loopback_only(running: Running):
    status = running.tinhso("status")
    assert status.returncode == 0, status.stdout
    with urllib.request.urlopen(f"{running.url}/healthz", timeout=5) as answer:
        assert answer.read() == b"ok\n"


def test_a_second_up_of_the_same_home_is_refused(running: Running):
    second = running.tinhso("up")
    assert second.returncode == 1
    assert "đang chạy rồi" in second.stderr
    assert running.ready()


def test_another_home_runs_beside_it(running: Running):
    with disposable() as other:
        other.up()
        assert other.ready()
        del other.environment["TINHSO_PORT"]  # the home alone tells which database is meant
        assert "Chờ niêm phong" in other.tinhso("audit", "state").stdout
        assert running.ready()


@pytest.mark.parametrize("words", [("granian",), ("procrastinate", "worker")])
def test_a_killed_process_is_replaced(running: Running, words: tuple[str, ...]):
    before = running.processes(*words)
    running.kill(*before)

    def replaced() -> bool:
        now = set(running.processes(*words))
        return len(now) == len(before) and not now & set(before) and running.ready()

    until(replaced, 20, f"new {words}")


def test_a_killed_database_comes_back(running: Running):
    before = running.postmaster
    running.kill(before)
    until(lambda: not running.ready() or running.postmaster != before, 20, "the old database is gone")
    until(running.ready, 30, "ready on a new database server")
    assert running.postmaster != before


def test_a_killed_supervisor_takes_web_and_worker_along_and_up_works_again(running: Running):
    assert running.process is not None
    running.process.kill()
    running.process.wait()
    until(lambda: not running.processes("granian") and not running.processes("procrastinate"), 20, "children ended")
    running.up()


def test_what_a_killed_simulation_had_put_aside_is_there_again_after_up(running: Running):
    with running.database() as link:
        before = held(link)
        words = ["simulate", "--persons", "30000", "--dossiers", "20"]
        command = [sys.executable, "-m", "tinhso.cli.main", *words]
        simulation = subprocess.Popen(
            command, env=running.environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        aside = "SELECT count(*) FROM pg_class WHERE relname = 'kernel_put_aside'"
        until(lambda: link.execute(aside).fetchone() == (1,), 180, "indexes are put aside")
        os.killpg(simulation.pid, signal.SIGKILL)
        simulation.wait()
        assert len(held(link)) < len(before)
    assert running.process is not None
    running.interrupt()
    running.up()
    with running.database() as link:
        assert held(link) == before
        assert link.execute(aside).fetchone() == (0,)


#: What holds the tables together: every index and every check, but for the months that a simulation opens.
_HELD = """
SELECT said FROM (
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL
    SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('f', 'x')
) all_of_them (said) WHERE said !~ '_20[0-9]{2}_[0-9]{2}'
"""
#: What the database writes in other words when it reads its own definition again.
_CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]|ONLY ")


def held(link: psycopg.Connection) -> list[str]:
    return sorted(_CASTS.sub("", said) for (said,) in link.execute(_HELD))


def test_ctrl_c_stops_all_of_it_and_the_second_start_prepares_nothing_again(running: Running):
    """`make bench` says how long it takes; here, that the long part of the first start is left out."""
    prepared = (running.home / "logs" / "prepare.out").read_text()
    assert "$ prepare" in prepared
    assert running.interrupt() == 0
    assert running.processes() == []
    assert port_free(running.port)
    running.up()
    assert (running.home / "logs" / "prepare.out").read_text() == prepared


def test_down_stops_it_and_status_says_so(running: Running):
    assert running.tinhso("down").returncode == 0
    assert running.processes() == []
    assert running.tinhso("status").returncode == 3
    running.process = None
    assert running.tinhso("down").stdout == "Hệ thống không chạy.\n"


def test_a_clock_given_as_start_is_one_offset_for_all():
    with disposable(TINHSO_CLOCK="start:2022-09-05T08:00") as then:
        then.up()
        offsets = set()
        for pid in (*then.processes("granian"), *then.processes("procrastinate", "worker")):
            with open(f"/proc/{pid}/environ", "rb") as file:
                offsets |= {word for word in file.read().split(b"\0") if word.startswith(b"TINHSO_CLOCK=")}
        assert len(offsets) == 1
        assert offsets.pop().startswith(b"TINHSO_CLOCK=offset:-")
