"""Whoever leaves, moves or goes on leave leaves no dossier behind: it goes to the stand-in or back to the queue."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier, Step
from tinhso.dossiers.tests.conftest import MONDAY, actor_of, now_at
from tinhso.kernel import clock
from tinhso.kernel.errors import Denied, Invalid, NotFound, Problem
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.notify import inbox
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people import actions as people
from tinhso.people.models import Account, Official, Post, Role
from tinhso.places.models import Agency

TODAY = date(2026, 11, 9)


@pytest.fixture
def admin(cast: None) -> Actor:
    return actor_of("hontre.quantri")


def official(login: str) -> Official:
    return Official.objects.get(account__login=login)


def post_of(login: str, agency: Agency) -> Post:
    return Post.objects.filter(official__account__login=login, agency_id=agency.id).order_by("-valid_from")[0]


def holder(dossier: Dossier) -> str:
    """Who holds the open step: a log-in name, or nobody."""
    step = Step.objects.select_related("holder").get(dossier=dossier, ended_at=None)
    return step.holder.login if step.holder else ""


@pytest.fixture
def held(sent: Dossier, receiver: Actor, specialist: Actor) -> Dossier:
    """A dossier on the specialist's table."""
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.claim(specialist, sent.id, version=now_at(sent))
    run_waiting()
    assert holder(sent) == "hontre.hotich"
    return sent


@pytest.fixture
def colleague(admin: Actor, agency: Agency) -> Official:
    """Another official of the commune, who receives dossiers."""
    return official("hontre.tiepnhan")


def test_a_held_step_goes_back_to_the_queue_when_the_post_ends(held: Dossier, admin: Actor, agency: Agency) -> None:
    people.end_post(admin, post_of("hontre.hotich", agency).pk)
    run_waiting()
    assert holder(held) == ""
    rows = Step.objects.filter(dossier=held, outcome="handed-over")
    assert [row.holder_name for row in rows] == ["Danh Hoàng Phúc"]
    assert "vn.tinhso.dossiers.returned-to-queue" in [e.envelope.type for e in history(f"dossier:{held.id}")]


def test_whoever_has_no_post_any_more_neither_sees_nor_acts(
    held: Dossier, admin: Actor, agency: Agency, specialist: Actor
) -> None:
    open_session = Client()
    open_session.force_login(Account.objects.get(login="hontre.hotich"))
    record = f"/ban-lam-viec/ho-so/{held.id}"
    token = open_session.get(record)
    assert token.status_code == 200
    people.end_post(admin, post_of("hontre.hotich", agency).pk)
    assert open_session.get(record).status_code in (403, 404)
    assert open_session.post(f"{record}/propose", {"version": now_at(held)}).status_code in (403, 404)
    assert open_session.get(f"/api/v1/dossiers/{held.id}").status_code in (403, 404)
    assert open_session.get("/ban-lam-viec/").status_code == 403


def test_during_leave_the_stand_in_holds_the_inbox_and_gives_it_back(
    held: Dossier, admin: Actor, colleague: Official
) -> None:
    absent = official("hontre.hotich")
    people.take_leave(admin, absent.pk, valid_from=TODAY, valid_to=TODAY + timedelta(days=4), stand_in=colleague.pk)
    run_waiting()
    assert holder(held) == "hontre.tiepnhan"
    actions.propose(actor_of("hontre.tiepnhan"), held.id, version=now_at(held))
    assert Step.objects.filter(dossier=held, ended_at=None).get().role == "leader"


def test_after_the_leave_what_is_left_goes_back(held: Dossier, admin: Actor, colleague: Official) -> None:
    absent = official("hontre.hotich")
    people.take_leave(admin, absent.pk, valid_from=TODAY, valid_to=TODAY + timedelta(days=1), stand_in=colleague.pk)
    run_waiting()
    with clock.pinned("2026-11-11T00:10:00+07:00"):
        people.turn_of_day()
        run_waiting()
        assert holder(held) == "hontre.hotich"


def test_leave_that_begins_later_passes_nothing_on_before(held: Dossier, admin: Actor, colleague: Official) -> None:
    absent = official("hontre.hotich")
    people.take_leave(
        admin, absent.pk, valid_from=date(2026, 11, 12), valid_to=date(2026, 11, 13), stand_in=colleague.pk
    )
    people.turn_of_day()
    run_waiting()
    assert holder(held) == "hontre.hotich"
    with clock.pinned("2026-11-12T00:10:00+07:00"):
        people.turn_of_day()
        people.turn_of_day()
        run_waiting()
        assert holder(held) == "hontre.tiepnhan"


def test_nothing_is_handed_to_whoever_is_on_leave(
    held: Dossier, admin: Actor, specialist: Actor, colleague: Official, agency: Agency
) -> None:
    people.grant_post(admin, colleague.pk, agency_id=agency.id, role=Role.SPECIALIST)
    people.take_leave(admin, colleague.pk, valid_from=TODAY, valid_to=TODAY)
    with pytest.raises(Invalid):
        actions.hand_over(specialist, held.id, colleague.account_id, version=now_at(held))


def test_who_is_handed_a_dossier_is_told_and_who_held_it_hears_when_it_is_withdrawn(
    held: Dossier, admin: Actor, mother: Actor, specialist: Actor, receiver: Actor, colleague: Official, agency: Agency
) -> None:
    people.grant_post(admin, colleague.pk, agency_id=agency.id, role=Role.SPECIALIST)
    actions.hand_over(specialist, held.id, colleague.account_id, version=now_at(held))
    run_waiting()
    assert inbox(receiver)[0].title == f"Hồ sơ {held.code} được chuyển cho bạn"
    assert inbox(receiver)[0].url == f"/ban-lam-viec/ho-so/{held.id}"
    before = [one.title for one in inbox(specialist)]
    actions.withdraw(mother, held.id, version=now_at(held))
    run_waiting()
    assert inbox(receiver)[0].title == f"Hồ sơ {held.code} đã được rút"
    assert [one.title for one in inbox(specialist)] == before, "no longer in these hands"


def test_a_transfer_leaves_the_inbox_to_the_old_agency(held: Dossier, agency: Agency) -> None:
    from tinhso.places import queries as places

    to = places.agency_of_unit("30742", TODAY)
    moved = official("hontre.hotich")
    people.transfer(SYSTEM, moved.pk, from_agency=agency.id, to_agency=to.pk, role=Role.SPECIALIST)
    run_waiting()
    assert holder(held) == ""
    rows, _next = queries.inbox(actor_of("hontre.tiepnhan", grants=_grants("specialist", agency)))
    assert [row.dossier for row in rows] == [held.id]


def _grants(role: str, agency: Agency):
    from tinhso.kernel.policy import Grant

    return frozenset({Grant(role, agency.id)})


def test_the_applicant_never_gets_their_own_dossier_to_work_on(
    sent: Dossier, receiver: Actor, specialist: Actor, admin: Actor, colleague: Official
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.claim(specialist, sent.id, version=now_at(sent))
    Dossier.objects.filter(id=sent.id).update(applicant_account_id=colleague.account_id)
    absent = official("hontre.hotich")
    people.take_leave(admin, absent.pk, valid_from=TODAY, valid_to=TODAY, stand_in=colleague.pk)
    run_waiting()
    assert holder(sent) == ""


def test_a_signing_authority_ends_with_the_leaders_post(
    held: Dossier, specialist: Actor, leader: Actor, admin: Actor, agency: Agency
) -> None:
    actions.propose(specialist, held.id, version=now_at(held))
    people.end_post(admin, post_of("hontre.phochutich", agency).pk)
    run_waiting()
    with pytest.raises(Problem):  # even an actor that still carries the role in memory has no authority left
        actions.sign(leader, held.id, version=now_at(held))
    with pytest.raises((Denied, NotFound)):
        actions.sign(actor_of("hontre.phochutich", grants=frozenset()), held.id, version=now_at(held))


def test_what_was_signed_before_the_post_ended_stays_valid(
    signed: Dossier, admin: Actor, clerk: Actor, agency: Agency
) -> None:
    from tinhso.dossiers.verification import was_authorised

    account = Account.objects.get(login="hontre.phochutich")
    people.end_post(admin, post_of("hontre.phochutich", agency).pk)
    assert was_authorised(str(account.pk), str(agency.id), clock.real())
    with clock.pinned("2026-11-10T08:00:00+07:00"):
        assert not was_authorised(str(account.pk), str(agency.id), clock.real())


def test_a_signature_already_ordered_is_made_though_the_post_ends(
    held: Dossier, specialist: Actor, leader: Actor, admin: Actor, agency: Agency
) -> None:
    actions.propose(specialist, held.id, version=now_at(held))
    actions.sign(leader, held.id, version=now_at(held))
    people.end_post(admin, post_of("hontre.phochutich", agency).pk)
    run_waiting()
    open_step = Step.objects.get(dossier=held, ended_at=None)
    assert open_step.role == "clerk"


def test_of_many_open_steps_none_is_lost(
    sent: Dossier, mother: Actor, fill: Callable, receiver: Actor, admin: Actor, agency: Agency
) -> None:
    more = [actions.submit(mother, fill(mother).id, f"more-{n}") for n in range(3)]
    for dossier in (sent, *more):
        actions.claim(receiver, dossier.id, version=now_at(dossier))
    before = Step.objects.filter(ended_at=None).count()
    people.end_service(SYSTEM, official("hontre.tiepnhan").pk)
    run_waiting()
    assert Step.objects.filter(ended_at=None).count() == before
    assert not Step.objects.filter(ended_at=None, holder__login="hontre.tiepnhan").exists()


def test_passing_on_twice_changes_nothing_more(held: Dossier, admin: Actor, agency: Agency) -> None:
    from tinhso.dossiers import passing

    account = Account.objects.get(login="hontre.hotich").pk
    assert passing.pass_on(account, agency.id, "specialist", None, "post_ended") == 1
    assert passing.pass_on(account, agency.id, "specialist", None, "post_ended") == 0


def test_the_monday_of_these_tests_is_pinned() -> None:
    assert MONDAY.startswith(str(TODAY))
