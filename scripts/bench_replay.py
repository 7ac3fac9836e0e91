# ruff: noqa: E501, PLC0415 - statements in one line; Django is set up when the database is known
"""`make bench-replay`: a year of 100,000 dossiers through a draft of a process, in a database of its own.

The rows are made by SQL: dossiers over all agencies of communes with their control sheets (eight steps of nine in ten
straight through, one in ten sent back for papers), durations drawn at random in working days. Measured is the job's own
work (`trials.run`) in wall seconds with its result; then the law of today must give back what was. Writes
`docs/performance/<day>-<commit>-replay.json`. The issue asks for 120 s. N=… chooses another size.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import tinhso.testing  # noqa: F401  chooses the test cluster before any settings are read

ROOT = Path(__file__).resolve().parents[1]
GOAL = 120
N = int(os.environ.get("N", "100000"))
DAY = "2026-11-02T08:00:00+07:00"


def main() -> int:
    from conftest import copy_of, drop, template

    from tinhso.cli.cluster import Cluster
    from tinhso.cli.homes import open_home, settle
    from tinhso.config import instance

    open_home(instance().home)
    instance.cache_clear()
    cluster = Cluster(settle(instance()))
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
    file = ROOT / "docs" / "performance" / f"{day}-{report['commit']}-replay.json"
    file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(report, indent=1, ensure_ascii=False))
    print(file.relative_to(ROOT))
    return 0


def measured(cluster: object, name: str) -> dict[str, object]:
    import django
    import psycopg

    django.setup()
    from django.db import connection

    settings_of: Any = connection.settings_dict
    settings_of["NAME"], settings_of["PORT"] = name, os.environ["TINHSO_DB_PORT"]
    from tinhso.dossiers import trials
    from tinhso.kernel import clock
    from tinhso.kernel.policy import Actor, Grant
    from tinhso.people.models import Account
    from tinhso.places.models import Agency
    from tinhso.procedures import actions
    from tinhso.procedures.studio.checking import Content

    began = time.perf_counter()
    with cluster.superuser() as link:  # type: ignore[attr-defined]
        info = link.info
        address = {"host": info.host, "port": info.port, "user": info.user, "password": info.password or None}
    with psycopg.connect(dbname=name, autocommit=True, **address) as made:
        fill(made)
    filled = time.perf_counter() - began
    with clock.pinned(DAY):
        account = Account.objects.get(login="tinh.quantri")
        scope = Agency.objects.filter(kind="province_committee").first().id  # type: ignore[union-attr]
        admin = Actor(
            account=account.pk, strong=True, grants=frozenset({Grant("province_admin", scope)}), name=account.login
        )
        draft = actions.begin_draft(admin, "1.001193")
        changed = _one_more_step(draft.bpmn)
        draft = actions.save_draft(admin, draft.id, 1, Content(changed, dict(draft.roles), draft.fees))
        asked = trials.ask_trial(admin, draft.id, draft.version)
        load, before, cpu = os.getloadavg(), time.perf_counter(), time.process_time()
        trials.run(asked.id)
        took, used = time.perf_counter() - before, time.process_time() - cpu
        found = trials.trial(admin, asked.id)
        report = trials.report_of(found)
        assert report is not None, found.fault
        assert report.dossiers == N, report.dossiers
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return {
        "commit": commit.stdout.strip(),
        "machine": {"cores": os.cpu_count(), "load_before": list(load), "load_after": list(os.getloadavg())},
        "dossiers": report.dossiers,
        "steps": sum(line.times_before for line in report.steps),
        "fill_seconds": round(filled, 1),
        "run_seconds": round(took, 2),
        "run_cpu_seconds": round(used, 2),
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "same_through_the_law": report.same,
        "before": vars(report.before),
        "after": vars(report.after),
        "late": [report.late_before, report.late_after],
        "goal_seconds": GOAL,
        "met": took <= GOAL,
    }


def _one_more_step(text: str) -> str:
    """The draft: the leader's step is preceded by a second look of the specialists."""
    step = (
        '<bpmn:userTask id="again" name="Kiểm tra lại"><bpmn:extensionElements><tinhso:step kind="check" hours="2">'
        '<tinhso:outcome name="done" title="Xong"/></tinhso:step></bpmn:extensionElements></bpmn:userTask>'
        '<bpmn:sequenceFlow id="again_sign" sourceRef="again" targetRef="sign"/>'
    )
    old, lane = 'sourceRef="after_propose" targetRef="sign"', "<bpmn:flowNodeRef>propose</bpmn:flowNodeRef>"
    assert old in text
    assert lane in text
    text = text.replace(old, old.replace('"sign"', '"again"'), 1).replace("</bpmn:process>", f"{step}</bpmn:process>")
    return text.replace(lane, f"{lane}<bpmn:flowNodeRef>again</bpmn:flowNodeRef>", 1)


#: Task, role, outcome and the longest it takes, in hours of the clock; every tenth dossier goes the second way.
STRAIGHT = (
    ("receive", "receiver", "accept", 4),
    ("check", "specialist", "pass", 30),
    ("propose", "specialist", "propose", 6),
    ("sign", "leader", "sign", 26),
    ("seal_return", "clerk", "return_result", 8),
)
BACK = (STRAIGHT[0], ("check", "specialist", "supplement", 20), ("complete", "applicant", "answer", 90), *STRAIGHT[1:])


def fill(made: object) -> None:
    """A year of dossiers of the birth registration, received evenly; their steps follow each other without a gap."""
    run = made.execute  # type: ignore[attr-defined]
    run("SET session_replication_role = replica")
    run("SELECT setseed(0.5)")
    run("CREATE TEMP TABLE old AS SELECT id, row_number() OVER (ORDER BY code) - 1 AS n FROM places_agency"
        " WHERE valid_to IS NULL AND kind = 'commune_committee'")  # fmt: skip
    (communes,) = run("SELECT count(*) FROM old").fetchone()
    (account,) = run("SELECT id FROM people_account WHERE login = 'me.hontre@vidu.vn'").fetchone()
    (version,) = run(
        "SELECT id FROM procedures_procedureversion WHERE code = '1.001193' ORDER BY valid_from DESC, revision DESC"
    ).fetchone()
    numbers = {"n": N, "communes": communes, "account": account, "version": version}
    run("CREATE TEMP TABLE way (back boolean, number int, task text, role text, outcome text, longest int)")
    for back, steps in ((False, STRAIGHT), (True, BACK)):
        for number, one in enumerate(steps, 1):
            run("INSERT INTO way VALUES (%s, %s, %s, %s, %s, %s)", (back, number, *one))
    run(
        "CREATE TEMP TABLE made AS SELECT g.n, gen_random_uuid() AS draft, gen_random_uuid() AS dossier, old.id AS agency,"
        " g.n %% 10 = 0 AS back, timestamptz '2026-10-30 08:00+07' - g.n * (interval '350 days' / %(n)s) AS at"
        " FROM generate_series(1, %(n)s) AS g (n) JOIN old ON old.n = g.n %% %(communes)s",
        numbers,
    )
    run(
        "CREATE TEMP TABLE done AS SELECT dossier, agency, number, task, role, outcome, at, length,"
        " sum(length) OVER (PARTITION BY dossier ORDER BY number) AS till FROM (SELECT m.dossier, m.agency, m.at, w.number,"
        " w.task, w.role, w.outcome, (0.1 + random() * w.longest) * interval '1 hour' AS length"
        " FROM made m JOIN way w ON w.back = m.back OFFSET 0) AS drawn"
    )
    run("ANALYZE made; ANALYZE done")
    run(
        "INSERT INTO dossiers_draft (id, created_at, data, sources, version, topic_versions, saved_at, submission_key,"
        " submitted_at, account_id, agency_id, procedure_version_id) SELECT draft, at, '{}', '{}', 1, '{}', at, n::text,"
        " at, %(account)s, agency, %(version)s FROM made",
        numbers,
    )
    run(
        "INSERT INTO dossiers_dossier (id, created_at, code, applicant_name, subject_name, tracking_digits, channel, data,"
        " sources, phase, version, last_actor, last_act, submitted_at, received_at, happenings, finished_at, closed_at,"
        " due_at, applicant_account_id, agency_id, draft_id, procedure_version_id)"
        " SELECT m.dossier, at, 'B-' || n, 'Nguyễn Thị Bé Ba', 'Lê An', '{4127}', '2', jsonb_build_object('child',"
        " jsonb_build_object('note', repeat(md5(n::text), 20))), '{}', 'returned', 9, '', '', at, at, '[]',"
        " at + t.till, at + t.till, at + interval '3 days', %(account)s, m.agency, draft, %(version)s FROM made m"
        " JOIN (SELECT dossier, max(till) AS till FROM done GROUP BY dossier) t ON t.dossier = m.dossier",
        numbers,
    )
    run(
        "INSERT INTO dossiers_step (id, created_at, task, title, role, number, began_at, holder_name, sort_at, ended_at,"
        " ended_version, ended_by_name, outcome, note, agency_id, dossier_id)"
        " SELECT gen_random_uuid(), at, task, task, role, number, at + till - length, 'x', at, at + till, number, 'x',"
        " outcome, '', agency, dossier FROM done"
    )
    run("VACUUM ANALYZE dossiers_dossier, dossiers_step, dossiers_draft")


if __name__ == "__main__":
    sys.exit(main())
