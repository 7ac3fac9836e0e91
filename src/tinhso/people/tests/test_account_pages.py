"""The pages of one's own account, and the officer's page for identity checks."""

from urllib.parse import urlsplit

import pytest

from tinhso.people import registration
from tinhso.people.models import Account, Role
from tinhso.people.tests.conftest import make_account, sent_code

pytestmark = pytest.mark.django_db

PAPERS = {
    "kind": "cccd",
    "number": "091198004127",
    "full_name": "Nguyễn Thị Bé Ba",
    "birth_date": "14/03/1998",
    "sex": "female",
    "papers_seen": "on",
}


def test_an_unverified_citizen_reads_what_that_means_and_what_to_do(client, citizen, sign_in):
    sign_in("0912345678")
    page = client.get("/tai-khoan/").content.decode()
    assert "Danh tính chưa xác minh" in page
    assert citizen.code in page


def test_my_account_costs_few_queries(client, citizen, sign_in, django_assert_max_num_queries):
    sign_in("0912345678")
    client.get("/tai-khoan/")
    with django_assert_max_num_queries(6):
        client.get("/tai-khoan/")


def test_a_wrong_number_comes_back_with_everything_typed(client, citizen, sign_in):
    sign_in("0912345678")
    form = {"full_name": "Lê Văn Tám", "birth_date": "05/09/1998", "kind": "cccd", "number": "09119800412"}
    page = client.post("/tai-khoan/danh-tinh/", form)
    assert page.status_code == 422
    assert "Lê Văn Tám" in page.content.decode()
    assert "12 chữ số" in page.content.decode()


def test_a_future_birth_date_is_refused_in_words(client, citizen, sign_in):
    sign_in("0912345678")
    form = {"full_name": "Lê Văn Tám", "birth_date": "05/09/2098", "kind": "cccd", "number": "091198004127"}
    assert "trước hoặc đúng hôm nay" in client.post("/tai-khoan/danh-tinh/", form).content.decode()


def test_the_citizens_way_from_registration_to_account(client, mailoutbox):
    form = {"full_name": "Lê Thị Mới", "contact": "moi@vidu.vn", "password": "con thuyền ra khơi"}
    after = client.post("/dang-ky/?next=/tai-khoan/", form)
    assert urlsplit(after["Location"]).path == "/dang-ky/ma/"
    code = sent_code(mailoutbox)
    done = client.post(after["Location"], {"code": code})
    assert done["Location"] == "/tai-khoan/"
    assert "Lê Thị Mới" in client.get("/tai-khoan/").content.decode()


def test_registering_a_taken_contact_shows_the_same_page(client, mailoutbox):
    make_account("co@vidu.vn")
    form = {"full_name": "Kẻ Lạ", "password": "con thuyền ra khơi"}
    answers = [client.post("/dang-ky/", {**form, "contact": c}) for c in ("co@vidu.vn", "chua@vidu.vn")]
    assert {(a.status_code, a["Location"]) for a in answers} == {(302, "/dang-ky/ma/")}


def test_a_weak_password_is_refused_in_words(client):
    page = client.post("/dang-ky/", {"full_name": "Lê", "contact": "a@vidu.vn", "password": "12345"})
    assert page.status_code == 422
    assert "10" in page.content.decode()


def test_the_officers_way_at_the_counter(client, citizen, appoint, sign_in, agency):
    appoint(Role.RECEIVER)
    sign_in("receiver")
    found = client.get(f"/can-bo/xac-minh-danh-tinh/?ma={citizen.code}")
    assert "0912345678" in found.content.decode()
    done = client.post(f"/can-bo/xac-minh-danh-tinh/?ma={citizen.code}", {**PAPERS, "agency": str(agency)})
    assert done.status_code == 302, done.content.decode()
    assert Account.objects.get(pk=citizen.pk).verified


def test_a_citizen_has_no_counter(client, citizen, sign_in):
    sign_in("0912345678")
    assert client.get("/can-bo/xac-minh-danh-tinh/").status_code == 403


def test_a_visitor_is_led_to_sign_in_and_back(client):
    response = client.get("/tai-khoan/danh-tinh/")
    assert response["Location"] == "/dang-nhap/?next=%2Ftai-khoan%2Fdanh-tinh%2F"


def test_every_account_page_answers(client, appoint, sign_in):
    appoint(Role.RECEIVER)
    sign_in("receiver")
    for page in ("", "mat-khau/", "hai-lop/", "thiet-bi/", "danh-tinh/"):
        assert client.get(f"/tai-khoan/{page}").status_code == 200, page


def test_a_leader_sets_up_the_second_factor_and_works_on(client, appoint, sign_in):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    appoint(Role.LEADER)
    sign_in("leader")
    first = client.get("/tai-khoan/hai-lop/bat/")
    if first.status_code == 302:
        client.post(first["Location"], {"password": "biển xanh hòn tre"})
        first = client.get("/tai-khoan/hai-lop/bat/")
    secret = first.context["form"].secret
    code = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    done = client.post("/tai-khoan/hai-lop/bat/", {"code": code})
    assert done["Location"] == "/tai-khoan/hai-lop/du-phong/"
    assert client.get(done["Location"]).status_code == 200
    assert client.get("/api/v1/me").json()["roles"][0]["role"] == "leader"


def test_the_password_is_asked_again_in_our_own_words(client, citizen):
    client.force_login(citizen, backend="tinhso.people.backends.AccountBackend")
    page = client.get("/dang-nhap/lai/").content.decode()
    assert "Mật khẩu" in page
    assert "Forgot" not in page


def test_who_has_asked_for_too_many_codes_keeps_nobody_else_from_one(client, citizen, monkeypatch):
    monkeypatch.setattr(registration, "ASKS_ADDRESS", 1)
    client.post("/quen-mat-khau/", {"contact": "ai@vidu.vn"})
    refused = [client.post("/quen-mat-khau/", {"contact": "0912345678"}) for _ask in range(4)]
    assert all("Hãy đợi" in one.content.decode() for one in refused)
    owner = client.post("/quen-mat-khau/", {"contact": "0912345678"}, REMOTE_ADDR="203.0.113.7")
    assert owner.status_code == 302
