"""The doctor finds what is broken in the database, says how to mend it, and finds nothing in a home that is well."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.doctor.asking import is_broken, is_well
from tests.sealing import seal_everything
from tinhso.cli.cluster import Cluster
from tinhso.cli.doctoring import database, home
from tinhso.cli.doctoring.findings import Patient, State
from tinhso.config import Instance

Link = psycopg.Connection[Any]


@pytest.fixture
def database_name(own_database: str) -> str:
    return own_database


@pytest.fixture
def root(here: Instance, cluster: Cluster) -> Iterator[Link]:
    """The database's superuser, who can break what the app cannot."""
    with cluster.superuser(here.database.name) as link:
        yield link


def test_a_database_that_does_not_let_us_in(patient: Patient) -> None:
    is_well(database.reach, patient)
    (patient.here.home / "secrets" / "db-app").write_text("mot-mat-khau-khac")
    is_broken(database.reach, Patient(patient.here), "secrets/db-app")


@pytest.mark.parametrize("table", ["kernel_audit", "kernel_event", "kernel_disclosure"])
def test_a_role_that_could_change_the_trail(patient: Patient, root: Link, table: str) -> None:
    is_well(database.roles, patient)
    root.execute(f"GRANT UPDATE ON {table} TO tinhso_app")
    is_broken(database.roles, patient, "REVOKE")


def test_a_missing_extension(patient: Patient, root: Link) -> None:
    is_well(database.extensions, patient)
    root.execute("DROP EXTENSION pg_trgm CASCADE")
    is_broken(database.extensions, patient, "CREATE EXTENSION pg_trgm")


def test_an_extension_that_only_the_operators_page_uses(patient: Patient, root: Link) -> None:
    root.execute("DROP EXTENSION pg_stat_statements")
    is_broken(database.extensions, patient, "CREATE EXTENSION pg_stat_statements", state=State.SOON)


def test_tables_of_another_version(patient: Patient, root: Link) -> None:
    is_well(database.migrations, patient)
    root.execute("DELETE FROM django_migrations WHERE app = 'kernel' AND name LIKE '0004%'")
    is_broken(database.migrations, patient, "tinhso upgrade")


def test_clocks_that_differ(patient: Patient, root: Link) -> None:
    """The database's clock cannot be moved here; a function of the same name stands in its way instead."""
    is_well(database.clock, patient)
    root.execute(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
        "$$ SELECT pg_catalog.clock_timestamp() + interval '90 s' $$"
    )
    root.execute(
        psycopg.sql.SQL("ALTER ROLE tinhso_app IN DATABASE {} SET search_path = public, pg_catalog").format(
            psycopg.sql.Identifier(patient.here.database.name)
        )
    )
    is_broken(database.clock, Patient(patient.here), "90 giây", "timedatectl")


def heartbeats(root: Link, *ages: int) -> None:
    root.execute("DELETE FROM procrastinate_workers")
    for age in ages:
        root.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (clock_timestamp() - %s * interval '1 s')", [age]
        )


def test_workers_that_do_not_speak(patient: Patient, root: Link) -> None:
    heartbeats(root, 1, 2)
    is_well(database.workers, patient)
    heartbeats(root, 1, 100)
    is_broken(database.workers, patient, "tinhso-worker@2", state=State.SOON)
    heartbeats(root, 100, 200)
    is_broken(database.workers, patient, "journalctl -u tinhso-worker@1")


JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, status) "


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (JOB + "VALUES ('default', 'x', 'failed')", State.SOON),
        (JOB + "SELECT 'default', 'x', 'todo' FROM generate_series(1, 600)", State.SOON),
        (JOB + "SELECT 'default', 'x', 'todo' FROM generate_series(1, 5100)", State.BROKEN),
    ],
)
def test_work_that_piles_up(patient: Patient, root: Link, rows: str, state: State) -> None:
    root.execute("DELETE FROM procrastinate_jobs")
    is_well(database.backlog, patient)
    root.execute(rows)  # type: ignore[call-overload]
    is_broken(database.backlog, patient, state=state)


def test_a_trail_that_nobody_seals(
    patient: Patient, root: Link, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinhso.kernel import audit, keys
    from tinhso.kernel.policy import SYSTEM
    from tinhso.kernel.sealing import statements

    monkeypatch.setattr(statements, "folder", lambda: tmp_path / "book")  # a new database has a new book
    monkeypatch.setattr(keys, "folder", lambda: tmp_path)
    audit.record(SYSTEM, "kernel.test", subject="house", data={})
    is_broken(database.sealing, patient, "tinhso audit verify")
    seal_everything()
    is_well(database.sealing, patient)
    root.execute(
        "UPDATE kernel_seal SET statement = jsonb_set(statement::jsonb, '{sealed_at}', to_jsonb("
        "(clock_timestamp() - interval '5 min')::text))::text"
    )
    is_well(database.sealing, patient)  # nothing waits: an old seal is fine
    audit.record(SYSTEM, "kernel.test", subject="house", data={})
    is_broken(database.sealing, patient, "niêm phong")


def test_a_sample_account_that_is_left(patient: Patient) -> None:
    from tinhso.people.models import Account

    is_well(database.samples, patient)
    Account.objects.create(login="mau@vidu.vn", code="MAU123", sample=True)
    is_broken(database.samples, patient, "1 tài khoản mẫu")


def test_a_database_without_tables_is_said_not_raised(patient: Patient, root: Link) -> None:
    root.execute("DROP TABLE procrastinate_jobs CASCADE")
    found = database.asked(database.backlog, patient)
    assert found.state is State.BROKEN
    assert "tinhso upgrade" in found.remedy


def test_a_spool_that_is_taken_but_still_open_is_well(patient: Patient, root: Link) -> None:
    folder = patient.here.home / "spool" / "disclosures"
    folder.mkdir(parents=True)
    line = folder / "node-1-y.jsonl"
    line.write_text("{}\n")
    os.utime(line, (time.time() - 1000, time.time() - 1000))
    root.execute('INSERT INTO kernel_spoolmark (file, "offset") VALUES (%s, 3)', [line.name])
    is_well(home.spool, patient)
