"""Numbers without a gap and acts without a loss, when many come at once. Data here is committed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from tinhso.dossiers import actions, counter_rules, queries
from tinhso.dossiers.codes import next_entry
from tinhso.dossiers.models import BookEntry, Dossier, Paper
from tinhso.dossiers.tests.conftest import FORM, actor_of, now_at, picture
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Problem
from tinhso.kernel.policy import Actor
from tinhso.people import samples as people_samples
from tinhso.places import queries as places

TOGETHER = 20
DAY = "2026-11-05T09:00:00+07:00"


@pytest.fixture
def committed(own_database: str) -> Iterator[None]:
    """A database of its own: what several threads commit is in nobody else's way."""
    with clock.pinned(DAY):
        people_samples.load()
        yield


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do all of them at the same moment, each in a thread with a connection of its own; errors are answers."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            with clock.pinned(DAY):
                gate.wait(timeout=60)
                return act()
        except Problem as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(run, act) for act in acts]]


def draft_of(actor: Actor) -> Any:
    agency = places.agency_of_unit("30742", clock.today())
    draft = actions.start_draft(actor, "1.001193", agency.id)
    version = draft.version
    for topic, values in FORM.items():
        version = actions.save_topic(actor, draft.id, topic, values, version).version
    actions.attach(actor, draft.id, "birth_paper", name="giấy.png", content=picture())
    return draft.id


def test_twenty_submits_at_once_are_numbered_without_a_gap_and_a_failed_one_leaves_none(committed: None) -> None:
    mother = actor_of("me.hontre@vidu.vn")
    drafts = [draft_of(mother) for _ in range(TOGETHER)]
    with transaction.atomic():
        actions.submit(mother, drafts[0], str(drafts[0]))
        transaction.set_rollback(True)
    sent = at_once([lambda d=d: actions.submit(mother, d, str(d)) for d in drafts])
    numbers = sorted(int(dossier.code.rpartition("-")[2]) for dossier in sent)
    assert numbers == list(range(1, TOGETHER + 1))


def test_the_same_draft_sent_from_five_places_at_once_is_one_dossier(committed: None) -> None:
    mother = actor_of("me.hontre@vidu.vn")
    draft = draft_of(mother)
    sent = at_once([lambda n=n: actions.submit(mother, draft, f"key-{n}") for n in range(5)])
    assert len({dossier.id for dossier in sent}) == 1


def test_of_two_officers_who_claim_at_once_one_holds_it_and_the_other_is_told(committed: None) -> None:
    mother, receiver = actor_of("me.hontre@vidu.vn"), actor_of("rachgia.tiepnhan")
    sent = actions.submit(mother, draft_of(mother), "")
    seen = now_at(sent)
    other = Actor(account=actor_of("rachgia.hotich").account, grants=receiver.grants, name="Người thứ hai")
    answers = at_once([lambda a=a: actions.claim(a, sent.id, version=seen) for a in (receiver, other)])
    refused = [answer for answer in answers if isinstance(answer, Conflict)]
    held = [answer for answer in answers if isinstance(answer, Dossier)]
    assert len(held) == len(refused) == 1
    assert held[0].last_actor in str(refused[0].detail)


def test_book_numbers_taken_at_once_are_gap_free(committed: None) -> None:
    mother = actor_of("me.hontre@vidu.vn")
    sent = actions.submit(mother, draft_of(mother), "")

    def take() -> int:
        with transaction.atomic():
            return next_entry(sent, "thử song song", yearly=True).number

    numbers = sorted(at_once([take] * 10))
    assert numbers == list(range(1, 11))


def test_papers_made_at_once_are_numbered_without_a_gap(committed: None) -> None:
    mother, receiver = actor_of("me.hontre@vidu.vn"), actor_of("rachgia.tiepnhan")
    sent = [actions.submit(mother, draft_of(mother), str(n)) for n in range(8)]
    at_once([lambda d=d: actions.receive(receiver, d.id, version=1) for d in sent])
    at_once([lambda d=d: actions.ask_receipt(receiver, d.id) for d in sent for _twice in range(2)])
    numbers = Paper.objects.filter(kind="receipt").order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 9))
    lines = BookEntry.objects.filter(book__kind="tracking").order_by("number").values_list("number", flat=True)
    assert list(lines) == list(range(1, 9))


def test_a_number_called_by_many_tables_at_once_goes_to_one_and_each_gets_another(committed: None) -> None:
    agency = places.agency_of_unit("30742", clock.today())
    receiver = actor_of("rachgia.tiepnhan")
    logins = ["rachgia.tiepnhan", "rachgia.hotich", "rachgia.phochutich", "rachgia.vanthu"]
    tables = [replace(actor_of(login), grants=receiver.grants) for login in logins]
    drawn = at_once([lambda a=a: actions.draw(a, agency.pk, "A") for a in tables * 2])
    assert sorted(t.number for t in drawn) == list(range(1, 9))
    called = at_once([lambda a=a: actions.call_next(a, agency.pk, ["A"], "1") for a in tables])
    assert sorted(t.number for t in called) == [1, 2, 3, 4]
    fifth = min(drawn, key=lambda t: abs(t.number - 5))
    answers = at_once([lambda a=a: actions.call(a, fifth.id, "1") for a in tables])
    assert sum(isinstance(a, Conflict) for a in answers) == 3


def test_of_five_who_book_the_last_places_at_once_two_get_one(committed: None) -> None:
    agency = places.agency_of_unit("30742", clock.today())
    logins = ["me.hontre@vidu.vn", "chua.xacminh@vidu.vn", "rachgia.tiepnhan", "rachgia.hotich", "rachgia.vanthu"]
    slot = queries.slots(agency.pk, clock.today() + timedelta(days=1))[0]
    booked = at_once([lambda a=a: actions.book(a, agency.pk, slot.starts_at) for a in map(actor_of, logins)])
    seats = sorted(b.seat for b in booked if not isinstance(b, Problem))
    assert seats == list(range(1, slot.left + 1))
    assert queries.slots(agency.pk, clock.today() + timedelta(days=1))[0].left == 0


def test_one_account_that_books_at_once_from_many_windows_keeps_its_limit(committed: None) -> None:
    agency, mother = places.agency_of_unit("30742", clock.today()), actor_of("me.hontre@vidu.vn")
    slots = queries.slots(agency.pk, clock.today() + timedelta(days=1))[:5]
    booked = at_once([lambda s=s: actions.book(mother, agency.pk, s.starts_at) for s in slots])
    assert sum(not isinstance(b, Problem) for b in booked) == counter_rules.rules().appointments.open_per_account
