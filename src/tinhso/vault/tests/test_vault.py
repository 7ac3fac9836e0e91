"""What the state holds for a person is theirs alone to see."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from tinhso.kernel import clock, files
from tinhso.kernel.errors import Denied, NotFound, Unauthenticated
from tinhso.kernel.ids import new_id
from tinhso.kernel.policy import ANONYMOUS, SYSTEM, Actor
from tinhso.people.models import Person
from tinhso.vault import actions, queries
from tinhso.vault.models import HoldingState

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother() -> Actor:
    person = Person.objects.create(full_name="Nguyễn Thị Bé Ba", birth_date=date(1998, 3, 14), source="test")
    return Actor(account=new_id(), subject=person.pk, assured=True, name="Nguyễn Thị Bé Ba")


@pytest.fixture
def deposit(mother: Actor) -> actions.Deposit:
    stored = files.store(SYSTEM, name="kq.pdf", content=b"%PDF-1.7\n%%EOF\n", allowed=frozenset({files.PDF}), limit=999)
    return actions.Deposit(
        person=mother.subject,
        kind="birth_certificate",
        title="Giấy khai sinh",
        number="01/2026",
        file=stored.id,
        issued_at=clock.now(),
        origin=new_id(),
    )


def test_depositing_the_same_thing_twice_keeps_it_once(mother: Actor, deposit: actions.Deposit) -> None:
    assert actions.deposit(SYSTEM, deposit).id == actions.deposit(SYSTEM, deposit).id
    assert len(queries.holdings(mother, mother.subject)[0]) == 1


def test_the_person_downloads_what_is_held(mother: Actor, deposit: actions.Deposit) -> None:
    held = actions.deposit(SYSTEM, deposit)
    assert queries.download(mother, held.id).content.startswith(b"%PDF")


def test_an_unverified_account_and_another_person_see_nothing(mother: Actor, deposit: actions.Deposit) -> None:
    held = actions.deposit(SYSTEM, deposit)
    for other in (replace(mother, assured=False), replace(mother, subject=uuid4()), replace(mother, subject=None)):
        with pytest.raises(NotFound):
            queries.holdings(other, mother.subject)
        with pytest.raises(NotFound):
            queries.download(other, held.id)
    with pytest.raises(Denied):
        queries.readings(replace(mother, assured=False))
    with pytest.raises(Unauthenticated):
        queries.readings(ANONYMOUS)


def test_what_was_taken_back_stays_and_says_so(mother: Actor, deposit: actions.Deposit) -> None:
    actions.deposit(SYSTEM, deposit)
    actions.end(SYSTEM, deposit.origin, HoldingState.REVOKED)
    actions.end(SYSTEM, deposit.origin, HoldingState.SUPERSEDED)
    held = queries.holdings(mother, mother.subject)[0][0]
    assert held.state == "revoked"
    assert held.ended_at is not None


def test_holdings_cost_few_queries_and_page_by_key(
    mother: Actor, deposit: actions.Deposit, django_assert_max_num_queries
) -> None:
    for _ in range(5):
        actions.deposit(SYSTEM, replace(deposit, origin=new_id()))
    with django_assert_max_num_queries(3):
        first, following = queries.holdings(mother, mother.subject, limit=3)
    rest, end = queries.holdings(mother, mother.subject, cursor=following, limit=3)
    assert len({h.id for h in first + rest}) == 5
    assert end is None
