"""A home as release 0.1.0 left it: its migrations by name, its rows by SQL, as its schema was then."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from tests.running import Running
from tinhso.cli.cluster import Cluster
from tinhso.cli.supervisor import environment_of
from tinhso.config import ROOT, Database, Instance

MIGRATIONS = Path(__file__).with_name("release_0_1_0.txt")
#: What a column that release 0.1.0 required gets when the test does not care.
_ANY: dict[str, Any] = {
    "text": "",
    "character varying": "",
    "jsonb": "{}",
    "integer": 0,
    "smallint": 0,
    "bigint": 0,
    "boolean": False,
    "date": date(2026, 1, 1),
    "timestamp with time zone": "2026-01-01T00:00:00Z",
    "ARRAY": "{}",
    "bytea": b"",
}
_MIGRATE = """
import sys, django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
last = dict(line.split(".", 1) for line in sorted(sys.stdin.read().split()))  # the last of each app
MigrationExecutor(connection).migrate(list(last.items()))
"""


def instance_of(running: Running) -> Instance:
    """The home's own description, for a process that is not it."""
    return Instance(
        home=running.home,
        port=running.port,
        database=Database("127.0.0.1", running.port + 1, "tinhso", running.home / "postgres"),
        debug=False,
        sample=False,
        pack=ROOT / "provinces" / "kien_giang",
        settings={},
    )


def build(running: Running) -> Cluster:
    """The cluster with a database that stands where release 0.1.0 stood. It runs; stop it."""
    for folder in ("run", "logs"):
        (running.home / folder).mkdir()
    (running.home / "config.toml").write_text("sample = false\n")
    here = instance_of(running)
    cluster = Cluster(here)
    cluster.start()
    done = subprocess.run(
        [sys.executable, "-c", _MIGRATE],
        input=MIGRATIONS.read_text(),
        env=environment_of(here, TINHSO_DB_ROLE="owner"),
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return cluster


def insert(link: psycopg.Connection, table: str, **values: Any) -> UUID:
    """One row; required columns that are not named get a harmless value. Its id."""
    required = link.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO' "
        "AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    ).fetchall()
    row = {name: uuid4() if kind == "uuid" else _ANY[kind] for name, kind in required} | values
    link.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() for _name in row),
        ),
        [json.dumps(value) if isinstance(value, dict) else value for value in row.values()],
    )
    identity = row["id"]
    assert isinstance(identity, UUID)
    return identity


def fill(link: psycopg.Connection, dossiers: int) -> list[UUID]:
    """A mother of 0.1.0 with her dossiers, and lines of the trail; the dossiers' ids."""
    unit = insert(link, "places_unit", code="99999", name="Xã Ví Dụ", level="commune", kind="xã", province_code="99")
    agency = insert(link, "places_agency", code="X99", name="Ủy ban nhân dân xã Ví Dụ", kind="committee", unit_id=unit)
    account = insert(
        link, "people_account", login="me@vidu.vn", code="VD0001", full_name="Nguyễn Thị Ví Dụ", assurance="unverified"
    )
    once = {"valid_from": date(2020, 1, 1), "valid_to": date(2020, 12, 31)}  # no longer law: on no page
    version = insert(link, "procedures_procedureversion", code="0.000000", name="Thủ tục ví dụ", revision=1, **once)
    made = []
    for number in range(dossiers):
        links = {"procedure_version_id": version, "agency_id": agency}
        draft = insert(link, "dossiers_draft", account_id=account, **links)
        data = {"child": {"given_name": f"Khôi {number}"}}
        made.append(
            insert(
                link,
                "dossiers_dossier",
                code=f"X99-260101-{number:04}",
                draft_id=draft,
                applicant_account_id=account,
                data=data,
                **links,
            )
        )
        insert(link, "kernel_audit", created_at="2026-01-15T00:00:00Z", act="test.kept", subject=f"dossier:{made[-1]}")
    return made
