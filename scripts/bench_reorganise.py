# ruff: noqa: E501, PLC0415 - statements in one line; Django is set up when the database is known
"""`make bench-reorganise`: the plan of 1 July 2025 over 1 million dossiers, 100,000 of them open, in a database of its own.

The rows are made by SQL: drafts, dossiers and steps over the 143 communes of June 2025. Measured is `carry_out` alone, in
wall seconds; then what must hold is counted. Writes `docs/performance/<day>-<commit>-reorganise.json`. The issue asks for
90 s. N=… and OPEN=… choose other sizes.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import tinhso.testing  # noqa: F401  chooses the test cluster before any settings are read

ROOT = Path(__file__).resolve().parents[1]
GOAL = 90
N, OPEN = int(os.environ.get("N", "1000000")), int(os.environ.get("OPEN", "100000"))


def main() -> int:
    from conftest import copy_of, drop, template

    from tinhso.cli.cluster import Cluster
    from tinhso.cli.homes import open_home, settle
    from tinhso.config import instance

    open_home(instance().home)
    instance.cache_clear()
    cluster = Cluster(settle(instance()), durable=os.environ.get("DURABLE") == "1")
    cluster.start()
    os.environ["TINHSO_DB_PORT"] = str(cluster.instance.database.port)
    name = f"tinhso_test_bench_{os.getpid()}"
    copy_of(cluster, template(cluster, sample=True), name)
    os.environ["TINHSO_DB_NAME"] = name
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
    try:
        report = measured(cluster, name)
    finally:
        from django.db import connections

        connections.close_all()
        drop(cluster, name)
    day = time.strftime("%Y-%m-%d", time.gmtime())
    file = ROOT / "docs" / "performance" / f"{day}-{report['commit']}-reorganise.json"
    file.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))
    print(file.relative_to(ROOT))
    return 0


def measured(cluster: object, name: str) -> dict[str, object]:
    import django
    import psycopg

    django.setup()
    from django.db import connection

    settings_of: Any = connection.settings_dict
    settings_of["NAME"], settings_of["PORT"] = name, os.environ["TINHSO_DB_PORT"]
    from tinhso.kernel import clock
    from tinhso.kernel.policy import SYSTEM, Actor, Grant
    from tinhso.people.models import Account, Post
    from tinhso.places import actions
    from tinhso.places.models import Agency, Reorganisation
    from tinhso.places.reorganising import every_effect, read_plan, resolve

    began = time.perf_counter()
    with cluster.superuser() as link:  # type: ignore[attr-defined]
        info = link.info
        address = {"host": info.host, "port": info.port, "user": info.user, "password": info.password or None}
    with psycopg.connect(dbname=name, autocommit=True, **address) as made:
        fill(made)
    filled = time.perf_counter() - began
    with clock.pinned("2025-07-01T00:30:00+07:00"):
        admins = list(Account.objects.filter(login__in=["tinh.quantri", "tinh.kiemtra"]).order_by("login"))
        scope = Agency.objects.filter(kind="province_committee").first().id  # type: ignore[union-attr]
        first, second = (
            Actor(account=a.pk, strong=True, grants=frozenset({Grant("province_admin", scope)}), name=a.login)
            for a in admins
        )
        before = time.perf_counter()
        effects = every_effect(resolve("2025-07-01", read_plan("2025-07-01")[0]))
        dry = time.perf_counter() - before
        row = actions.propose_reorganisation(first, "2025-07-01")
        actions.approve_reorganisation(second, row.id)
        load, before = os.getloadavg(), time.perf_counter()
        parts: list[tuple[str, float]] = []
        actions.carry_out(SYSTEM, row.id, said=lambda words: parts.append((words, time.perf_counter() - before)))
        took = time.perf_counter() - before
        again = time.perf_counter()
        assert not actions.carry_out(SYSTEM, row.id)
        again = time.perf_counter() - again
    with connection.cursor() as cursor:
        counts = {}
        for what, statement in CHECKS.items():
            cursor.execute(statement)
            counts[what] = cursor.fetchone()[0]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return {
        "commit": commit.stdout.strip(),
        "machine": {
            "cores": os.cpu_count(),
            "load_before": list(load),
            "load_after": list(os.getloadavg()),
            "postgresql_durable": os.environ.get("DURABLE") == "1",
        },
        "dossiers": N,
        "open": OPEN,
        "fill_seconds": round(filled, 1),
        "dry_run_seconds": round(dry, 2),
        "dry_run_open": sum(e.count for e in effects if e.kind == "dossiers.open"),
        "posts": Post.objects.filter(created_at=Reorganisation.objects.get(id=row.id).done_at).count(),
        "carry_out_seconds": round(took, 2),
        "carry_out_parts": [[words, round(at, 2)] for words, at in parts],
        "second_run_seconds": round(again, 3),
        "after": counts,
        "goal_seconds": GOAL,
        "met": took <= GOAL,
    }


CHECKS = {
    "dossiers": "SELECT count(*) FROM dossiers_dossier",
    "moved": "SELECT count(*) FROM dossiers_agencymove",
    "open_at_an_agency_that_ended": "SELECT count(*) FROM dossiers_dossier d JOIN places_agency a ON a.id = d.agency_id"
    " WHERE a.valid_to IS NOT NULL AND d.phase = 'processing'",
    "open_steps": "SELECT count(*) FROM dossiers_step WHERE ended_at IS NULL",
    "open_steps_elsewhere": "SELECT count(*) FROM dossiers_step s JOIN dossiers_dossier d ON d.id = s.dossier_id"
    " WHERE s.ended_at IS NULL AND s.agency_id <> d.agency_id",
    "events": "SELECT count(*) FROM kernel_event WHERE type = 'vn.tinhso.places.agency-reorganised'",
}


def fill(made: object) -> None:
    """Communes take turns; a dossier of about 700 bytes of answers; the open ones have one step that waits."""
    run = made.execute  # type: ignore[attr-defined]
    run("SET session_replication_role = replica")
    run("CREATE TEMP TABLE old AS SELECT id, row_number() OVER (ORDER BY code) - 1 AS n FROM places_agency"
        " WHERE valid_to = '2025-06-30' AND kind = 'commune_committee'")  # fmt: skip
    (communes,) = run("SELECT count(*) FROM old").fetchone()
    (account,) = run("SELECT id FROM people_account WHERE login = 'me.hontre@vidu.vn'").fetchone()
    (version,) = run(
        "SELECT id FROM procedures_procedureversion WHERE code = '1.001193' ORDER BY valid_from DESC"
    ).fetchone()
    numbers = {"n": N, "open": OPEN, "communes": communes, "account": account, "version": version}
    run(
        "CREATE TEMP TABLE made AS SELECT g.n, gen_random_uuid() AS draft, gen_random_uuid() AS dossier, old.id AS agency,"
        " timestamptz '2025-06-30 08:00+07' - g.n * interval '25 seconds' AS at"
        " FROM generate_series(1, %(n)s) AS g (n) JOIN old ON old.n = g.n %% %(communes)s",
        numbers,
    )
    run(
        "INSERT INTO dossiers_draft (id, created_at, data, sources, version, topic_versions, saved_at, submission_key,"
        " submitted_at, account_id, agency_id, procedure_version_id) SELECT draft, at, '{}', '{}', 1, '{}', at, n::text,"
        " at, %(account)s, agency, %(version)s FROM made",
        numbers,
    )
    run(
        "INSERT INTO dossiers_dossier (id, created_at, code, applicant_name, subject_name, tracking_digits, channel, data,"
        " sources, phase, version, last_actor, last_act, submitted_at, received_at, happenings, closed_at, due_at,"
        " applicant_account_id, agency_id, draft_id, procedure_version_id)"
        " SELECT dossier, at, 'B-' || n, 'Nguyễn Thị Bé Ba', 'Lê An', '{4127}', '2', jsonb_build_object('child',"
        " jsonb_build_object('note', repeat(md5(n::text), 20))), '{}',"
        " CASE WHEN n <= %(open)s THEN 'processing' ELSE 'returned' END, 3, '', '', at, at, '[]',"
        " CASE WHEN n <= %(open)s THEN NULL ELSE at + interval '3 days' END, at + interval '3 days', %(account)s, agency,"
        " draft, %(version)s FROM made",
        numbers,
    )
    run(
        "INSERT INTO dossiers_step (id, created_at, task, title, role, number, began_at, holder_name, sort_at, ended_at,"
        " ended_version, ended_by_name, outcome, note, agency_id, dossier_id)"
        " SELECT gen_random_uuid(), at, 'receive', 'Tiếp nhận', 'receiver', 1, at, 'x', at, at, 2, 'x', 'receive', '',"
        " agency, dossier FROM made",
        numbers,
    )
    run(
        "INSERT INTO dossiers_step (id, created_at, task, title, role, number, began_at, holder_name, sort_at,"
        " ended_by_name, outcome, note, agency_id, dossier_id)"
        " SELECT gen_random_uuid(), at, 'examine', 'Thẩm định', 'specialist', 2, at, '', at, '', '', '', agency, dossier"
        " FROM made WHERE n <= %(open)s",
        numbers,
    )
    run("VACUUM ANALYZE dossiers_dossier, dossiers_step, dossiers_draft")


if __name__ == "__main__":
    sys.exit(main())
