"""An act is taken back from now on; what was in the meantime is not written anew."""

from datetime import date

import pytest

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, NotFound
from tinhso.kernel.policy import SYSTEM, Actor, Grant
from tinhso.people import actions
from tinhso.people.actors import actor_for, with_posts
from tinhso.people.models import Official, Post, Role, StaffAct
from tinhso.people.tests.staff.conftest import DAY, make_official, roles_now

pytestmark = pytest.mark.django_db


def test_only_the_newest_act_is_undone(admin, official, agency):
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK)
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.RECEIVER)
    older, newer = StaffAct.objects.filter(official=official).order_by("id")
    with pytest.raises(Conflict):
        actions.undo_act(admin, older.pk)
    actions.undo_act(admin, newer.pk)
    actions.undo_act(admin, older.pk)
    assert roles_now(official) == {"specialist"}


def test_undoing_an_end_gives_the_role_back_from_now_and_does_not_rewrite_the_gap(admin, official, agency):
    actions.end_post(admin, official.posts.get().pk)
    with clock.pinned("2026-03-05T08:00:00+07:00"):
        actions.undo_act(admin, StaffAct.objects.get(official=official).pk)
        assert roles_now(official) == {"specialist"}
        terms = list(official.posts.order_by("valid_from").values_list("valid_from", "valid_to"))
    assert terms == [(date(2025, 7, 1), DAY), (date(2026, 3, 5), None)]


def test_undoing_an_end_that_has_not_come_leaves_no_trace_in_the_term(admin, official):
    post = official.posts.get()
    actions.end_post(admin, post.pk, last_day=date(2026, 4, 1))
    actions.undo_act(admin, StaffAct.objects.get(official=official).pk)
    post.refresh_from_db()
    assert post.valid_to is None


def test_undoing_the_end_of_service_opens_the_account_again(admin, official):
    actions.end_service(admin, official.pk)
    actions.undo_act(admin, StaffAct.objects.get(official=official).pk)
    assert roles_now(official) == {"specialist"}
    assert Official.objects.get(pk=official.pk).left_on is None


def test_undoing_leave_ends_the_stand_in(admin, official, agency):
    substitute = make_official(agency, Role.RECEIVER, login="hontre.thay")
    actions.take_leave(admin, official.pk, valid_from=DAY, valid_to=DAY, stand_in=substitute.pk)
    actions.undo_act(admin, StaffAct.objects.get(official=official).pk)
    assert roles_now(substitute) == {"receiver"}


def test_undoing_a_transfer_brings_the_official_back(official, agency, elsewhere):
    actions.transfer(SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)
    actions.undo_act(SYSTEM, StaffAct.objects.get(official=official).pk)
    account = with_posts().get(pk=official.account_id)
    assert actor_for(account, strong=True).grants == {Grant("specialist", agency)}


def test_the_other_agencys_admin_undoes_nothing(admin, stranger, official, agency):
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK)
    with pytest.raises(NotFound):
        actions.undo_act(stranger, StaffAct.objects.get(official=official).pk)


def _also_admin(official, agency) -> Actor:
    Post.objects.create(official=official, agency_id=agency, role=Role.AGENCY_ADMIN, valid_from=date(2025, 7, 1))
    return Actor(account=official.account_id, strong=True, grants=frozenset({Grant(Role.AGENCY_ADMIN, agency)}))


def test_nobody_gives_themselves_back_a_role_or_leave_to_sign_that_another_one_ended(admin, leader, agency):
    actions.end_post(admin, leader.posts.get().pk)
    herself = _also_admin(leader, agency)
    with pytest.raises(Denied):
        actions.undo_act(herself, StaffAct.objects.get(official=leader).pk)
    assert roles_now(leader) == {"agency_admin"}


def test_a_stand_in_does_not_undo_the_end_of_standing_in(admin, leader, agency):
    substitute = make_official(agency, Role.RECEIVER, login="hontre.thay")
    leave = actions.take_leave(admin, leader.pk, valid_from=DAY, valid_to=date(2026, 3, 9), stand_in=substitute.pk)
    actions.end_leave(admin, leave.pk)
    herself = _also_admin(substitute, agency)
    with pytest.raises(Denied):
        actions.undo_act(herself, StaffAct.objects.filter(official=leader).latest("id").pk)
    assert roles_now(substitute) == {"agency_admin", "receiver"}


def test_what_was_done_to_the_whole_account_is_undone_by_who_answers_for_it(admin, official, agency, elsewhere):
    Post.objects.create(official=official, agency_id=elsewhere, role=Role.CLERK, valid_from=DAY)
    actions.take_leave(SYSTEM, official.pk, valid_from=DAY, valid_to=DAY)
    with pytest.raises(Denied):
        actions.undo_act(admin, StaffAct.objects.get(official=official).pk)
