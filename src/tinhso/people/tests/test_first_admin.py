"""The first two accounts of a province: made once, by the installation, with first steps before anything else."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid
from tinhso.kernel.models import EventRecord
from tinhso.people.actions.officials import appoint_official
from tinhso.people.actions.proposals import approve_role, propose_role
from tinhso.people.actors import actor_for, with_posts
from tinhso.people.first_admin import FirstAdmin, appoint_first_admins, sample_accounts_left
from tinhso.people.models import Account, Post, Role
from tinhso.places import queries as places
from tinhso.places.models import AgencyKind

pytestmark = pytest.mark.django_db

FIRST = FirstAdmin("quantri.tinh", "Lê Thị Quản Trị", "Quản trị", "qt@vidu.vn")
SECOND = FirstAdmin("quantri.hai", "Phạm Văn Duyệt", "Quản trị")


def test_both_administer_the_province_and_are_in_the_trail() -> None:
    before = EventRecord.objects.count()
    passwords = appoint_first_admins(FIRST, SECOND)
    assert passwords[0] != passwords[1]
    for who, password in zip((FIRST, SECOND), passwords, strict=True):
        account = Account.objects.get(login=who.login)
        assert account.check_password(password)
        assert account.must_change_password
        assert not account.sample
        assert Post.objects.get(official__account=account).role == Role.PROVINCE_ADMIN
    assert EventRecord.objects.count() == before + 4  # each appointed, each post granted


def test_together_they_appoint_a_third_and_neither_does_alone() -> None:
    appoint_first_admins(FIRST, SECOND)
    Account.objects.update(must_change_password=False)  # both have taken their first steps
    one, other = (actor_for(with_posts().get(login=who.login), strong=True) for who in (FIRST, SECOND))
    committee = places.agencies(clock.today(), AgencyKind.PROVINCE_COMMITTEE).get()
    third, _password = appoint_official(
        one, agency_id=committee.pk, login="kiemtoan.tinh", full_name="Võ Thị Kiểm", title="Kiểm tra"
    )
    asked = {"agency_id": committee.pk, "role": Role.AUDITOR, "reason": "Quyết định 12/QĐ"}
    proposal = propose_role(one, third.pk, **asked)
    with pytest.raises(Denied):
        approve_role(one, proposal.pk)
    approve_role(other, proposal.pk)
    assert Post.objects.get(official=third).role == Role.AUDITOR


def test_the_password_is_changed_and_a_second_factor_set_up_first(client: Client) -> None:
    _first, password = appoint_first_admins(FIRST, SECOND)
    client.post("/dang-nhap/", {"login": SECOND.login, "password": password})
    assert client.get("/ban-lam-viec/")["Location"].startswith("/tai-khoan/mat-khau/")
    account = Account.objects.get(login=SECOND.login)
    account.must_change_password = False
    account.save()
    assert client.get("/ban-lam-viec/")["Location"].startswith("/tai-khoan/hai-lop/bat/")


def test_a_program_gets_nothing_with_the_temporary_password(client: Client) -> None:
    body = {"login": FIRST.login, "password": appoint_first_admins(FIRST, SECOND)[0]}
    token = client.post("/api/v1/sessions", body, content_type="application/json").json()["token"]
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert me["roles"] == []
    assert me["must_change_password"]


def test_they_are_appointed_once() -> None:
    appoint_first_admins(FIRST, SECOND)
    with pytest.raises(Conflict):
        appoint_first_admins(
            FirstAdmin("quantri.ba", "Võ Ba", "Quản trị"), FirstAdmin("quantri.bon", "Võ Bốn", "Quản trị")
        )
    assert not Account.objects.filter(login__in=["quantri.ba", "quantri.bon"]).exists()


@pytest.mark.parametrize(
    "again",
    [
        {"login": " QuanTri.Tinh"},
        {"full_name": "lê  thị quản trị"},
        {"email": "QT@vidu.vn"},
    ],
)
def test_one_person_is_not_both(again: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        appoint_first_admins(FIRST, replace(SECOND, **again))
    assert "hai người" in str(refused.value.detail)
    assert not Account.objects.filter(login=FIRST.login).exists()


def test_when_the_second_cannot_be_appointed_the_first_is_not_either() -> None:
    with pytest.raises(Invalid):
        appoint_first_admins(FIRST, replace(SECOND, full_name=" "))
    assert not Account.objects.filter(login=FIRST.login).exists()


def test_the_command_prints_both_passwords_last() -> None:
    words = ["--login", FIRST.login, SECOND.login, "--full-name", FIRST.full_name, SECOND.full_name]
    words += ["--title", FIRST.title, SECOND.title, "--email", FIRST.email, SECOND.email]
    said = StringIO()
    call_command("appoint_first_admins", *words, stdout=said)
    for who, password in zip((FIRST, SECOND), said.getvalue().split()[-2:], strict=True):
        assert Account.objects.get(login=who.login).check_password(password)
    with pytest.raises(CommandError, match="đã có quản trị"):
        call_command("appoint_first_admins", *[word.replace("quantri", "khac") for word in words], stdout=said)


def test_open_sample_accounts_are_counted_closed_ones_are_not() -> None:
    assert sample_accounts_left() == 0
    Account.objects.create(login="mau@vidu.vn", code="MAU123", sample=True)
    Account.objects.create(login="cu@vidu.vn", code="MAU124", sample=True, is_active=False)
    assert sample_accounts_left() == 1
