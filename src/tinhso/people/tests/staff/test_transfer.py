"""Moved to another agency: rights end here and begin there; whose account it is then."""

from contextlib import nullcontext
from datetime import date

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from tinhso.kernel import clock
from tinhso.kernel.errors import Denied, NotFound
from tinhso.kernel.policy import SYSTEM, Grant
from tinhso.people import actions, queries
from tinhso.people.actors import actor_for, with_posts
from tinhso.people.models import Account, Person, Post, Role
from tinhso.people.tests.conftest import SECRET
from tinhso.people.tests.staff.conftest import DAY, every_act, make_official, province_admin, roles_now

pytestmark = pytest.mark.django_db


def test_a_transfer_ends_the_old_rights_and_opens_the_new_ones(official, agency, elsewhere):
    actions.transfer(SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)
    account = with_posts().get(pk=official.account_id)
    assert actor_for(account, strong=True).grants == {Grant("receiver", elsewhere)}


def test_a_transfer_from_a_later_day_holds_from_that_day(official, agency, elsewhere):
    actions.transfer(
        SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER, day=date(2026, 3, 10)
    )
    for day, role in (("2026-03-09", "specialist"), ("2026-03-10", "receiver")):
        with clock.pinned(f"{day}T09:00:00+07:00"):
            assert roles_now(official) == {role}, day


def test_an_agency_admin_moves_nobody_out_of_the_own_agency(admin, official, agency, elsewhere):
    with pytest.raises(NotFound):
        actions.transfer(admin, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)


def test_after_a_transfer_the_old_admin_sees_the_official_no_more(admin, stranger, official, agency, elsewhere):
    actions.transfer(SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)
    with pytest.raises(NotFound):
        queries.official(admin, official.pk)
    assert queries.official(stranger, official.pk).full_name == "Danh Hoàng Phúc"


def test_an_official_of_two_agencies_is_let_in_anew_by_neither_of_their_admins(admin, official, agency, elsewhere):
    Post.objects.create(official=official, agency_id=elsewhere, role=Role.CLERK, valid_from=DAY)
    for act in ("password", "sessions", "service", "leave"):
        with pytest.raises(Denied):
            every_act(admin, official, agency)[act]()


def test_an_agency_admin_never_takes_over_an_administrators_account(admin, agency):
    other = make_official(agency, Role.AGENCY_ADMIN, login="hontre.qt2")
    for act in ("password", "sessions", "service"):
        with pytest.raises(Denied):
            every_act(admin, other, agency)[act]()


def test_nobody_sets_the_password_that_opens_a_verified_persons_own_data(admin, official, agency):
    person = Person.objects.create(full_name="Danh Hoàng Phúc", source="test")
    official.account.person, official.account.assurance, official.account.verified_at = person, "verified", clock.now()
    official.account.save()
    before = official.account.password
    with pytest.raises(Denied):
        every_act(admin, official, agency)["password"]()
    assert Account.objects.get(pk=official.account_id).password == before


@pytest.mark.parametrize("guarded", [False, True])
def test_one_administrator_of_the_province_does_not_become_the_second_one(seat, guarded):
    one, other = province_admin(seat, "tinh.mot"), province_admin(seat, "tinh.hai")
    if guarded:
        TOTP.activate(Account.objects.get(pk=other.account), SECRET)
    with nullcontext() if guarded else pytest.raises(Denied):
        actions.reset_first_password(one, other.account, agency_id=seat)


def test_whoever_left_the_agency_long_ago_is_not_let_in_anew_by_it(admin, official, agency, elsewhere):
    """It used to be enough to have had any post there at any time."""
    actions.transfer(SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)
    with pytest.raises(NotFound):
        actions.reset_first_password(admin, official.account_id, agency_id=agency)
