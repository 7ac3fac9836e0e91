"""The bulk writer of the simulation writes what the actions would have written, row by row."""

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from tinhso.config import ROOT
from tinhso.dossiers import signature, talking, telling
from tinhso.dossiers.events import Withdrawn
from tinhso.dossiers.models import Book, Dossier, EngineState, SearchWords
from tinhso.dossiers.notices import DESK_TURNS
from tinhso.dossiers.paperwork import drawing
from tinhso.dossiers.simulation import office, removal, run
from tinhso.dossiers.simulation.conduct import Fate
from tinhso.dossiers.simulation.enacting import enact
from tinhso.dossiers.simulation.office import Done
from tinhso.kernel import clock
from tinhso.kernel.bulk import Load
from tinhso.kernel.events import emit
from tinhso.kernel.events.deliveries import KEPT
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import (
    AuditRecord,
    Channel,
    ChannelChoice,
    Delivery,
    EventRecord,
    Notification,
    NotificationSending,
)
from tinhso.kernel.notify import inbox, notify
from tinhso.kernel.packs import Pack
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people import simulation as population
from tinhso.people.models import Account, Kinship, Person

PACK = Pack(ROOT / "provinces" / "kien_giang")
HON_TRE = "31108"
COMMUNE = population.Commune(HON_TRE, "Đặc khu Kiên Hải", 1)
NOON = clock.parse("2026-01-05T12:00:00")

#: What differs between the two ways by its nature: caches, real time, and the contents of printed papers.
LEFT_OUT = {
    "kernel_delivery": {"due_at", "done_at"},
    "dossiers_result": {"digest", "file_id"},
    "dossiers_paper": {"file_id", "try_after"},
    "dossiers_attachment": {"file_id"},
    "vault_holding": {"file_id"},
    "kernel_audit": {"data", "xact", "position"},
    "kernel_event": {"position"},
    "dossiers_rating": {"key"},
}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PAPER = re.compile(r'"(digest|file)": "[^"]*"')


def tables() -> Iterator[type[models.Model]]:
    """Everything that a dossier's acts write, whatever is added to it later."""
    yield from (EventRecord, AuditRecord, Delivery, Notification)
    # SearchWords: written by the database itself from the same rows
    yield from (m for m in apps.get_app_config("dossiers").get_models() if m not in (EngineState, SearchWords))
    yield from apps.get_app_config("vault").get_models()


def written() -> dict[str, list[dict[str, Any]]]:
    """The rows of all these tables, each id as the place of its row in its table."""
    names: dict[str, str] = {}
    found: dict[str, list[dict[str, Any]]] = {}
    for model in tables():
        order = "position" if model in (EventRecord, AuditRecord) else "id"
        found[model._meta.db_table] = rows = list(model._default_manager.order_by(order).values())
        names |= {str(row["id"]): f"{model._meta.db_table} {place}" for place, row in enumerate(rows)}
    return {
        table: [
            {name: _told(value, names) for name, value in row.items() if name not in LEFT_OUT.get(table, ())}
            for row in rows
        ]
        for table, rows in found.items()
    }


def _told(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, UUID):
        return names.get(str(value), str(value))
    if isinstance(value, dict | list | str):
        text = json.dumps(value, sort_keys=True, ensure_ascii=False)
        return _PAPER.sub("", _ID.sub(lambda id: names.get(id.group(), id.group()), text))
    return value


class _Hand:
    """A signer that signs nothing: what is printed and signed is not compared."""

    def begin(self, document: bytes, request: object) -> "_Hand":
        return self

    def to_bytes(self) -> bytes:
        return b"prepared"

    def sign(self, prepared: object) -> bytes:
        return b"signed"

    def complete(self, prepared: object, signed: bytes) -> bytes:
        return run.PAPER


@pytest.fixture
def unprinted(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (signature, drawing):
        monkeypatch.setattr(module, "document", lambda *_: run.PAPER)
        monkeypatch.setattr(module, "signer", lambda key: _Hand())


def both_ways(persons: int, dossiers: int) -> tuple[dict[str, Any], dict[str, Any], list[Done]]:
    """What the bulk writer and what the actions write for the same acts of the same people."""
    wish = run.Wish(persons, dossiers, 7, date(2026, 1, 5), clock.parse("2026-04-10T16:00:00"))
    load = Load(wish.until)
    filed = run.peopled(wish, run.Place(COMMUNE, 0, 1, persons, dossiers), run.kit(wish, PACK), load)
    assert filed is not None
    load.write()
    courses, log = list(filed.courses), list[Done]()
    for place, course in enumerate(courses):
        course.fate = list(Fate)[place % len(Fate)]
    known = {place: (course.it.applicant, course.it.filing) for place, course in enumerate(courses)}
    point = transaction.savepoint()
    assert office.run(filed.office, iter(courses), wish.until, log) == dossiers
    bulk = written()
    transaction.savepoint_rollback(point)
    enact(filed.office, known, log, run.PAPER)
    Delivery.objects.filter(event_at__lt=wish.until - KEPT).delete()  # the house forgot them by then
    return bulk, written(), log


def differing(bulk: dict[str, Any], acted: dict[str, Any]) -> list[tuple[str, int, Any, Any]]:
    """Where the two are not the same: table, place of the row, and both rows."""
    return [
        (table, place, one, other)
        for table, rows in acted.items()
        for place, (one, other) in enumerate(zip_longest(bulk[table], rows))
        if one != other
    ]


def test_the_bulk_writer_writes_what_the_actions_write(db: None, unprinted: None) -> None:
    bulk, acted, log = both_ways(60, 18)

    assert differing(bulk, acted) == []
    done = {verb for _place, (_at, verb, _how) in log}
    unusual = {"refuse", "ask_supplement", "answer_supplement", "withdraw", "suspend", "resume"}
    assert unusual | {"submit", "receive", "propose", "sign", "seal", "return_result"} <= done
    assert all(
        acted[table]
        for table in ("kernel_delivery", "dossiers_step", "dossiers_paper", "dossiers_result", "vault_holding")
    )


def test_a_row_that_is_not_as_the_actions_write_it_is_seen() -> None:
    rows = {"dossiers_step": [{"number": 1}, {"number": 2}]}

    assert differing(rows, rows) == []
    assert [d[:2] for d in differing({"dossiers_step": [{"number": 1}]}, rows)] == [("dossiers_step", 1)]
    assert differing({"dossiers_step": [{"number": 1}, {"number": 3}]}, rows)


def test_the_same_seed_invents_the_same_people_and_none_of_their_numbers_can_be_a_persons() -> None:
    def invented(seed: str) -> list[tuple[str, str, str]]:
        load = Load(NOON)
        homes = population.Families(load, population.Namer(population.names(PACK)), NOON, 0, 1)
        known = homes.settle(COMMUNE, 200, Random(seed), accounts=2)
        return [(s.person.full_name, s.identifier.number, s.account.login) for s in known]

    assert invented("a") == invented("a") != invented("b")
    assert all(number.startswith("999") for _name, number, _login in invented("a"))


def test_the_shares_of_communes_add_up_and_no_part_is_larger_than_a_seal_can_hold() -> None:
    places = run.shared(run.Wish(1_800_000, 1_000_000, 1, date(2026, 1, 1), NOON), PACK)
    parts = [part for commune in places for part in commune]

    assert sum(p.persons for p in parts) == 1_800_000
    assert sum(p.dossiers for p in parts) == 1_000_000
    assert max(p.dossiers for p in parts) <= run.PART
    assert len({p.number for p in parts}) == len(parts)


def settle() -> None:
    """Sixty people of Hòn Tre and what eight of them filed."""
    wish = run.Wish(60, 8, 3, date(2026, 1, 5), clock.parse("2026-04-10T16:00:00"))
    run.settle(wish, run.Place(COMMUNE, 0, 1, 60, 8), run.kit(wish, PACK))


def test_everything_simulated_goes_and_nothing_else(db: None, cast: None) -> None:
    people = Person.objects.count(), Account.objects.count(), Kinship.objects.count()
    settle()
    assert Dossier.objects.count() == SearchWords.objects.count() == 8
    assert Person.objects.filter(source="simulation", sample=True).count() == 60

    removal.remove(lambda _said: None)

    assert (Person.objects.count(), Account.objects.count(), Kinship.objects.count()) == people
    left = {m: m._default_manager.count() for m in tables() if m not in (EventRecord, AuditRecord)}
    assert {m.__name__: n for m, n in left.items() if n and m is not Book} == {}
    assert set(Book.objects.values_list("last", flat=True)) <= {0}
    assert not population.there()


def test_letters_about_it_go_with_it_to_whomever_they_were_and_no_others(specialist: Actor, sent: Dossier) -> None:
    settle()
    simulated = Dossier.objects.exclude(id=sent.id).filter(applicant_account__isnull=False)[0]
    assert specialist.account is not None
    assert simulated.applicant_account_id is not None
    for account, topic in ((specialist.account, DESK_TURNS.name), (simulated.applicant_account_id, "")):
        choice = {"account": account, "topic": topic, "channel": Channel.EMAIL}
        ChannelChoice.objects.update_or_create(**choice, defaults={"wanted": True})
    for dossier in (simulated, sent):
        kept = talking.context_of(dossier)
        notify([specialist.account], "dossiers.answered_desk", kept, subject=f"dossier:{dossier.id}")
    telling.tell(simulated.id, "dossiers.supplement")
    emit(SYSTEM, Withdrawn(dossier=simulated.id, version=simulated.version), subject=f"dossier:{simulated.id}")
    letters = NotificationSending.objects.filter(channel=Channel.EMAIL)
    assert set(letters.values_list("notification__account", "notification__subject")) == {
        (specialist.account, f"dossier:{simulated.id}"),
        (specialist.account, f"dossier:{sent.id}"),
        (simulated.applicant_account_id, f"dossier:{simulated.id}"),
    }

    removal.remove(lambda _said: None)

    connection.check_constraints()
    assert [letter.notification.subject for letter in letters.all()] == [f"dossier:{sent.id}"]
    assert [one.subject for one in inbox(specialist)] == [f"dossier:{sent.id}"]
    run_waiting()
    assert not Delivery.objects.exclude(state="done").exists(), "nothing waits for ever to tell what is gone"
