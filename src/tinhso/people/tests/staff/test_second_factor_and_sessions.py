"""Leaders and administrators act with a second factor only; open log-ins are ended."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from tinhso.kernel.errors import NotFound
from tinhso.kernel.policy import Actor
from tinhso.people import actions, queries
from tinhso.people.models import Account, Role
from tinhso.people.tests.conftest import SECRET, make_account
from tinhso.people.tests.staff.conftest import make_official

pytestmark = pytest.mark.django_db


def test_a_leader_without_a_second_factor_acts_on_no_page(client, leader):
    client.force_login(Account.objects.get(pk=leader.account_id))
    for method, path in (("get", "/ban-lam-viec/"), ("post", "/ban-lam-viec/hang-loat"), ("get", "/can-bo/")):
        answer = getattr(client, method)(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/tai-khoan/hai-lop/bat/"), path


def test_an_admin_without_a_second_factor_this_time_acts_on_no_page(client, agency, official):
    other = make_official(agency, Role.AGENCY_ADMIN, login="hontre.qt3")
    TOTP.activate(Account.objects.get(pk=other.account_id), SECRET)
    client.force_login(Account.objects.get(pk=other.account_id))
    answer = client.post(f"/can-bo/nguoi/{official.pk}/vai-tro/", {"role": "clerk"})
    assert answer.status_code == 302
    assert official.posts.count() == 1
    assert client.get("/api/v1/officials").status_code == 403


def test_an_open_session_ends_when_the_admin_revokes_it(admin, official):
    browser = Client()
    account = Account.objects.get(pk=official.account_id)
    browser.post("/dang-nhap/", {"login": account.login, "password": "biển xanh hòn tre"})
    assert browser.get("/ban-lam-viec/").status_code == 200
    assert [session.kind for session in queries.sessions_of_official(admin, official.pk)] == ["browser"]
    assert actions.revoke_of_official(admin, official.pk) == 1
    assert browser.get("/ban-lam-viec/").status_code == 302


def test_one_ends_ones_own_sessions_and_no_others(citizen):
    phone, computer = Client(), Client()
    for browser in (phone, computer):
        browser.post("/dang-nhap/", {"login": citizen.login, "password": "biển xanh hòn tre"})
    other = next(s for s in queries.sessions_of(citizen.pk, current=computer.session.session_key) if not s.current)
    thief = Actor(account=make_account("0999999999").pk)
    with pytest.raises(NotFound):
        actions.revoke_own(thief, other.id)
    computer.post(f"/tai-khoan/thiet-bi/{other.id}/dang-xuat")
    assert phone.get("/tai-khoan/").status_code == 302
    assert computer.get("/tai-khoan/").status_code == 200
