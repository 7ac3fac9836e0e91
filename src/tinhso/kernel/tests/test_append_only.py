"""Not even a hole in the app lets it rewrite the past: the database refuses."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from tinhso.kernel import audit, clock
from tinhso.kernel.events import Event, emit
from tinhso.kernel.policy import SYSTEM

PARENTS = ("kernel_event", "kernel_audit", "kernel_disclosure", "kernel_seal")
LEAVES = tuple(f"{parent}_{end}" for parent in PARENTS[:3] for end in ("default", "2022_09"))


@dataclass(frozen=True)
class Felled(Event):
    TYPE: ClassVar[str] = "vn.tinhso.kernel.test-felled"
    tree: str


def attempt(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("table", PARENTS + LEAVES)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} DISABLE TRIGGER ALL"],
)
def test_the_app_cannot_change_what_it_added(table: str, statement: str) -> None:
    with clock.pinned("2022-09-05"):
        audit.record(SYSTEM, "test", subject="tree:1", data={})
    column = "rows" if table == "kernel_seal" else "created_at"
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        attempt(statement.format(table, column, column))


@pytest.mark.django_db
@pytest.mark.parametrize("table", LEAVES)
def test_the_app_cannot_reach_a_partition_past_its_parent(table: str) -> None:
    with clock.pinned("2022-09-05"):
        audit.record(SYSTEM, "test", subject="tree:1", data={})
    for statement in ("SELECT 1 FROM {}", "INSERT INTO {} DEFAULT VALUES"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            attempt(statement.format(table))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column"), [("kernel_event", "position"), ("kernel_audit", "position"), ("kernel_audit", "xact")]
)
def test_the_app_cannot_choose_where_its_row_stands_in_the_trail(table: str, column: str) -> None:
    act = "type" if table == "kernel_event" else "act"
    with pytest.raises(ProgrammingError, match="permission denied"):
        attempt(
            f"INSERT INTO {table} (id, created_at, actor_name, request_id, {column}, {act}, subject, data)"
            " VALUES (gen_random_uuid(), '2022-09-05', '', '', 7, 'forged', 'tree:1', '{}')"
        )


@pytest.mark.django_db
def test_the_database_says_where_a_row_stands() -> None:
    for number in range(3):
        audit.record(SYSTEM, f"told {number}", subject="tree:1", data={})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT act, xact = pg_current_xact_id()::text::bigint FROM kernel_audit WHERE act LIKE 'told %'"
            " ORDER BY position"
        )
        assert cursor.fetchall() == [(f"told {number}", True) for number in range(3)]


def test_telling_outside_a_transaction_is_refused(own_database: str) -> None:
    with pytest.raises(RuntimeError, match=r"transaction\.atomic"):
        emit(SYSTEM, Felled("1"), subject="tree:1")


def test_rows_that_the_default_partition_caught_are_taken_over(own_database: str, cluster: object) -> None:
    with clock.pinned("2022-09-05"):
        audit.record(SYSTEM, "early", subject="tree:1", data={})
    with cluster.superuser(own_database) as link:  # type: ignore[attr-defined]
        link.execute("ALTER TABLE kernel_audit DETACH PARTITION kernel_audit_2022_09")
        link.execute("DROP TABLE kernel_audit_2022_09")
    with clock.pinned("2022-09-06"):
        audit.record(SYSTEM, "caught", subject="tree:1", data={})
    with cluster.superuser(own_database) as link:  # type: ignore[attr-defined]
        assert where(link) == "kernel_audit_default"
        before = link.execute("SELECT to_jsonb(a) FROM kernel_audit a").fetchall()
        link.execute("SELECT kernel_open_month('2022-09-06')")
        assert where(link) == "kernel_audit_2022_09"
        assert link.execute("SELECT to_jsonb(a) FROM kernel_audit a").fetchall() == before


def test_a_month_opened_later_compares_subjects_by_bytes_too(own_database: str, cluster: object) -> None:
    with clock.pinned("2022-09-05"):
        audit.record(SYSTEM, "early", subject="tree:1", data={})
    with cluster.superuser(own_database) as link:  # type: ignore[attr-defined]
        found = link.execute(
            "SELECT attrelid::regclass::text, collname FROM pg_attribute JOIN pg_collation c ON c.oid = attcollation"
            " WHERE attname = 'subject' AND attrelid::regclass::text ~ '^kernel_(event|audit)(_2022_09)?$' ORDER BY 1"
        ).fetchall()
    assert found == [(f"kernel_{name}", "C") for name in ("audit", "audit_2022_09", "event", "event_2022_09")]


def where(link: psycopg.Connection) -> str:
    return link.execute("SELECT tableoid::regclass::text FROM kernel_audit WHERE act = 'caught'").fetchone()[0]  # type: ignore[index]


def test_two_threads_begin_a_month_at_once(own_database: str) -> None:
    """The second does not count on the partitions that the first has not committed yet."""
    opened, waits = threading.Event(), threading.Event()

    def first() -> None:
        with clock.pinned("2023-03-05"), transaction.atomic():
            audit.record(SYSTEM, "first", subject="tree:1", data={})
            opened.set()
            waits.wait(10)
            time.sleep(0.3)  # the second stands at the door now

    def second() -> None:
        opened.wait(10)
        waits.set()
        with clock.pinned("2023-03-05"):
            audit.record(SYSTEM, "second", subject="tree:1", data={})

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(closing, work) for work in (first, second)]:
            done.result()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM kernel_audit WHERE act IN ('first', 'second')")
        assert cursor.fetchall() == [("kernel_audit_2023_03",)]


def closing(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()
