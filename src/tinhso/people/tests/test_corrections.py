"""A wrong name is put right by two people; until then nothing changes, and nobody learns what was known."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tinhso.kernel import clock
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, TooMany
from tinhso.kernel.events import history
from tinhso.kernel.models import AuditRecord, Notification
from tinhso.people import actions, queries
from tinhso.people.actions import SeenIdentity
from tinhso.people.actions.corrections import PROPOSALS
from tinhso.people.models import Correction, Person, Role
from tinhso.people.tests.test_identity import actor_of
from tinhso.people.tests.test_staff_pages import API, browser_of
from tinhso.places import queries as places

pytestmark = pytest.mark.django_db

PAPER = SeenIdentity("Nguyễn Thị Bé Ba", date(1998, 3, 14), "female", "cccd", "091198004127")
TYPED = replace(PAPER, full_name="Nguyễn Thị Bé Bá")


@pytest.fixture
def receiver(appoint):
    return actor_of(appoint(Role.RECEIVER))


@pytest.fixture
def leader(appoint):
    return actor_of(appoint(Role.LEADER), strong=True)


@pytest.fixture
def person(receiver, agency) -> Person:
    """As the first official typed her."""
    return actions.know_at_counter(receiver, agency, TYPED, papers_seen=True)


def propose(receiver, agency, seen=PAPER, **more):
    how = {"reason": "Gõ nhầm dấu", "papers_seen": True} | more
    return actions.propose_correction(receiver, agency, seen, **how)


def test_the_counter_serves_her_again_once_a_leader_approved(receiver, leader, agency, person):
    with pytest.raises(Conflict):
        actions.know_at_counter(receiver, agency, PAPER, papers_seen=True)
    correction = propose(receiver, agency)
    with pytest.raises(Conflict):  # a proposal alone opens nothing
        actions.know_at_counter(receiver, agency, PAPER, papers_seen=True)

    actions.approve_correction(leader, correction.pk)

    assert actions.know_at_counter(receiver, agency, PAPER, papers_seen=True) == person
    person.refresh_from_db()
    assert (person.full_name, person.birth_date) == (PAPER.full_name, PAPER.birth_date)
    assert [e.envelope.type.rpartition(".")[2] for e in history(f"person:{person.pk}")][-2:] == [
        "correction_proposed",
        "correction_decided",
    ]
    correction.refresh_from_db()
    assert (correction.state, correction.name_before) == ("approved", TYPED.full_name)
    with pytest.raises(Conflict):
        actions.approve_correction(leader, correction.pk)


def test_a_wrong_day_of_birth_too(receiver, leader, agency):
    person = actions.know_at_counter(receiver, agency, replace(PAPER, birth_date=date(1998, 4, 13)), papers_seen=True)
    actions.approve_correction(leader, propose(receiver, agency).pk)
    person.refresh_from_db()
    assert person.birth_date == PAPER.birth_date


def test_who_is_corrected_is_told_and_so_is_who_proposed(receiver, leader, agency, person, citizen):
    citizen.person, citizen.assurance, citizen.verified_at = person, "verified", clock.now()
    citizen.save()
    correction = propose(receiver, agency)
    assert Notification.objects.filter(account=leader.account, kind="people.correction_proposed").count() == 1
    assert Notification.objects.filter(account=citizen.pk, kind="people.correction_begun").count() == 1
    Notification.objects.all().delete()
    actions.approve_correction(leader, correction.pk)
    told = set(Notification.objects.exclude(account=leader.account).values_list("account", "kind"))
    assert told == {(citizen.pk, "people.corrected"), (receiver.account, "people.correction_decided")}
    take_disclosures()
    assert leader.account in {seen.reader_account for seen in seen_by_others(person.pk)}


def test_nobody_decides_on_their_own(appoint, receiver, agency, person):
    both = actor_of(appoint(Role.LEADER, login="both"), strong=True)
    both = replace(both, grants=both.grants | receiver.grants)
    correction = propose(both, agency)
    with pytest.raises(Denied):
        actions.approve_correction(both, correction.pk)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the action
        Correction.objects.filter(pk=correction.pk).update(state="approved", decided_by=both.account)


def test_nobody_corrects_their_own_data(receiver, leader, agency, person):
    with pytest.raises(Denied):
        propose(replace(receiver, subject=person.pk), agency)
    correction = propose(receiver, agency)
    with pytest.raises(Denied):
        actions.approve_correction(replace(leader, subject=person.pk), correction.pk)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.RECEIVER, Role.LEADER}])
def test_others_neither_propose_nor_decide_nor_see(role, appoint, receiver, agency, person):
    correction = propose(receiver, agency)
    official = actor_of(appoint(role, login="other"), strong=True)
    with pytest.raises(Denied):
        queries.corrections(official)
    with pytest.raises(NotFound):
        actions.approve_correction(official, correction.pk)
    with pytest.raises(NotFound):
        actions.refuse_correction(official, correction.pk)
    with pytest.raises(Denied):
        propose(official, agency)


def test_a_leader_elsewhere_does_not_see_it(leader, receiver, agency, person):
    correction = propose(receiver, agency)
    other = places.agency_of_unit("30742", clock.today()).pk
    elsewhere = replace(leader, grants=frozenset(replace(grant, scope=other) for grant in leader.grants))
    assert queries.corrections(elsewhere) == ([], None)
    with pytest.raises(NotFound):
        actions.approve_correction(elsewhere, correction.pk)


def test_the_counter_does_not_read_what_was_known(receiver, leader, agency, person):
    propose(receiver, agency)
    [seen], _next = queries.corrections(receiver)
    assert (seen.name_before, seen.birth_before, seen.decides, seen.withdraws) == ("", None, False, True)
    [seen], _next = queries.corrections(leader)
    assert (seen.name_before, seen.decides, seen.withdraws) == (TYPED.full_name, True, False)


def test_refused_and_withdrawn_change_nothing_and_make_room(receiver, leader, agency, person):
    first = propose(receiver, agency)
    with pytest.raises(Conflict):
        propose(receiver, agency)
    actions.refuse_correction(leader, first.pk)
    second = propose(receiver, agency)
    actions.refuse_correction(receiver, second.pk)
    assert list(Correction.objects.order_by("id").values_list("state", flat=True)) == ["refused", "withdrawn"]
    person.refresh_from_db()
    assert person.full_name == TYPED.full_name


def test_after_seven_days_it_can_only_be_proposed_anew(receiver, leader, agency, person):
    old = propose(receiver, agency)
    with clock.pinned(clock.now() + timedelta(days=7, minutes=1)):
        with pytest.raises(Conflict):
            actions.approve_correction(leader, old.pk)
        actions.approve_correction(leader, propose(receiver, agency).pk)
    old.refresh_from_db()
    assert old.state == "withdrawn"


def test_data_that_changed_meanwhile_is_not_overwritten(receiver, leader, agency, person):
    correction = propose(receiver, agency)
    Person.objects.filter(pk=person.pk).update(full_name="Nguyễn Thị Khác")
    with pytest.raises(Conflict):
        actions.approve_correction(leader, correction.pk)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": " "}, "reason"),
        ({"papers_seen": False}, "papers_seen"),
        ({"seen": replace(PAPER, full_name=" ")}, "full_name"),
        ({"seen": replace(PAPER, birth_date=None)}, "birth_date"),
        ({"seen": replace(PAPER, number="1")}, "number"),
        ({"seen": replace(PAPER, birth_date=date(1999, 3, 14))}, "number"),
    ],
)
def test_what_cannot_stand_is_named(receiver, agency, person, wrong, said):
    with pytest.raises(Invalid) as refused:
        propose(receiver, agency, **wrong)
    assert said in refused.value.fields


def test_what_is_right_and_what_is_unknown_get_one_answer_and_the_holder_sees_who_tried(receiver, agency, person):
    said = set()
    for seen in (TYPED, replace(PAPER, number="091198004128")):
        with pytest.raises(Conflict) as refused:
            propose(receiver, agency, seen=seen)
        said.add(str(refused.value.detail))
    assert len(said) == 1
    take_disclosures()
    assert [one.reader_account for one in seen_by_others(person.pk)] == [receiver.account]
    assert AuditRecord.objects.filter(act="people.correction_tried", subject=f"person:{person.pk}").count() == 1


def test_nobody_tries_numbers_out_all_day(receiver, agency):
    for _try in range(PROPOSALS):
        with pytest.raises(Conflict):
            propose(receiver, agency)
    with pytest.raises(TooMany):
        propose(receiver, agency)


def test_what_vneid_or_a_register_says_is_not_corrected_here(receiver, agency, person):
    Person.objects.filter(pk=person.pk).update(source="vneid")
    with pytest.raises(Conflict):
        propose(receiver, agency)


def test_a_day_of_birth_that_contradicts_another_number_is_refused(receiver, agency, person):
    actions.add_identifier(person, kind="passport", number="C1234567", valid_from=date(2024, 1, 1))
    other = SeenIdentity(PAPER.full_name, date(1989, 3, 14), "female", "passport", "C1234567")
    with pytest.raises(Invalid) as refused:
        propose(receiver, agency, seen=other)
    assert "birth_date" in refused.value.fields


def test_an_agency_that_is_only_kept_proposes_nothing(receiver, agency, person):
    kept = replace(receiver, grants=frozenset(replace(grant, kept=True) for grant in receiver.grants))
    with pytest.raises(Denied):
        propose(kept, agency)


def test_what_is_expired_can_still_be_withdrawn_or_refused_and_leaves_the_page(receiver, leader, agency, person):
    correction = propose(receiver, agency)
    with clock.pinned(clock.now() + timedelta(days=8)):
        [seen] = queries.corrections(leader)[0]
        assert (seen.decides, seen.it.expired) == (False, True)
        actions.refuse_correction(receiver, correction.pk)
    Correction.objects.all().update(state="open", decided_at=None)
    with clock.pinned(clock.now() + timedelta(days=38)):
        assert queries.corrections(leader) == ([], None)


def test_another_receiver_neither_withdraws_nor_approves(appoint, receiver, agency, person):
    correction = propose(receiver, agency)
    colleague = actor_of(appoint(Role.RECEIVER, login="colleague"))
    for act in (actions.refuse_correction, actions.approve_correction):
        with pytest.raises(Denied):
            act(colleague, correction.pk)


def test_a_leader_without_second_factor_is_none(appoint, receiver, agency, person):
    correction = propose(receiver, agency)
    weak = actor_of(appoint(Role.LEADER, login="weak"))
    with pytest.raises(Denied):
        queries.corrections(weak)
    with pytest.raises(NotFound):
        actions.approve_correction(weak, correction.pk)


def test_the_list_costs_the_same_whatever_its_length(receiver, leader, agency, person, django_assert_num_queries):
    first = propose(receiver, agency)
    with django_assert_num_queries(1):
        queries.corrections(leader)
    actions.refuse_correction(leader, first.pk)
    propose(receiver, agency)
    with django_assert_num_queries(1):
        assert len(queries.corrections(leader)[0]) == 2


def test_on_the_page(client, appoint, agency, sign_in, receiver, person, monkeypatch):
    """Sent by the receiver, read with what was known and approved by the leader, as forms send it."""
    page = "/can-bo/sua-ho-ten/"
    sign_in(Role.RECEIVER.value)
    typed = {
        "agency": str(agency),
        "kind": "cccd",
        "number": PAPER.number,
        "full_name": PAPER.full_name,
        "birth_date": "14/03/1998",
        "sex": "female",
        "reason": "Gõ nhầm dấu",
        "papers_seen": "on",
    }
    refused = client.post(page, typed | {"reason": ""})
    assert refused.status_code == 422
    assert PAPER.full_name in refused.content.decode()  # nothing typed is lost
    assert client.post(page, typed).status_code == 302
    own = client.get(page).content.decode()
    assert "Rút đề nghị" in own
    assert TYPED.full_name not in own

    leader = browser_of(Role.LEADER, agency, "hontre.ld", monkeypatch)
    shown = leader.get(page).content.decode()
    assert TYPED.full_name in shown
    assert PAPER.full_name in shown
    assert "Gửi đề nghị" not in shown
    correction = Correction.objects.get()
    assert leader.post(f"{page}{correction.pk}/duyet").status_code == 302
    correction.refresh_from_db()
    assert correction.state == "open"  # nobody said that they compared
    assert leader.post(f"{page}{correction.pk}/duyet", {"compared": "1"}).status_code == 302
    person.refresh_from_db()
    assert person.full_name == PAPER.full_name
    assert "Đã sửa" in leader.get(page).content.decode()


def test_over_the_api(client, appoint, agency, sign_in, receiver, person, monkeypatch):
    sign_in(Role.RECEIVER.value)
    body = {
        "agency_id": str(agency),
        "kind": "cccd",
        "number": PAPER.number,
        "full_name": PAPER.full_name,
        "birth_date": "1998-03-14",
        "sex": "female",
        "reason": "Gõ nhầm dấu",
        "papers_seen": True,
    }
    made = client.post(f"{API}/person-corrections", body, content_type="application/json")
    assert made.status_code == 201, made.content
    [row] = client.get(f"{API}/person-corrections").json()["items"]
    assert (row["name_before"], row["may_decide"], row["may_withdraw"]) == ("", False, True)
    assert client.post(f"{API}/person-corrections/{row['id']}/approval").status_code == 403
    leader = browser_of(Role.LEADER, agency, "hontre.ld", monkeypatch)
    [row] = leader.get(f"{API}/person-corrections").json()["items"]
    assert (row["name_before"], row["full_name"], row["may_decide"]) == (TYPED.full_name, PAPER.full_name, True)
    assert leader.post(f"{API}/person-corrections/{row['id']}/approval").status_code == 204
    person.refresh_from_db()
    assert person.full_name == PAPER.full_name


def test_names_do_not_stand_on_the_page_for_ever(receiver, leader, agency, person):
    actions.approve_correction(leader, propose(receiver, agency).pk)
    assert len(queries.corrections(leader)[0]) == 1
    with clock.pinned(clock.now() + timedelta(days=31)):
        assert queries.corrections(leader) == ([], None)
