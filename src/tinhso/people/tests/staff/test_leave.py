"""On leave, stood in for, back early."""

from datetime import date, timedelta

import pytest

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.people import actions, queries
from tinhso.people.models import Role
from tinhso.people.tests.staff.conftest import DAY, make_official, roles_now

pytestmark = pytest.mark.django_db


def test_leave_gives_the_stand_in_the_role_for_exactly_that_time(admin, official, agency):
    substitute = make_official(agency, Role.RECEIVER, login="hontre.thay", name="Lý Thị Cẩm Tú")
    actions.take_leave(
        admin, official.pk, valid_from=date(2026, 3, 4), valid_to=date(2026, 3, 6), stand_in=substitute.pk
    )
    for day, held in (("03-03", False), ("03-04", True), ("03-06", True), ("03-07", False)):
        with clock.pinned(f"2026-{day}T09:00:00+07:00"):
            assert ("specialist" in roles_now(substitute)) is held, day


def test_coming_back_early_ends_the_stand_in_at_once(admin, official, agency):
    substitute = make_official(agency, Role.RECEIVER, login="hontre.thay")
    absence = actions.take_leave(
        admin, official.pk, valid_from=DAY, valid_to=DAY + timedelta(days=9), stand_in=substitute.pk
    )
    assert "specialist" in roles_now(substitute)
    actions.end_leave(admin, absence.pk)
    assert roles_now(substitute) == {"receiver"}


def test_a_leaders_stand_in_has_no_leave_to_sign(admin, leader, agency):
    substitute = make_official(agency, Role.RECEIVER, login="hontre.thay")
    actions.take_leave(admin, leader.pk, valid_from=DAY, valid_to=DAY, stand_in=substitute.pk)
    assert "leader" in roles_now(substitute)
    assert queries.signing_authority(substitute.pk, agency) is None


@pytest.mark.parametrize("who", ["oneself", "another agency's", "away"])
def test_who_cannot_stand_in(admin, official, agency, elsewhere, who):
    chosen = {
        "oneself": lambda: official,
        "another agency's": lambda: make_official(elsewhere, Role.RECEIVER, login="rachgia.nv"),
        "away": lambda: make_official(agency, Role.RECEIVER, login="hontre.nghi"),
    }[who]()
    if who == "away":
        actions.take_leave(admin, chosen.pk, valid_from=DAY, valid_to=DAY)
    with pytest.raises(Invalid) as refused:
        actions.take_leave(admin, official.pk, valid_from=DAY, valid_to=DAY, stand_in=chosen.pk)
    assert "stand_in" in refused.value.fields


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(DAY - timedelta(days=1), DAY, "valid_from"), (DAY + timedelta(days=2), DAY, "valid_to")],
)
def test_leave_in_the_past_or_backwards_is_refused(admin, official, first, last, field):
    with pytest.raises(Invalid) as refused:
        actions.take_leave(admin, official.pk, valid_from=first, valid_to=last)
    assert field in refused.value.fields


def test_two_leaves_at_a_time_are_refused(admin, official):
    actions.take_leave(admin, official.pk, valid_from=DAY, valid_to=DAY + timedelta(days=5))
    with pytest.raises(Conflict):
        actions.take_leave(admin, official.pk, valid_from=DAY + timedelta(days=5), valid_to=DAY + timedelta(days=6))
