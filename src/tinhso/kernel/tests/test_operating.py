"""How the house runs is read without a personal value; what stands still gets another try, once, on record."""

import json
from pathlib import Path

import pytest
from django.db import connection

from tinhso.kernel import clock, operating
from tinhso.kernel.errors import Conflict, Denied, Invalid, Unauthenticated
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import Delivery, DeliveryState, EventRecord, StorageCount
from tinhso.kernel.operating import database, logs, storage
from tinhso.kernel.policy import ANONYMOUS, SYSTEM, Actor

pytestmark = pytest.mark.django_db
NOBODY = Actor(account=new_id(), name="Ai đó")


def failed_job(lock: str | None = None, status: str = "failed") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, attempts)"
            " VALUES ('default', 'thu.viec', %s, %s, %s, 3) RETURNING id",
            [lock, json.dumps({"dossier": "091198004127", "request_id": "ma-yeu-cau"}), status],
        )
        return int(cursor.fetchone()[0])


def status_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


def parked() -> Delivery:
    return Delivery.objects.create(
        event=new_id(),
        event_at=clock.now(),
        reaction="thu.phan_ung",
        state=DeliveryState.PARKED,
        attempts=5,
        due_at=clock.real(),
        fault="ValueError in x.py:1",
    )


def test_only_operators_read_the_state_or_retry():
    for read in (operating.state, lambda actor: operating.retry(actor, jobs=[1])):
        with pytest.raises(Denied):
            read(NOBODY)
        with pytest.raises(Unauthenticated):
            read(ANONYMOUS)


def test_a_failed_job_is_told_by_name_and_request_without_its_arguments():
    failed_job()
    read = operating.state(SYSTEM)
    assert [(one.name, one.attempts, one.request_id) for one in read.failed] == [("thu.viec", 3, "ma-yeu-cau")]
    assert "091198004127" not in str(read)
    assert any("hết lượt" in trouble.what for trouble in read.troubles)


def test_another_try_is_given_once_and_is_one_event():
    job, delivery = failed_job(), parked()
    done = operating.retry(SYSTEM, jobs=[job, job], parked=[delivery.id])
    assert (done.jobs, done.deliveries, done.passed_over) == ([job], [delivery.id], 0)
    assert status_of(job) == "todo"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 0)
    told = EventRecord.objects.get(type="vn.tinhso.kernel.work-retried")
    assert told.data == {"jobs": [job], "deliveries": [str(delivery.id)]}
    with pytest.raises(Conflict):
        operating.retry(SYSTEM, jobs=[job], parked=[delivery.id])


def test_what_somebody_else_took_first_is_passed_over():
    mine, gone = failed_job(), failed_job(status="doing")
    done = operating.retry(SYSTEM, jobs=[mine, gone, 2**62])
    assert (done.jobs, done.passed_over) == ([mine], 2)
    assert status_of(gone) == "doing"


def test_a_periodic_job_whose_next_run_waits_is_taken_off_the_list():
    old = failed_job("thu.hang_dem")
    failed_job("thu.hang_dem", status="todo")
    assert operating.retry(SYSTEM, jobs=[old]).jobs == [old]
    assert status_of(old) == "cancelled"


@pytest.mark.parametrize("jobs", [[], list(range(1, 502))])
def test_nothing_and_too_much_are_refused_in_words(jobs):
    with pytest.raises(Invalid) as refused:
        operating.retry(SYSTEM, jobs=jobs)
    assert str(refused.value.detail)[-1] == "."


def test_the_oldest_waiting_work_is_told_by_queue():
    job = failed_job(status="todo")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() - interval '700 seconds' WHERE id = %s", [job]
        )
    read = operating.state(SYSTEM)
    queue = next(one for one in read.backlog if one.queue == "default")
    assert queue.waiting == 1
    assert 700 <= queue.oldest < 760
    assert any("10 phút" in trouble.what for trouble in read.troubles)


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT * FROM t WHERE name = 'Nguyễn Thị ''Bé'' Ba' AND n = 42", "SELECT * FROM t WHERE name = ? AND n = ?"),
        ("SELECT $1, t2.a3 FROM t2 -- mẹ 0912345678", "SELECT $1, t2.a3 FROM t2 ?"),
        ("SELECT /* 091198004127 */ $tag$bí mật$tag$, E'\\n'", "SELECT ?, ?"),
        ("SELECT 'chưa đóng ngoặc 091198004127", "SELECT ?"),
        ("SELECT /* cụt 091198004127", "SELECT ?"),
    ],
)
def test_a_statement_is_shown_without_its_values(statement, shown):
    assert database.without_values(statement).replace("? ?", "?") == shown


def test_the_slowest_statements_come_from_the_servers_own_count():
    with connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute("SELECT pg_sleep(0.01), %s::text AS canary_name", ["Nguyễn Thị Bé Ba"])
    slow = database.slow_statements(limit=1000)
    assert slow is not None
    assert "Bé Ba" not in str(slow)
    assert any("pg_sleep" in one.text for one in slow)


def test_the_largest_tables_join_their_partitions():
    names = [table.name for table in database.largest_tables(500)]
    assert "kernel_audit" in names
    assert not [name for name in names if name.startswith("kernel_audit_")]


def test_faults_are_read_from_the_end_of_the_logs(tmp_path: Path, monkeypatch):
    lines = [
        "x" * logs.TAIL,
        '{"event": "request", "level": "info", "status": 200, "request_id": "a", "timestamp": "2026-11-25T01:00:00Z"}',
        '{"event": "request", "level": "info", "status": 500, "route": "ho-so", "request_id": "b",'
        ' "timestamp": "2026-11-25T02:00:00Z"}',
        '{"event": "x", "level": "error", "exception": "KeyError", "at": ["a.py:1 f", "b.py:2 g"],'
        ' "request_id": "c", "timestamp": "2026-11-25T03:00:00Z"}',
        "[1]",
        "not json",
    ]
    monkeypatch.setattr(logs, "settings", type("S", (), {"HERE": type("H", (), {"home": tmp_path})}))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web.jsonl").write_text("\n".join(lines))
    assert [(f.request_id, f.what, f.where) for f in logs.faults()] == [
        ("c", "KeyError", "b.py:2 g"),
        ("b", "request", "ho-so"),
    ]


def test_a_fault_that_comes_again_and_again_is_one_line_with_its_number_and_span(tmp_path: Path, monkeypatch):
    line = '{{"event": "not sealed", "level": "error", "timestamp": "2026-11-25T0{}:00:00Z"}}'
    monkeypatch.setattr(logs, "settings", type("S", (), {"HERE": type("H", (), {"home": tmp_path})}))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "worker.jsonl").write_text("\n".join(line.format(hour) for hour in (1, 2, 3)))
    (found,) = logs.faults()
    assert (found.times, found.first.hour, found.at.hour) == (3, 1, 3)


def test_storage_is_counted_once_a_day_and_growth_is_the_difference():
    with clock.pinned("2026-11-01T02:00:00+07:00"):
        storage.count_storage()
        StorageCount.objects.create(day=clock.today(), kind="application/pdf", files=10, bytes=1000)
    with clock.pinned("2026-11-20T02:00:00+07:00"):
        StorageCount.objects.create(day=clock.today(), kind="application/pdf", files=12, bytes=1500)
    day, counted = storage.stored()
    assert str(day) == "2026-11-20"
    assert [(one.kind, one.files, one.bytes, one.grown) for one in counted] == [("application/pdf", 12, 1500, 500)]
