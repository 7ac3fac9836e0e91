"""Rows written in bulk: the same texts as one by one, whatever stands in them; indexes put aside come back."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from tinhso.config import instance
from tinhso.kernel import aside, audit, clock
from tinhso.kernel.appending import Envelope, seal_of_event
from tinhso.kernel.bulk import Load, known_id, made
from tinhso.kernel.bulk.telling import Teller, text_of
from tinhso.kernel.canonical import canonical
from tinhso.kernel.events import definition
from tinhso.kernel.events.definition import Event, data_of
from tinhso.kernel.models import AuditRecord, EventRecord, Notification
from tinhso.kernel.policy import Actor
from tinhso.kernel.sealing.rows import content_of, contents_of, rows_of

NASTY = 'Nguyễn "Tý" \\N \\ dòng\nmới\tcột\r\x7f\u2028€𝄞'
NOON = clock.parse("2026-01-05T12:00:00")


def _values(kind: Any) -> Iterator[Any]:
    """Values of a field of this type that are not easy to write."""
    if get_origin(kind) in (UnionType, Union):
        yield from (value for each in get_args(kind) for value in _values(each))
    elif get_origin(kind) in (tuple, list):
        inside = list(_values(get_args(kind)[0]))
        yield from (get_origin(kind)(inside), get_origin(kind)())
    elif kind is UUID:
        yield from (uuid4(), known_id(uuid4()))
    elif kind is datetime:
        instant = datetime(2026, 2, 3, 4, 5, 6, 78, UTC)
        yield from (instant, NOON, clock.local(NOON), instant.astimezone(timezone(timedelta(hours=-3))))
    elif (isinstance(kind, type) and issubclass(kind, bool | int | str)) or kind is type(None):
        yield from {bool: (True, False), int: (0, -7, 10**15), str: (NASTY, ""), type(None): (None,)}.get(kind, ())


def _told() -> Iterator[Event]:
    """Every type of event, each of its fields with each of its values."""
    for event in list(definition._types.values()):
        hints = {name: kind for name, kind in get_type_hints(event).items() if name != "TYPE"}
        known = {name: list(_values(kind)) for name, kind in hints.items()}
        if all(known.values()):
            for turn in range(max(map(len, known.values()), default=0)):
                yield event(**{name: values[turn % len(values)] for name, values in known.items()})


def test_events_are_written_as_their_canonical_text() -> None:
    told = list(_told())

    assert len({type(event) for event in told}) > 100
    assert [e for e in told if text_of(e) != canonical(data_of(e)).decode()] == []


@pytest.mark.parametrize("account", [uuid4(), None])
def test_the_trail_vouches_for_an_event_as_the_checker_reckons_it(account: UUID | None) -> None:
    actor, subject = Actor(account=account, name=NASTY), f"dossier:{uuid4()}"
    for event in list(_told())[::7]:
        told, audited, _reactions = Teller(actor, NOON).lines(event, subject, "")
        envelope = Envelope(UUID(told.split("\t")[0]), NOON, event.TYPE, subject, account, NASTY, "")

        assert json.loads(audited.split("\t")[-1])["sha256"] == seal_of_event(envelope, data_of(event))


def test_a_row_of_the_trail_is_sealed_by_its_canonical_bytes() -> None:
    for account, event in ((None, uuid4()), (uuid4(), None)):
        columns = (uuid4(), clock.local(NOON), account, NASTY, "", 7, 9, "act", NASTY, event, '{"a": "\\\\"}')

        assert content_of(*columns) == canonical(list(columns))


def test_the_database_makes_the_bytes_that_are_sealed_as_the_checker_does(db: None) -> None:
    every = "".join(map(chr, [*range(1, 0x20), 0x22, 0x5C, 0x7F, 0x85, 0x2028, 0xFEFF, 0x1F600]))
    for account, text in ((uuid4(), NASTY), (None, every), (uuid4(), "")):
        audit.record(Actor(account=account, name=text), f"act {text}", subject=text, data={"a": text, "b": None})

    made = [(xact, id, content) for id, xact, content in contents_of(0, 2**62)]

    assert [id for _xact, id, _content in made] == [row.id.bytes for row in rows_of(0, 2**62)]
    assert [content for _xact, _id, content in made] == [row.content for row in rows_of(0, 2**62)]
    assert len(made) >= 3


def test_what_was_loaded_is_read_as_it_was(db: None) -> None:
    load, account, actor = Load(NOON), known_id(uuid4()), Actor(account=uuid4(), name=NASTY)
    notice = made(Notification, account=account, kind=NASTY, context={"a": [NASTY, None]}, subject="\\N")
    plain = Notification(account=account, kind="plain")
    event = next(_told())
    with clock.pinned(NOON):
        load.add(notice, plain, made(Notification, account=account, kind="made"))
        load.tell(actor, [event], subject="thing:1")
    load.write()

    kept = {row.kind: row for row in Notification.objects.filter(account=account)}
    assert (kept[NASTY].id, kept[NASTY].context) == (UUID(str(notice.id)), {"a": [NASTY, None]})
    assert (kept[NASTY].subject, kept[NASTY].read_at) == ("\\N", None)
    assert kept["plain"].created_at == plain.created_at
    same = set(vars(kept["made"])) - {"_state", "id", "created_at", "kind"}
    assert [getattr(kept["made"], name) for name in same] == [getattr(kept["plain"], name) for name in same]
    outbox = EventRecord.objects.get(subject="thing:1")
    assert (outbox.data, outbox.actor_name, outbox.created_at) == (data_of(event), NASTY, NOON)
    assert AuditRecord.objects.get(event=outbox.id).act == event.TYPE


TABLES = ["kernel_event", "kernel_notification", "dossiers_step", "people_identifier"]


#: What the database writes in other words when it reads its own definition again.
_CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")


def _standing(link: aside.Link) -> list[tuple[str, ...]]:
    rows = link.execute(
        "SELECT indexrelid::regclass::text, replace(pg_get_indexdef(indexrelid), 'ONLY ', '') FROM pg_index"
        " WHERE indrelid = ANY(%s::text[]::regclass[]) UNION"
        " SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ANY(%s::text[]::regclass[])"
        " ORDER BY 1, 2",
        [TABLES, TABLES],
    ).fetchall()
    return sorted((name, _CASTS.sub("", definition)) for name, definition in rows)


@pytest.fixture
def link(django_db_setup: None) -> Iterator[aside.Link]:
    """As the owner, in a transaction that is never committed."""
    known = connection.settings_dict
    here = instance()
    opened = psycopg.connect(
        host=known["HOST"],
        port=known["PORT"],
        dbname=known["NAME"],
        user="tinhso_owner",
        password=here.secret("db-owner"),
        autocommit=True,
    )
    with opened, opened.transaction(force_rollback=True):
        yield opened


def test_what_is_put_aside_comes_back_as_it_was(link: aside.Link) -> None:
    before = _standing(link)

    many = aside.put_aside(link, TABLES)
    during = _standing(link)
    assert aside.away(link)
    names = {name for name, _definition in during}
    assert _unvacuumed(link) >= {"kernel_notification", "dossiers_step", "people_identifier"}
    assert any(name.startswith("kernel_event_") for name in _unvacuumed(link)), "the months of the outbox too"
    assert many > 10
    assert len(during) <= len(before) - many
    assert {"step_number_once", "step_open_once"} <= names  # acts rely on them
    assert not names & {"kernel_event_history", "kernel_notification_of"}

    aside.put_back(link)
    assert _standing(link) == before
    assert _unvacuumed(link) == set()
    assert not aside.away(link)


def _unvacuumed(link: aside.Link) -> set[str]:
    rows = link.execute("SELECT relname FROM pg_class WHERE reloptions::text LIKE '%autovacuum_enabled=off%'")
    return {name for (name,) in rows}


def test_a_broken_row_keeps_its_check_away_and_says_so(link: aside.Link) -> None:
    aside.put_aside(link, ["people_kinship"])
    link.execute(
        "INSERT INTO people_kinship (id, created_at, person_id, relative_id, kind, valid_from, source)"
        " VALUES (gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(), 'spouse', '2020-01-01', '')"
    )

    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        aside.put_back(link)
    assert aside.away(link)


def test_the_apps_role_cannot_say_what_the_owner_runs(link: aside.Link) -> None:
    aside.put_aside(link, ["people_kinship"])

    may = link.execute("SELECT has_table_privilege('tinhso_app', 'kernel_put_aside', 'INSERT, UPDATE, SELECT')")
    assert may.fetchone() == (False,)
