"""`tinhso upgrade` from the data of release 0.1.0, and what a failed one leaves: the old version, serving, untouched.

The release after this one is played by a settings module with one app more, on a path of its own.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.proof import earlier
from tests.running import Running, disposable, until
from tinhso.cli.homes import port_free

pytestmark = pytest.mark.proof

MIGRATION = """
import os
from django.db import migrations

def last(apps, schema_editor):
    {last}

class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]
    operations = [
        migrations.RunSQL("ALTER TABLE dossiers_dossier ADD COLUMN next_mark text NOT NULL DEFAULT 'old'"),
        migrations.RunSQL("UPDATE dossiers_dossier SET next_mark = 'upgraded'"),
        migrations.RunPython(last),
    ]
"""
#: Seconds after which an upgrade is taken for hung; a busy machine needs minutes.
HANGS = 1800
FINE = "pass"
FAILS = "raise ArithmeticError('this step cannot be done')"


@dataclass
class Release:
    """A release that is yet to come: this one with an app more."""

    folder: Path

    def migrates(self, last: str) -> None:
        """The app's one migration ends with this line of Python."""
        app = self.folder / "tinhso_next"
        (app / "migrations").mkdir(parents=True, exist_ok=True)
        (app / "__init__.py").touch()
        (app / "migrations" / "__init__.py").touch()
        (app / "migrations" / "0001_initial.py").write_text(MIGRATION.format(last=last))
        (self.folder / "next_settings.py").write_text(
            "from tinhso.project.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'tinhso_next']\n"
        )

    def upgrade(self, running: Running, *more: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            **running.environment,
            "DJANGO_SETTINGS_MODULE": "next_settings",
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, "-m", "tinhso.cli.main", "upgrade", "--to", str(self.folder / "place"), *more]
        command += ["--key-file", str(self.folder / "key")]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=HANGS)


@dataclass
class Visitor:
    """Somebody who opens a page again and again, and what was answered."""

    running: Running
    answers: list[int] = field(default_factory=list)

    def visit(self) -> None:
        try:
            with urllib.request.urlopen(f"{self.running.url}/", timeout=30) as answer:
                self.answers.append(answer.status)
        except urllib.error.HTTPError as error:
            self.answers.append(error.code)
        except OSError:
            self.answers.append(0)

    @contextmanager
    def visiting(self) -> Iterator[None]:
        done = threading.Event()

        def again() -> None:
            while not done.is_set():
                self.visit()
                time.sleep(0.1)

        thread = threading.Thread(target=again)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


#: The instance's clock work of a minute, without a pause: so a seal surely falls between a backup's copy of the
#: database and its copy of the book.
SEALING = """
import django
django.setup()
from tinhso.kernel.audit import record, seal
from tinhso.kernel.policy import SYSTEM
print("sealing", flush=True)
while True:
    record(SYSTEM, "test.kept", subject="test:upgrade", data={})
    seal()
"""


@contextmanager
def sealing(running: Running) -> Iterator[None]:
    """Somebody acts and is sealed again and again."""
    environment = {**running.environment, "DJANGO_SETTINGS_MODULE": "tinhso.project.settings"}
    with subprocess.Popen([sys.executable, "-c", SEALING], env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"sealing\n"
            yield
            assert process.poll() is None, "it sealed to the end"
        finally:
            process.kill()


@pytest.fixture
def release() -> Iterator[Release]:
    with tempfile.TemporaryDirectory(prefix="tinhso-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "key").write_text("một câu dài không ai đoán được\n")
        yield Release(folder)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """This release, serving."""
    with disposable() as instance:
        instance.up()
        yield instance


def marks(database: psycopg.Connection) -> bool:
    """Whether the next release's column is there."""
    found = database.execute("SELECT 1 FROM information_schema.columns WHERE column_name = 'next_mark'").fetchone()
    return found is not None


def state(database: psycopg.Connection) -> tuple[object, ...]:
    """What a failed upgrade must not change."""
    queries = (
        "SELECT array_agg(app || name ORDER BY app, name) FROM django_migrations",
        "SELECT count(*) FROM people_account",
        "SELECT array_agg(table_name || '.' || column_name ORDER BY table_name, column_name)"
        " FROM information_schema.columns WHERE table_schema = 'public'",
    )
    return tuple(database.execute(query.encode()).fetchone() for query in queries)


def test_the_data_of_the_earlier_release_is_all_there_afterwards(release: Release):
    release.migrates(FINE)
    with disposable() as running:
        cluster = earlier.build(running)
        try:
            with cluster.superuser("tinhso") as link:
                dossiers = earlier.fill(link, dossiers=12)
        finally:
            cluster.stop()

        done = release.upgrade(running)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "tinhso_next.0001_initial" in done.stdout

        cluster.start()
        try:
            with cluster.superuser("tinhso") as link:
                found = link.execute(
                    "SELECT d.id, d.data #>> '{child,given_name}', d.next_mark, a.login FROM dossiers_dossier d "
                    "JOIN people_account a ON a.id = d.applicant_account_id ORDER BY d.code"
                ).fetchall()
                trail = link.execute("SELECT count(*) FROM kernel_audit WHERE act = 'test.kept'").fetchone()
        finally:
            cluster.stop()
        assert found == [
            (dossier, f"Khôi {number}", "upgraded", "me@vidu.vn") for number, dossier in enumerate(dossiers)
        ]
        assert trail == (12,)


def test_a_migration_that_fails_leaves_the_old_version_serving_every_request(running: Running, release: Release):
    release.migrates(FAILS)
    until(running.ready, 60, "ready before")
    before = running.processes("granian")
    with running.database() as database:
        was = state(database)
        visitor = Visitor(running)
        with visitor.visiting():
            done = release.upgrade(running)
            until(lambda: visitor.answers.count(200) > 20, 60, "many visits")
        assert state(database) == was
        assert not marks(database)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "this step cannot be done" in done.stdout
    assert "Bản cũ vẫn chạy" in done.stdout
    assert set(visitor.answers) == {200}
    assert running.processes("granian") == before, "nobody was started anew"
    assert not list(running.home.parent.glob(f".{running.home.name}-upgrade.restoring"))


def test_a_rehearsal_changes_nothing(running: Running, release: Release):
    release.migrates(FINE)
    before = running.processes("granian")
    with sealing(running):
        done = release.upgrade(running, "--rehearse")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tập dượt xong" in done.stdout
    assert running.processes("granian") == before
    with running.database() as database:
        assert not marks(database)


def test_a_trail_that_lost_its_end_before_the_backup_is_not_upgraded(running: Running, release: Release):
    release.migrates(FINE)
    with sealing(running):
        until((running.home / "seals" / "seal.pub").exists, 60, "something is sealed")
    time.sleep(1.1)  # a seal's instant has whole seconds
    with running.database() as database:
        database.execute("SET session_replication_role = replica")
        database.execute("CREATE TEMP TABLE cut AS SELECT * FROM kernel_seal ORDER BY number DESC LIMIT 1")
        database.execute("DELETE FROM kernel_seal WHERE number = (SELECT number FROM cut)")
        try:
            done = release.upgrade(running, "--rehearse")
        finally:
            database.execute("INSERT INTO kernel_seal SELECT * FROM cut")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "seal-missing" in done.stdout


def test_what_fails_on_the_real_data_only_is_rolled_back_and_the_old_version_comes_back(
    running: Running, release: Release
):
    release.migrates(f"if os.environ['TINHSO_HOME'] == {str(running.home)!r}: {FAILS}")
    with running.database() as database:
        was = state(database)
    done = release.upgrade(running)
    running.process = None  # the upgrade ended it and started another
    assert done.returncode == 1, done.stdout + done.stderr
    assert "dữ liệu thật" in done.stdout
    until(running.ready, 60, "the old version serves again")
    with running.database() as database:
        assert state(database) == was
    for pid in running.processes("granian"):
        with open(f"/proc/{pid}/environ", "rb") as file:
            assert b"next_settings" not in file.read(), "the new version was started"


def test_an_upgrade_that_succeeds_runs_the_new_version_at_the_same_port(running: Running, release: Release):
    release.migrates(FINE)
    done = release.upgrade(running)
    running.process = None
    assert done.returncode == 0, done.stdout + done.stderr
    until(running.ready, 60, "the new version serves")
    assert not port_free(running.port)
    with running.database() as database:
        assert marks(database)
    until((running.home / "seals" / "seal.pub").exists, 90, "the first act is sealed")
    checked = running.tinhso("audit", "verify")
    assert checked.returncode == 0, checked.stdout
    with open(f"/proc/{running.processes('granian')[0]}/environ", "rb") as file:
        assert b"next_settings" in file.read()
    assert os.path.isdir(release.folder / "place"), "with a backup of what was before"
