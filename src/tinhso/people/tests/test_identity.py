"""Identity: typing a number opens nothing; an officer who saw the papers opens everything, once."""

from dataclasses import replace
from datetime import date

import pytest

from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.people import actions, queries
from tinhso.people.actions import SeenIdentity
from tinhso.people.actors import actor_for, with_posts
from tinhso.people.models import Account, Assurance, Identifier, Person, Role
from tinhso.people.tests.conftest import make_account

pytestmark = pytest.mark.django_db

SEEN = SeenIdentity("Nguyễn Thị Bé Ba", date(1998, 3, 14), "female", "cccd", "091198004127")


def actor_of(account: Account, *, strong: bool = False):
    return actor_for(with_posts().get(pk=account.pk), strong=strong)


@pytest.fixture
def officer(appoint):
    return actor_of(appoint(Role.RECEIVER))


@pytest.fixture
def known(db) -> Person:
    person = Person.objects.create(
        full_name="Nguyễn Thị Bé Ba", birth_date=date(1998, 3, 14), sex="female", source="test"
    )
    Identifier.objects.create(person=person, kind="cccd", number="091198004127", valid_from=date(2021, 1, 1))
    return person


def verify(officer, account, agency, seen=SEEN, papers_seen=True):
    return actions.verify_identity(officer, account.pk, agency_id=agency, seen=seen, papers_seen=papers_seen)


def test_typing_a_known_number_opens_nothing_of_that_person(citizen, known):
    actions.claim_identity(
        actor_of(citizen),
        full_name="Nguyễn Thị Bé Ba",
        birth_date=date(1998, 3, 14),
        kind="cccd",
        number="091198004127",
    )
    actor = actor_of(citizen)
    assert (actor.subject, actor.assured) == (None, False)
    assert queries.person_of(citizen.pk) is None


def test_typing_a_known_and_an_unknown_number_looks_the_same(citizen, known):
    for number in ("091198004127", "091198004128"):
        actions.claim_identity(actor_of(citizen), full_name="X", kind="cccd", number=number)
        assert queries.claim_of(citizen.pk).number == number


def test_a_counter_officer_ties_the_account_to_the_known_person(citizen, known, officer, agency):
    assert verify(officer, citizen, agency) == known
    actor = actor_of(citizen)
    assert (actor.subject, actor.assured) == (known.pk, True)
    citizen.refresh_from_db()
    assert (citizen.verified_how, citizen.verified_by_id, citizen.verified_agency_id) == (
        "counter",
        officer.account,
        agency,
    )


def test_a_person_nobody_knew_becomes_known(citizen, officer, agency):
    person = verify(officer, citizen, agency)
    assert [held.number for held in queries.identifiers(person.pk)] == ["091198004127"]


def test_a_second_account_never_takes_the_person_over(citizen, officer, agency):
    verify(officer, citizen, agency)
    second = make_account("0977777777")
    with pytest.raises(Conflict):
        verify(officer, second, agency)
    assert not Account.objects.get(pk=second.pk).person_id


def test_papers_must_have_been_seen(citizen, officer, agency):
    with pytest.raises(Invalid):
        verify(officer, citizen, agency, papers_seen=False)


def test_a_number_that_contradicts_the_papers_is_refused(citizen, officer, agency):
    with pytest.raises(Invalid):
        verify(officer, citizen, agency, seen=replace(SEEN, birth_date=date(1999, 3, 14)))


@pytest.mark.parametrize(
    "wrong", [{"birth_date": date(1998, 3, 15)}, {"birth_date": None}, {"full_name": "Người Khác Hẳn"}]
)
def test_papers_that_contradict_what_is_known_are_refused(citizen, known, officer, agency, wrong):
    with pytest.raises(Conflict):
        verify(officer, citizen, agency, seen=replace(SEEN, **wrong))
    citizen.refresh_from_db()
    assert not citizen.verified
    assert verify(officer, citizen, agency, seen=replace(SEEN, full_name="NGUYỄN  THỊ BÉ BA")).pk == known.pk


@pytest.mark.parametrize("role", [r for r in Role if r != Role.RECEIVER])
def test_only_a_receiver_verifies(role, citizen, appoint, agency):
    official = actor_of(appoint(role), strong=True)
    with pytest.raises(Denied):
        verify(official, citizen, agency)


def test_a_receiver_of_another_agency_does_not_verify_here(citizen, officer):
    from tinhso.kernel.ids import new_id

    with pytest.raises(Denied):
        verify(officer, citizen, new_id())


def test_nobody_verifies_their_own_account(appoint, agency):
    account = appoint(Role.RECEIVER)
    with pytest.raises(Denied):
        verify(actor_of(account), account, agency)


def test_the_counter_finds_an_account_by_code_or_login_and_says_nothing_of_the_state(citizen, known, officer, agency):
    by_code = actions.find_for_counter(officer, agency, citizen.code.lower())
    by_login = actions.find_for_counter(officer, agency, "+84912345678")
    assert by_code.account == by_login.account == citizen.pk
    with pytest.raises(NotFound):
        actions.find_for_counter(officer, agency, "KHONGCO")


def test_the_database_itself_refuses_a_verified_account_without_a_person(citizen):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=citizen.pk).update(assurance=Assurance.VERIFIED)
