"""Officials of two agencies, the administrators of each, and a Monday in March 2026."""

from datetime import date, timedelta

import pytest

from tinhso.kernel import clock
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import actions, queries
from tinhso.people.actors import actor_for, with_posts
from tinhso.people.models import Official, Post, Role, SigningAuthority, SigningForm
from tinhso.people.tests.conftest import make_account
from tinhso.places import queries as places

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def monday():
    with clock.pinned("2026-03-02T08:00:00+07:00"):
        yield


@pytest.fixture
def elsewhere():
    return places.agency_of_unit("30742", DAY).pk


@pytest.fixture
def seat():
    return places.agencies(DAY, "province_committee").first().pk


def admin_of(*agencies, login="hontre.qt") -> Actor:
    account = make_account(login)
    grants = frozenset(Grant(Role.AGENCY_ADMIN, agency) for agency in agencies)
    return Actor(account=account.pk, strong=True, grants=grants, name=login)


def province_admin(seat, login) -> Actor:
    account = make_account(login)
    official = Official.objects.create(account=account, full_name=login, title="Quản trị", home_id=seat)
    Post.objects.create(official=official, agency_id=seat, role=Role.PROVINCE_ADMIN, valid_from=date(2020, 1, 1))
    return Actor(account=account.pk, strong=True, grants=frozenset({Grant(Role.PROVINCE_ADMIN, seat)}), name=login)


@pytest.fixture
def admin(agency) -> Actor:
    return admin_of(agency)


@pytest.fixture
def stranger(elsewhere) -> Actor:
    return admin_of(elsewhere, login="rachgia.qt")


def make_official(agency, *roles, login="hontre.nv", name="Danh Hoàng Phúc") -> Official:
    official = Official.objects.create(account=make_account(login), full_name=name, title="Công chức", home_id=agency)
    for role in roles:
        Post.objects.create(official=official, agency_id=agency, role=role, valid_from=date(2025, 7, 1))
    return official


@pytest.fixture
def official(agency) -> Official:
    return make_official(agency, Role.SPECIALIST)


@pytest.fixture
def leader(agency) -> Official:
    made = make_official(agency, Role.LEADER, login="hontre.pct", name="Trương Văn Lễ")
    SigningAuthority.objects.create(
        official=made,
        agency_id=agency,
        form=SigningForm.FOR_HEAD,
        on_behalf_of="CHỦ TỊCH",
        position="PHÓ CHỦ TỊCH",
        valid_from=date(2025, 7, 1),
    )
    return made


def roles_now(official: Official) -> set[str]:
    account = with_posts().filter(pk=official.account_id).first()
    return {grant.role for grant in actor_for(account, strong=True).grants} if account else set()


def every_act(actor: Actor, official: Official, agency) -> dict:
    """Each act on an official, ready to be tried."""
    post = official.posts.first()
    day = DAY + timedelta(days=3)
    return {
        "grant": lambda: actions.grant_post(actor, official.pk, agency_id=agency, role=Role.CLERK),
        "end": lambda: actions.end_post(actor, post.pk),
        "transfer": lambda: actions.transfer(actor, official.pk, from_agency=agency, to_agency=agency, role=Role.CLERK),
        "leave": lambda: actions.take_leave(actor, official.pk, valid_from=DAY, valid_to=day),
        "service": lambda: actions.end_service(actor, official.pk),
        "authority": lambda: actions.grant_signing_authority(
            actor, official.pk, agency_id=agency, form=SigningForm.OWN, position="CHỦ TỊCH", valid_from=DAY
        ),
        "sessions": lambda: actions.revoke_of_official(actor, official.pk),
        "password": lambda: actions.reset_first_password(actor, official.account_id, agency_id=agency),
        "see": lambda: queries.official(actor, official.pk),
        "see sessions": lambda: queries.sessions_of_official(actor, official.pk),
    }
