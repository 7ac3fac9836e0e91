"""Roles above one agency take two people."""

import pytest

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied
from tinhso.kernel.events import history
from tinhso.people import actions
from tinhso.people.models import Official, Role, RoleProposal
from tinhso.people.tests.staff.conftest import province_admin, roles_now

pytestmark = pytest.mark.django_db


def propose(actor, official, seat, role=Role.AUDITOR):
    return actions.propose_role(actor, official.pk, agency_id=seat, role=role, reason="Quyết định 12/QĐ")


def test_no_one_person_gives_a_role_above_one_agency(official, seat):
    first = province_admin(seat, "tinh.mot")
    with pytest.raises(Denied):
        actions.grant_post(first, official.pk, agency_id=seat, role=Role.AUDITOR)
    proposal = propose(first, official, seat)
    assert roles_now(official) == {"specialist"}
    with pytest.raises(Denied):
        actions.approve_role(first, proposal.pk)
    actions.approve_role(province_admin(seat, "tinh.hai"), proposal.pk)
    assert roles_now(official) == {"specialist", "auditor"}
    told = [step.envelope.type.rsplit(".", 1)[1] for step in history(f"official:{official.pk}")]
    assert told == ["role_proposed", "post_granted", "role_decided"]


def test_nobody_proposes_or_approves_for_themselves(seat):
    first, second = province_admin(seat, "tinh.mot"), province_admin(seat, "tinh.hai")
    own = Official.objects.get(account_id=second.account)
    with pytest.raises(Denied):
        propose(second, own, seat)
    proposal = propose(first, own, seat)
    with pytest.raises(Denied):
        actions.approve_role(second, proposal.pk)


def test_a_proposal_ends_after_a_week(official, seat):
    proposal = propose(province_admin(seat, "tinh.mot"), official, seat)
    second = province_admin(seat, "tinh.hai")
    with clock.pinned("2026-03-09T08:00:01+07:00"), pytest.raises(Conflict):
        actions.approve_role(second, proposal.pk)


def test_a_proposal_is_decided_once(official, seat):
    first, second = province_admin(seat, "tinh.mot"), province_admin(seat, "tinh.hai")
    proposal = propose(first, official, seat)
    actions.refuse_role(second, proposal.pk)
    with pytest.raises(Conflict):
        actions.approve_role(second, proposal.pk)
    assert RoleProposal.objects.get().state == "refused"


def test_an_agency_admin_has_no_part_in_it(admin, official, seat):
    with pytest.raises(Denied):
        propose(admin, official, seat)


def test_a_transfer_is_no_way_around_the_second_person(official, agency, seat):
    first = province_admin(seat, "tinh.mot")
    with pytest.raises(Denied):
        actions.transfer(first, official.pk, from_agency=agency, to_agency=seat, role=Role.PROVINCE_ADMIN)
