"""Whatever is changed in the trail, even by the database's superuser, shows, and the first bad place is named."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
from conftest import separate_database
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sealing import seal_everything

from tinhso.kernel import audit, disclosure, keys, months, spool, spool_loading
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.events import Event, emit
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import AuditRecord, Seal
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.kernel.sealing import statements
from tinhso.kernel.sealing.sealer import TrailBroken


@dataclass(frozen=True)
class Grafted(Event):
    TYPE: ClassVar[str] = "vn.tinhso.kernel.test-grafted"
    number: int


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A book of seals and a key of this file's tests alone."""
    root = tmp_path_factory.mktemp("seals")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statements, "folder", lambda: root / "book")
        patch.setattr(keys, "folder", lambda: root)
        yield root / "book"


def happen(*numbers: int) -> None:
    for number in numbers:
        with transaction.atomic():
            emit(SYSTEM, Grafted(number), subject="tree:1")


TABLES = ("kernel_event", "kernel_audit", "kernel_disclosure", "kernel_seal")


@pytest.fixture(scope="module")
def grown(
    cluster: Any, book: Path, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[psycopg.Connection]:
    """Three seals over nine rows, a batch of disclosures in each; the superuser's connection to their database."""
    with pytest.MonkeyPatch.context() as patch, separate_database(cluster, django_db_blocker) as name:
        for module in (spool, spool_loading):
            patch.setattr(module, "folder", lambda kind: book.parent / kind)
        spool.close(spool.DISCLOSURES)
        months._open.months.clear()
        for number in range(3):
            happen(number, number + 10)
            disclosure.note(Actor(account=new_id()), person=new_id(), record="tree:1", fields=["x"], purpose="thử")
            take_disclosures()
            seal_everything()
        spool.close(spool.DISCLOSURES)
        with cluster.superuser(name) as link:
            link.execute("SET session_replication_role = replica")
            link.execute("CREATE SCHEMA kept")
            for table in TABLES:
                link.execute(f"CREATE TABLE kept.{table} AS TABLE {table}")
            yield link


@pytest.fixture
def trail(grown: psycopg.Connection, book: Path) -> Iterator[psycopg.Connection]:
    """The trail as it was grown, whatever the test does to it."""
    kept = {path: path.read_bytes() for path in book.iterdir()}
    yield grown
    connection.close()
    for path in set(book.iterdir()) - set(kept):
        path.unlink()
    for path, content in kept.items():
        path.write_bytes(content)
    for table in TABLES:
        grown.execute(f"TRUNCATE {table}")
        grown.execute(f"INSERT INTO {table} SELECT * FROM kept.{table}")


def codes() -> list[str]:
    return [finding.code for finding in audit.verify().findings]


def test_an_untouched_trail_is_intact(trail: psycopg.Connection) -> None:
    checked = audit.verify()
    assert checked.intact
    assert (checked.seals, checked.rows, checked.unsealed) == (3, 9, 0)


def test_rows_wait_unsealed_and_are_counted(trail: psycopg.Connection) -> None:
    happen(99)
    assert audit.verify().unsealed == 1
    seal_everything()
    assert audit.verify().seals == 4


def test_nothing_to_seal_makes_no_seal(trail: psycopg.Connection) -> None:
    assert audit.seal() is None


SABOTAGE = {
    "row-changed": "UPDATE kernel_audit SET actor_name = 'ai khác' WHERE position = 5",
    "row-deleted": "DELETE FROM kernel_audit WHERE position = 5",
    "row-inserted": "INSERT INTO kernel_audit SELECT gen_random_uuid(), created_at, actor_account, actor_name,"
    " request_id, 1000, xact, act, subject, NULL, data FROM kernel_audit WHERE position = 5",
    "event-changed": "UPDATE kernel_event SET data = '{\"number\": 7}' WHERE position = 3",
    "event-deleted": "DELETE FROM kernel_event WHERE position = 3",
    "event-inserted": "INSERT INTO kernel_event SELECT gen_random_uuid(), created_at, actor_account, actor_name,"
    " request_id, 1000, type, subject, data FROM kernel_event WHERE position = 3",
    "disclosures-changed": "DELETE FROM kernel_disclosure WHERE id = (SELECT id FROM kernel_disclosure LIMIT 1)",
    "disclosure-inserted": "INSERT INTO kernel_disclosure SELECT gen_random_uuid(), created_at, actor_account,"
    " actor_name, request_id, gen_random_uuid(), person, record, fields, purpose FROM kernel_disclosure LIMIT 1",
    "seal-missing": "DELETE FROM kernel_seal WHERE number = 2",
    "seal-changed": "UPDATE kernel_seal SET rows = rows + 1 WHERE number = 2",
    "seal-forged": "UPDATE kernel_seal SET statement = replace(statement, '\"rows\":3', '\"rows\":2') WHERE number = 2",
}


@pytest.mark.parametrize(("code", "statement"), SABOTAGE.items())
def test_a_superusers_change_shows(code: str, statement: str, trail: psycopg.Connection) -> None:
    assert trail.execute(statement).rowcount == 1
    assert codes()[0] == code


def test_the_first_bad_row_is_named(trail: psycopg.Connection) -> None:
    (row,) = trail.execute("SELECT id FROM kernel_audit WHERE position = 5").fetchone()
    trail.execute("UPDATE kernel_audit SET subject = 'tree:2' WHERE position >= 5")
    assert audit.verify().findings[0].where == f"seal 2, row {row}"


def test_rows_that_changed_places_show(trail: psycopg.Connection) -> None:
    trail.execute("UPDATE kernel_audit SET position = 9 - position WHERE position IN (4, 5)")
    assert codes()[0] == "row-changed"


def test_a_cut_off_tail_shows_and_nothing_is_sealed_over_it(trail: psycopg.Connection) -> None:
    trail.execute("DELETE FROM kernel_audit WHERE position > 6")
    trail.execute("DELETE FROM kernel_event WHERE position > 4")
    trail.execute(
        "DELETE FROM kernel_disclosure WHERE batch NOT IN (SELECT substr(subject, 13)::uuid FROM kernel_audit"
        " WHERE act = 'kernel.disclosures-taken')"
    )
    trail.execute("DELETE FROM kernel_seal WHERE number = 3")
    finding = audit.verify().findings[0]
    assert (finding.code, finding.where.split(" (")[0]) == ("seal-missing", "seal 3")
    with pytest.raises(TrailBroken):
        audit.seal()


def test_a_seal_made_anew_with_another_key_shows(
    trail: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever rewrites rows and seals, without the key, cannot make the words match."""
    with monkeypatch.context() as patch:
        patch.setattr(keys, "folder", lambda: tmp_path)
        forged = statements.sign(statements.Signed(Seal.objects.get(number=3).statement, b"").statement)
    trail.execute("UPDATE kernel_seal SET signature = %s WHERE number = 3", [forged.signature])
    assert codes() == ["seal-forged"]


def lines(book: Path) -> tuple[Path, list[str]]:
    (file,) = book.glob("*.jsonl")
    return file, file.read_text().splitlines(keepends=True)


def test_a_changed_line_of_the_book_shows(trail: psycopg.Connection, book: Path) -> None:
    file, seals = lines(book)
    file.write_text(seals[0] + seals[1].replace('number\\":2', 'number\\":7') + seals[2])
    assert codes() == ["book-changed", "book-incomplete"]


def test_a_removed_line_of_the_book_shows(trail: psycopg.Connection, book: Path) -> None:
    file, seals = lines(book)
    file.write_text(seals[0] + seals[2])
    assert codes() == ["book-incomplete"]


def test_a_crash_between_database_and_book_is_made_good(trail: psycopg.Connection, book: Path) -> None:
    file, seals = lines(book)
    file.write_text("".join(seals[:2]) + seals[2][:30])
    happen(50)
    seal_everything()
    assert [json.loads(json.loads(line)["seal"])["number"] for line in lines(book)[1] if line.endswith("}\n")] == [
        1,
        2,
        3,
        4,
    ]
    assert codes() == ["book-changed"]


def test_the_key_is_for_its_owner_alone(trail: psycopg.Connection, book: Path) -> None:
    assert (keys.folder() / "seal.key").stat().st_mode & 0o777 == 0o600
    assert trail.execute("SELECT count(*) FROM kernel_seal").fetchone() == (3,)


def test_a_row_that_commits_late_is_sealed_then(trail: psycopg.Connection) -> None:
    """It began before rows that are committed, and commits after a seal: neither escapes."""
    begun, go_on = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            emit(SYSTEM, Grafted(1), subject="tree:slow")
            begun.set()
            go_on.wait(10)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    begun.wait(10)
    happen(2)
    audit.seal()
    assert audit.verify().unsealed == 1  # the fast one waits for the slow one
    go_on.set()
    writer.join()
    seal_everything()
    checked = audit.verify()
    assert (checked.intact, checked.rows) == (True, 11)


def test_many_writers_and_sealers_leave_no_row_behind(trail: psycopg.Connection) -> None:
    stop, before = threading.Event(), audit.verify().seals

    def write(writer: int) -> None:
        for number in range(15):
            with transaction.atomic():
                emit(SYSTEM, Grafted(number), subject=f"tree:{writer}")
                if number % 5 == 0:
                    time.sleep(0.02)
                if number % 7 == 3:
                    transaction.set_rollback(True)
        connection.close()

    def seal() -> None:
        while not stop.is_set():
            audit.seal()
            time.sleep(0.01)
        connection.close()

    sealers = [threading.Thread(target=seal) for _number in range(2)]
    writers = [threading.Thread(target=write, args=[number]) for number in range(6)]
    for thread in sealers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    seal_everything()
    checked = audit.verify()
    assert checked.findings == ()
    assert checked.rows == 9 + 6 * 13 == AuditRecord.objects.count()
    assert checked.seals > before


COLUMNS = {
    "kernel_audit": ["actor_name", "request_id", "act", "subject", "created_at", "xact", "position", "data", "event"],
    "kernel_event": ["actor_name", "request_id", "type", "subject", "created_at", "data"],
    "kernel_disclosure": ["actor_name", "request_id", "record", "purpose", "person", "batch", "fields"],
    "kernel_seal": ["number", "since", "until", "rows", "members", "statement", "signature"],
}
NEW_VALUE = {
    "text": "{} || 'x'",
    "timestamp with time zone": "{} + interval '1 microsecond'",
    "bigint": "{} + 1000",
    "jsonb": "{} || '{{\"x\": 1}}'",
    "uuid": "gen_random_uuid()",
    "ARRAY": "{} || 'x'::text",
    "bytea": "set_byte({0}, length({0}) / 2, 255 - get_byte({0}, length({0}) / 2))",
}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(table=st.sampled_from(sorted(COLUMNS)), pick=st.integers(0, 100), where=st.integers(0, 100))
def test_any_value_changed_anywhere_shows(trail: psycopg.Connection, table: str, pick: int, where: int) -> None:
    column = COLUMNS[table][pick % len(COLUMNS[table])]
    (kind,) = trail.execute(
        "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s", [table, column]
    ).fetchone()
    key = "number" if table == "kernel_seal" else "id"
    places = trail.execute(f"SELECT {key} FROM {table} ORDER BY {key}").fetchall()
    place = places[where % len(places)][0]
    (raw,) = trail.execute(f"SELECT {column}::text FROM {table} WHERE {key} = %s", [place]).fetchone()
    trail.execute(f"UPDATE {table} SET {column} = {NEW_VALUE[kind].format(column)} WHERE {key} = %s", [place])
    try:
        assert not audit.verify().intact, (table, column)
    finally:
        find = f"(SELECT {key} FROM {table} EXCEPT SELECT unnest(%s::{'bigint' if key == 'number' else 'uuid'}[]))"
        if column == key:
            trail.execute(f"UPDATE {table} SET {key} = %s WHERE {key} IN {find}", [place, [p[0] for p in places]])
        else:
            cast = "text[]" if kind == "ARRAY" else kind
            trail.execute(f"UPDATE {table} SET {column} = %s::{cast} WHERE {key} = %s", [raw, place])
    assert audit.verify().intact
