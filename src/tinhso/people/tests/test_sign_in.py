"""Signing in by page: the same answer for everybody who may not, and few tries."""

import re
import time

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache

from tinhso.kernel.errors import Invalid
from tinhso.people import entrance
from tinhso.people.entrance import check_second_factor
from tinhso.people.models import Account, Role
from tinhso.people.tests.conftest import PASSWORD, make_account, totp_now

pytestmark = pytest.mark.django_db


def signed_in(client) -> bool:
    return SESSION_KEY in client.session


def shown(response) -> str:
    """The page without what differs in every answer."""
    return re.sub(r'(value="[^"]*"|[0-9a-f-]{36}|nonce-[^\']*)', "", response.content.decode())


def test_a_citizen_signs_in_with_a_telephone_number_however_it_is_typed(client, citizen, sign_in):
    response = sign_in("+84 912 345 678")
    assert response.status_code == 302
    assert signed_in(client)


def test_an_unknown_login_and_a_wrong_password_get_the_same_page(client, citizen, sign_in):
    wrong = sign_in("0912345678", "không phải mật khẩu")
    unknown = sign_in("0987654321", "không phải mật khẩu")
    assert (wrong.status_code, shown(wrong)) == (unknown.status_code, shown(unknown))
    assert not signed_in(client)


def test_a_closed_account_gets_the_same_page_as_an_unknown_one(client, sign_in):
    make_account("0911111111", is_active=False)
    assert shown(sign_in("0911111111")) == shown(sign_in("0922222222"))


def test_an_unknown_login_takes_as_long_as_a_wrong_password(client, citizen, sign_in, full_cost):
    def spent(login: str) -> float:
        began = time.process_time()
        for _try in range(3):
            sign_in(login, "không phải mật khẩu")
        return time.process_time() - began

    sign_in("0933333333", "x")
    known, unknown = spent("0912345678"), spent("0987654321")
    assert 0.5 < known / unknown < 2


def test_after_five_wrong_passwords_even_the_right_one_waits(client, citizen, sign_in):
    for _try in range(5):
        sign_in("0912345678", "không phải mật khẩu")
    response = sign_in("0912345678")
    assert not signed_in(client)
    assert "Hãy đợi" in response.content.decode()


def test_the_lock_does_not_tell_whether_the_account_exists(client, citizen, sign_in):
    for login in ("0912345678", "0987654321"):
        for _try in range(5):
            sign_in(login, "không phải mật khẩu")
    assert shown(sign_in("0912345678", "x")) == shown(sign_in("0987654321", "x"))


def test_the_lock_of_one_address_leaves_the_owner_elsewhere_free(client, citizen, sign_in):
    for _try in range(5):
        sign_in("0912345678", "không phải mật khẩu", REMOTE_ADDR="10.9.9.9")
    sign_in("0912345678", REMOTE_ADDR="10.1.1.1")
    assert signed_in(client)


def test_who_guesses_too_much_shuts_no_further_log_in(client, citizen, sign_in, monkeypatch):
    monkeypatch.setattr(entrance, "TRIES_ADDRESS", 3)
    monkeypatch.setattr(entrance, "TRIES_ANYWHERE", 4)
    for number in range(3):
        sign_in(f"09876543{number:02}", "x", REMOTE_ADDR="2001:db8::1")
    for number in range(6):  # the same machine under other addresses of its link
        sign_in("0912345678", "x", REMOTE_ADDR=f"2001:db8::{number + 2}")
    sign_in("0912345678", REMOTE_ADDR="2001:db8:0:1::1")
    assert signed_in(client)


def test_trying_a_shut_log_in_again_and_again_shuts_not_the_whole_office(client, citizen, sign_in, monkeypatch):
    monkeypatch.setattr(entrance, "TRIES_ADDRESS", 6)
    for _try in range(9):
        sign_in("0987654321", "x")
    sign_in("0912345678")
    assert signed_in(client)


def test_right_passwords_cost_nothing(client, citizen, sign_in):
    for _try in range(7):
        sign_in("0912345678")
        assert signed_in(client)
        client.post("/dang-xuat/")


def test_the_session_gets_a_new_key_at_sign_in(client, citizen, sign_in):
    client.get("/quen-mat-khau/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in("0912345678")
    assert client.session.session_key != session.session_key


def test_sign_in_goes_only_to_our_own_pages(client, citizen):
    response = client.post(
        "/dang-nhap/", {"login": "0912345678", "password": PASSWORD, "next": "https://evil.example/x"}
    )
    assert response["Location"] == "/"


def test_sign_in_goes_back_to_where_the_reader_was(client, citizen):
    response = client.post("/dang-nhap/", {"login": "0912345678", "password": PASSWORD, "next": "/ho-so/1/"})
    assert response["Location"] == "/ho-so/1/"


def test_sign_in_without_a_csrf_token_is_refused(citizen):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/dang-nhap/", {"login": "0912345678", "password": PASSWORD}).status_code == 403


def test_signing_out_needs_a_post(client, citizen, sign_in):
    sign_in("0912345678")
    client.get("/dang-xuat/")
    assert signed_in(client)
    client.post("/dang-xuat/")
    assert not signed_in(client)


def test_a_leader_gives_the_second_factor_before_being_signed_in(client, appoint, sign_in):
    appoint(Role.LEADER, strong=True)
    response = sign_in("leader")
    assert response["Location"].startswith("/dang-nhap/ma/")
    assert not signed_in(client)
    client.post("/dang-nhap/ma/", {"code": totp_now()})
    assert signed_in(client)


def test_a_code_is_taken_only_once(client, appoint, sign_in):
    appoint(Role.LEADER, strong=True)
    code = totp_now()
    sign_in("leader")
    client.post("/dang-nhap/ma/", {"code": code})
    client.post("/dang-xuat/")
    sign_in("leader")
    client.post("/dang-nhap/ma/", {"code": code})
    assert not signed_in(client)


def test_codes_are_not_guessed_by_trying(client, appoint, sign_in):
    appoint(Role.LEADER, strong=True)
    sign_in("leader")
    for guess in range(5):
        client.post("/dang-nhap/ma/", {"code": f"{guess:06}"})
    client.post("/dang-nhap/ma/", {"code": totp_now()})
    assert not signed_in(client)


def test_a_leader_without_second_factor_is_led_to_set_it_up(client, appoint, sign_in):
    appoint(Role.LEADER)
    sign_in("leader")
    assert client.get("/quen-mat-khau/")["Location"].startswith("/tai-khoan/hai-lop/bat/")


def test_a_first_password_is_changed_before_anything_else(client, appoint, sign_in):
    appoint(Role.RECEIVER, must_change_password=True)
    sign_in("receiver")
    assert client.get("/quen-mat-khau/?x=1")["Location"] == "/tai-khoan/mat-khau/?next=%2Fquen-mat-khau%2F%3Fx%3D1"
    new = "con thuyền ra khơi 42"
    client.post("/tai-khoan/mat-khau/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/quen-mat-khau/").status_code == 200


@pytest.mark.parametrize("key", ['"aaaaaaaaaa\\000b"', "a" * 4000, "é" * 32, "a b c d e f g h i"])
def test_a_cookie_that_no_session_ever_had_is_nobody(client, citizen, key):
    shown = client.get("/", headers={"cookie": f"sessionid={key}"})
    assert shown.status_code == 200
    assert client.get("/api/v1/me", headers={"cookie": f"sessionid={key}"}).status_code == 401


def test_an_open_session_does_not_let_its_password_be_guessed(client, citizen, sign_in):
    sign_in("0912345678")
    new = "con thuyền ra khơi 42"

    def change(old: str, to: str = new):
        return client.post("/tai-khoan/mat-khau/", {"oldpassword": old, "password1": to, "password2": to})

    assert "phải khác" not in change("không phải mật khẩu", PASSWORD).content.decode()
    for _try in range(4):
        change("không phải mật khẩu")
    assert "Hãy đợi" in change(PASSWORD).content.decode()
    assert Account.objects.get().check_password(PASSWORD)


def test_an_idle_desk_is_signed_out(client, appoint, sign_in):
    appoint(Role.RECEIVER)
    sign_in("receiver")
    client.get("/tai-khoan/thiet-bi/")
    session = client.session
    session["seen"] = int(time.time()) - 31 * 60
    session.save()
    response = client.get("/tai-khoan/thiet-bi/")
    assert response.status_code == 302
    assert response["Location"] == "/dang-nhap/?next=%2Ftai-khoan%2Fthiet-bi%2F"


def test_a_code_typed_with_a_space_is_still_the_same_code(appoint):
    leader = appoint(Role.LEADER, strong=True)
    code = totp_now()
    check_second_factor(leader, code)
    cache.clear()  # another web process, which has not seen the first use
    with pytest.raises(Invalid):
        check_second_factor(leader, f"{code[:3]} {code[3:]}")


def test_a_signed_in_page_stays_in_no_cache(client, citizen, sign_in):
    sign_in("0912345678")
    for address in ("/ho-so", "/kho-giay-to", "/tai-khoan/"):
        assert "no-store" in client.get(address)["Cache-Control"], address


@pytest.mark.parametrize(
    ("role", "where"),
    [(Role.RECEIVER, "/ban-lam-viec/"), (Role.SPECIALIST, "/ban-lam-viec/"), (Role.AUDITOR, "/can-bo/")],
)
def test_an_official_starts_at_the_first_page_of_the_rail(client, appoint, sign_in, role, where):
    appoint(role)
    assert sign_in(role.value)["Location"] == where


def test_an_administrator_starts_at_the_officials_after_the_second_factor(client, appoint, sign_in):
    appoint(Role.AGENCY_ADMIN, strong=True)
    sign_in(Role.AGENCY_ADMIN.value)
    assert client.post("/dang-nhap/ma/", {"code": totp_now()})["Location"] == "/can-bo/"


def test_a_new_official_comes_to_the_rail_after_the_first_steps(client, appoint, sign_in):
    appoint(Role.RECEIVER, must_change_password=True)
    first = client.get(sign_in(Role.RECEIVER.value)["Location"])
    assert first["Location"] == "/tai-khoan/mat-khau/?next=%2Fban-lam-viec%2F"


def test_a_citizen_starts_at_home(client, citizen, sign_in):
    assert sign_in("0912345678")["Location"] == "/"
