"""Officials: appointed with a first password, holding roles from a day to a day, signing in one form at a time."""

from datetime import date, timedelta

import pytest

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import history
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import actions, queries
from tinhso.people.actors import actor_for, with_posts
from tinhso.people.dispatch import account_reached_by
from tinhso.people.events import ClosureReason
from tinhso.people.models import Account, Role, SigningForm
from tinhso.people.tests.conftest import make_account
from tinhso.places import queries as places

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(agency) -> Actor:
    return Actor(
        account=make_account("hontre.qt").pk, strong=True, grants=frozenset({Grant(Role.AGENCY_ADMIN, agency)})
    )


@pytest.fixture
def official(admin, agency):
    made, _password = actions.appoint_official(
        admin, agency_id=agency, login="moi.canbo", full_name="Lâm Văn Mới", title="Công chức"
    )
    return made


def grants_of(account_id, *, strong=True):
    return actor_for(with_posts().get(pk=account_id), strong=strong).grants


def changed_password(official):
    Account.objects.filter(pk=official.account_id).update(must_change_password=False)


def test_a_new_official_signs_in_with_the_first_password_and_must_change_it(client, admin, agency):
    made, password = actions.appoint_official(
        admin, agency_id=agency, login="moi.canbo", full_name="Lâm Văn Mới", title="Công chức"
    )
    client.post("/dang-nhap/", {"login": "moi.canbo", "password": password})
    assert client.get("/tai-khoan/")["Location"].startswith("/tai-khoan/mat-khau/")
    assert not grants_of(made.account_id)


def test_a_post_counts_from_its_first_day_to_its_last(admin, official, agency):
    changed_password(official)
    actions.grant_post(
        admin,
        official.pk,
        agency_id=agency,
        role=Role.CLERK,
        valid_from=date(2025, 9, 1),
        valid_to=date(2025, 9, 30),
    )
    for day, holds in (("2025-08-31", 0), ("2025-09-01", 1), ("2025-09-30", 1), ("2025-10-01", 0)):
        with clock.pinned(f"{day}T09:00:00+07:00"):
            assert len(grants_of(official.account_id)) == holds, day


def test_the_same_post_is_not_held_twice_at_a_time(admin, official, agency):
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK)
    with pytest.raises(Conflict):
        actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK)


def test_a_post_that_ends_opens_nothing_at_once(admin, official, agency):
    changed_password(official)
    post = actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK)
    actions.end_post(admin, post.pk)
    assert not grants_of(official.account_id)


def test_a_leader_holds_the_role_only_with_a_second_factor(admin, official, agency):
    changed_password(official)
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.LEADER)
    assert not grants_of(official.account_id, strong=False)
    assert grants_of(official.account_id, strong=True)


@pytest.mark.parametrize("role", [Role.PROVINCE_ADMIN, Role.AUDITOR, Role.AGENCY_ADMIN])
def test_an_agency_admin_gives_no_role_above_the_agency(admin, official, agency, role):
    with pytest.raises(Denied):
        actions.grant_post(admin, official.pk, agency_id=agency, role=role)


def test_an_agency_admin_rules_only_at_home(admin, official):
    elsewhere = places.agency_of_unit("30742", clock.today()).pk
    with pytest.raises(NotFound):
        actions.grant_post(admin, official.pk, agency_id=elsewhere, role=Role.CLERK)


def test_signing_authority_is_found_while_it_holds(admin, official, agency):
    with clock.pinned("2025-07-01T08:00:00+07:00"):
        actions.grant_signing_authority(
            admin,
            official.pk,
            agency_id=agency,
            form=SigningForm.FOR_HEAD,
            position="PHÓ CHỦ TỊCH",
            on_behalf_of="CHỦ TỊCH",
            valid_from=date(2025, 7, 1),
            valid_to=date(2025, 12, 31),
        )
    found = queries.signing_authority(official.account_id, agency, date(2025, 12, 31))
    assert (found.form, found.on_behalf_of, found.position) == ("kt", "CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert queries.signing_authority(official.pk, agency, date(2026, 1, 1)) is None


def test_leave_to_sign_is_not_dated_back(admin, official, agency):
    """It would make a signature of somebody who might not sign then look right."""
    with pytest.raises(Invalid) as refused:
        actions.grant_signing_authority(
            admin,
            official.pk,
            agency_id=agency,
            form=SigningForm.OWN,
            position="CHỦ TỊCH",
            valid_from=clock.today() - timedelta(days=1),
        )
    assert "valid_from" in refused.value.fields


def test_nobody_is_in_post_before_the_agency_was(admin, official, agency):
    with pytest.raises(Invalid) as refused:
        actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK, valid_from=date(1, 1, 1))
    assert "valid_from" in refused.value.fields


def test_an_address_of_an_official_is_given_to_no_second_one(admin, agency):
    """Else whoever appoints could cut a colleague elsewhere off from the codes sent there."""
    words = {"agency_id": agency, "full_name": "Danh Thị Mới", "title": "Công chức", "email": "mot@vidu.vn"}
    first, _password = actions.appoint_official(admin, login="mot.nguoi", **words)
    with pytest.raises(Invalid):
        actions.appoint_official(admin, login="hai.nguoi", **words)
    Account.objects.create(login="ba.nguoi", full_name="x", email="mot@vidu.vn", code="x")
    assert account_reached_by("mot@vidu.vn").pk == first.account_id


def test_signing_for_somebody_names_them_and_a_delegation_has_an_end(admin, official, agency):
    base = {"agency_id": agency, "position": "CÔNG CHỨC", "valid_from": clock.today()}
    for wrong in (
        {"form": SigningForm.FOR_HEAD},
        {"form": SigningForm.OWN, "on_behalf_of": "CHỦ TỊCH"},
        {"form": SigningForm.BY_DELEGATION, "on_behalf_of": "CHỦ TỊCH"},
    ):
        with pytest.raises(Invalid):
            actions.grant_signing_authority(admin, official.pk, **base, **wrong)


def test_a_temporary_password_ends_the_old_one(client, admin, official, agency):
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK)
    password = actions.reset_first_password(admin, official.account_id, agency_id=agency)
    account = Account.objects.get(pk=official.account_id)
    assert account.check_password(password)
    assert account.must_change_password


def test_an_admin_resets_no_password_of_another_agency_or_of_a_citizen(admin, citizen, agency):
    with pytest.raises(NotFound):
        actions.reset_first_password(admin, citizen.pk, agency_id=agency)


def test_a_closed_account_is_out_at_once_and_its_person_may_use_another(client, citizen, sign_in):
    from tinhso.kernel.policy import SYSTEM

    sign_in("0912345678")
    assert client.get("/tai-khoan/").status_code == 200
    actions.close_account(SYSTEM, citizen.pk, reason=ClosureReason.LOST)
    assert client.get("/tai-khoan/").status_code == 302


def test_only_the_province_closes_accounts(admin, citizen):
    with pytest.raises(Denied):
        actions.close_account(admin, citizen.pk, reason=ClosureReason.ABUSE)


def test_every_step_is_in_the_history_of_the_official(admin, official, agency):
    post = actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK)
    actions.end_post(admin, post.pk)
    told = [step.envelope.type.rsplit(".", 1)[1] for step in history(f"official:{official.pk}")]
    assert told == ["official_appointed", "post_granted", "post_ended", "duties_passed"]
