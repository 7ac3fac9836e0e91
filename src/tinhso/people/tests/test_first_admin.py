"""The first account of a province: made once, by the installation, with first steps before anything else."""

import pytest
from django.test import Client

from tinhso.kernel.errors import Conflict, Invalid
from tinhso.kernel.models import EventRecord
from tinhso.people.first_admin import appoint_first_admin, sample_accounts_left
from tinhso.people.models import Account, Post, Role

pytestmark = pytest.mark.django_db

WHO = {"login": "quantri.tinh", "full_name": "Lê Thị Quản Trị", "title": "Quản trị", "email": "qt@vidu.vn"}


def test_it_administers_the_province_and_is_in_the_trail() -> None:
    before = EventRecord.objects.count()
    password = appoint_first_admin(**WHO)
    account = Account.objects.get(login="quantri.tinh")
    assert account.check_password(password)
    assert not account.sample
    post = Post.objects.get(official__account=account)
    assert post.role == Role.PROVINCE_ADMIN
    assert EventRecord.objects.count() == before + 2  # appointed, post granted


def test_the_password_is_changed_and_a_second_factor_set_up_first(client: Client) -> None:
    password = appoint_first_admin(**WHO)
    client.post("/dang-nhap/", {"login": WHO["login"], "password": password})
    assert client.get("/ban-lam-viec/")["Location"].startswith("/tai-khoan/mat-khau/")
    account = Account.objects.get(login=WHO["login"])
    account.must_change_password = False
    account.save()
    assert client.get("/ban-lam-viec/")["Location"].startswith("/tai-khoan/hai-lop/bat/")


def test_a_program_gets_nothing_with_the_temporary_password(client: Client) -> None:
    body = {"login": WHO["login"], "password": appoint_first_admin(**WHO)}
    token = client.post("/api/v1/sessions", body, content_type="application/json").json()["token"]
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert me["roles"] == []
    assert me["must_change_password"]


def test_there_is_only_one_first() -> None:
    appoint_first_admin(**WHO)
    with pytest.raises(Conflict):
        appoint_first_admin(**{**WHO, "login": "quantri.hai"})
    assert not Account.objects.filter(login="quantri.hai").exists()


def test_without_a_name_nobody_is_appointed() -> None:
    with pytest.raises(Invalid):
        appoint_first_admin(**{**WHO, "full_name": " "})


def test_open_sample_accounts_are_counted_closed_ones_are_not() -> None:
    assert sample_accounts_left() == 0
    Account.objects.create(login="mau@vidu.vn", code="MAU123", sample=True)
    Account.objects.create(login="cu@vidu.vn", code="MAU124", sample=True, is_active=False)
    assert sample_accounts_left() == 1
