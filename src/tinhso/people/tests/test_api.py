"""Programs sign in with a token; it is hashed, ends, and is worth no more than its owner."""

from datetime import timedelta

import pytest
from django.test import Client

from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.people.models import Account, Person, Role, Token
from tinhso.people.tests.conftest import PASSWORD, make_account, sent_code, totp_now

pytestmark = pytest.mark.django_db

API = "/api/v1"


def post(client, path, body, **extra):
    return client.post(f"{API}{path}", body, content_type="application/json", **extra)


def token_of(client, login="0912345678", password=PASSWORD, **more) -> str:
    return post(client, "/sessions", {"login": login, "password": password, **more}).json()["token"]


def me(client, token):
    return client.get(f"{API}/me", headers={"authorization": f"Bearer {token}"})


def test_a_program_signs_in_and_learns_who_it_acts_for(client, citizen):
    answer = me(client, token_of(client))
    assert answer.status_code == 200
    assert answer.json()["account_id"] == str(citizen.pk)
    assert answer.json()["assurance"] == "unverified"
    assert answer.json()["person_id"] is None


def test_the_token_itself_is_not_stored(client, citizen):
    token = token_of(client)
    assert not Token.objects.filter(digest=token).exists()
    assert Token.objects.count() == 1


def test_who_i_am_costs_two_queries(client, citizen, django_assert_num_queries):
    token = token_of(client)
    with django_assert_num_queries(2):
        me(client, token)


@pytest.mark.parametrize("token", ["", "x", "Bearer", "0" * 5000])
def test_an_unknown_token_is_nobody(client, token):
    assert me(client, token).status_code == 401


def test_an_expired_token_is_nobody(client, citizen):
    token = token_of(client)
    row = Token.objects.get()
    row.expires_at = row.issued_at - timedelta(seconds=1)
    row.save()
    assert me(client, token).status_code == 401


def test_a_token_ends_with_the_password(client, citizen):
    token = token_of(client)
    citizen.set_password("một mật khẩu khác hẳn")
    citizen.save()
    assert me(client, token).status_code == 401


def test_a_token_ends_with_the_account(client, citizen):
    token = token_of(client)
    Account.objects.update(is_active=False)
    assert me(client, token).status_code == 401


def test_signing_out_ends_the_token(client, citizen):
    token = token_of(client)
    answer = client.delete(f"{API}/sessions/current", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 204
    assert me(client, token).status_code == 401


def test_unknown_wrong_and_closed_accounts_get_the_same_answer(client, citizen):
    make_account("0911111111", is_active=False)
    tries = [("0912345678", "x"), ("0987654321", "x"), ("0911111111", PASSWORD)]
    answers = [post(client, "/sessions", {"login": login, "password": password}) for login, password in tries]
    bodies = [{k: v for k, v in a.json().items() if k != "instance"} for a in answers]
    assert {a.status_code for a in answers} == {401}
    assert bodies[0] == bodies[1] == bodies[2]


def test_pages_and_api_share_one_budget(client, citizen, sign_in):
    for _try in range(3):
        sign_in("0912345678", "x")
    for _try in range(2):
        post(client, "/sessions", {"login": "0912345678", "password": "x"})
    assert post(client, "/sessions", {"login": "0912345678", "password": PASSWORD}).status_code == 429


def test_a_leader_gives_a_code_and_only_then_holds_the_role(client, appoint, agency):
    appoint(Role.LEADER, strong=True)
    assert post(client, "/sessions", {"login": "leader", "password": PASSWORD}).json()["type"].endswith("second-factor")
    wrong = post(client, "/sessions", {"login": "leader", "password": PASSWORD, "code": "000000"})
    assert wrong.status_code == 401
    told = me(client, token_of(client, "leader", code=totp_now())).json()
    assert told["strong"]
    assert told["roles"] == [{"role": "leader", "agency_id": str(agency)}]


def test_a_leader_without_second_factor_holds_no_role(client, appoint):
    appoint(Role.LEADER)
    assert me(client, token_of(client, "leader")).json()["roles"] == []


def test_a_first_password_opens_no_role(client, appoint):
    appoint(Role.RECEIVER, must_change_password=True)
    assert me(client, token_of(client, "receiver")).json()["roles"] == []


def test_a_first_password_opens_nothing_of_the_person(client, appoint):
    """Who gave it knows it: an administrator, of an official who verified an identity."""
    person = Person.objects.create(full_name="Cán bộ", source="test")
    known = {"person": person, "assurance": "verified", "verified_at": clock.now()}
    appoint(Role.RECEIVER, must_change_password=True, **known)
    bearer = {"Authorization": f"Bearer {token_of(client, 'receiver')}"}
    assert client.get("/api/v1/me", headers=bearer).json()["person_id"] is None
    assert client.get("/api/v1/vault", headers=bearer).status_code == 403


def test_a_first_password_writes_nothing_in_the_accounts_name(client, appoint, agency):
    appoint(Role.RECEIVER, must_change_password=True)
    bearer = {"Authorization": f"Bearer {token_of(client, 'receiver')}"}
    claim = client.put("/api/v1/me/identity", {"full_name": "Z"}, content_type="application/json", headers=bearer)
    assert claim.status_code == 403
    begun = {"procedure": "1.001193", "agency": str(agency)}
    assert client.post("/api/v1/drafts", begun, content_type="application/json", headers=bearer).status_code == 403
    assert client.get("/api/v1/dossiers", headers=bearer).status_code == 403


@pytest.mark.parametrize("said", [{"full_name": "A", "birth_date": 0}, {"full_name": " "}])
def test_a_claim_says_a_name_and_a_day(client, citizen, said):
    bearer = {"Authorization": f"Bearer {token_of(client, citizen.login)}"}
    answer = client.put("/api/v1/me/identity", said, content_type="application/json", headers=bearer)
    assert answer.status_code == 422


def test_registering_over_the_api(client, mailoutbox):
    pending = post(
        client,
        "/accounts",
        {"contact": "Moi@vidu.vn", "full_name": "Người Mới", "password": "một mật khẩu đủ dài"},
    )
    assert pending.status_code == 202
    code = sent_code(mailoutbox)
    done = post(client, f"/accounts/{pending.json()['id']}/confirmation", {"code": code})
    assert done.status_code == 201
    assert me(client, token_of(client, "moi@vidu.vn", "một mật khẩu đủ dài")).status_code == 200


def test_registering_a_taken_contact_gets_the_same_answer_and_no_account(client, mailoutbox):
    make_account("co@vidu.vn", email="co@vidu.vn")
    body = {"full_name": "Kẻ Lạ", "password": "một mật khẩu đủ dài"}
    taken = post(client, "/accounts", {**body, "contact": "co@vidu.vn"})
    free = post(client, "/accounts", {**body, "contact": "chua@vidu.vn"})
    assert taken.status_code == free.status_code == 202
    assert taken.json().keys() == free.json().keys()
    run_waiting()
    assert "đã có tài khoản" in mailoutbox[0].body
    refused = post(client, f"/accounts/{taken.json()['id']}/confirmation", {"code": "123456"})
    assert refused.status_code == 422
    assert Account.objects.count() == 1


def test_a_code_is_not_guessed(client, mailoutbox):
    body = {"contact": "moi@vidu.vn", "full_name": "Người Mới", "password": "một mật khẩu đủ dài"}
    pending = post(client, "/accounts", body).json()["id"]
    code = sent_code(mailoutbox)
    for guess in range(5):
        post(client, f"/accounts/{pending}/confirmation", {"code": f"{(int(code) + guess + 1) % 1000000:06}"})
    assert post(client, f"/accounts/{pending}/confirmation", {"code": code}).status_code == 422


def test_a_forgotten_password_is_set_anew_and_ends_the_old_tokens(client, mailoutbox):
    make_account("co@vidu.vn", email="co@vidu.vn")
    token = token_of(client, "co@vidu.vn")
    pending = post(client, "/password-resets", {"contact": "co@vidu.vn"}).json()["id"]
    code = sent_code(mailoutbox)
    done = post(client, f"/password-resets/{pending}/confirmation", {"code": code, "password": "một mật khẩu mới hẳn"})
    assert done.status_code == 204
    assert me(client, token).status_code == 401
    assert token_of(client, "co@vidu.vn", "một mật khẩu mới hẳn")


def test_asking_for_a_new_password_does_not_tell_whether_the_account_exists(client):
    make_account("co@vidu.vn", email="co@vidu.vn")
    answers = [post(client, "/password-resets", {"contact": c}) for c in ("co@vidu.vn", "khong@vidu.vn")]
    assert [a.status_code for a in answers] == [202, 202]


def test_a_code_for_registering_resets_no_password(client, mailoutbox):
    body = {"contact": "moi@vidu.vn", "full_name": "Người Mới", "password": "một mật khẩu đủ dài"}
    pending = post(client, "/accounts", body).json()["id"]
    code = sent_code(mailoutbox)
    refused = post(client, f"/password-resets/{pending}/confirmation", {"code": code, "password": "mật khẩu khác hẳn"})
    assert refused.status_code == 422


def test_a_session_cookie_without_its_csrf_token_changes_nothing(citizen):
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/dang-nhap/")
    form = {"login": "0912345678", "password": PASSWORD, "csrfmiddlewaretoken": page.context["csrf_token"]}
    strict.post("/dang-nhap/", form)
    answer = strict.put(f"{API}/me/identity", {"full_name": "Kẻ Lạ"}, content_type="application/json")
    assert answer.status_code == 403


def test_a_receiver_verifies_over_the_api_and_nobody_else(client, citizen, appoint, agency):
    appoint(Role.RECEIVER)
    body = {
        "account": citizen.code,
        "agency_id": str(agency),
        "full_name": "Nguyễn Thị Bé Ba",
        "birth_date": "1998-03-14",
        "sex": "female",
        "kind": "cccd",
        "number": "091198004127",
        "papers_seen": True,
    }
    own = {"authorization": f"Bearer {token_of(client)}"}
    assert post(client, "/identity-verifications", body, headers=own).status_code == 403
    officer = {"authorization": f"Bearer {token_of(client, 'receiver')}"}
    assert post(client, "/identity-verifications", body, headers=officer).status_code == 201
    assert me(client, token_of(client)).json()["assurance"] == "verified"


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "' OR 1=1 --", "\x00", "a" * 200, "😀" * 50])
def test_hostile_text_is_only_text(client, citizen, hostile):
    answer = post(client, "/sessions", {"login": hostile[:150], "password": hostile})
    assert answer.status_code in (401, 422)
    headers = {"authorization": f"Bearer {token_of(client)}"}
    body = {"full_name": hostile}
    said = client.put(f"{API}/me/identity", body, content_type="application/json", headers=headers)
    assert said.status_code in (200, 422)


def test_no_token_is_kept_for_a_repeated_request(client, citizen):
    from tinhso.kernel.models import KeptAnswer

    own = {"authorization": f"Bearer {token_of(client)}", "idempotency-key": "k1"}
    body = {"login": "0912345678", "password": PASSWORD}
    first, second = (post(client, "/sessions", body, headers=own).json()["token"] for _try in range(2))
    assert first != second
    assert not KeptAnswer.objects.exists()


def test_guessing_many_accounts_from_one_address_ends(client, monkeypatch):
    from tinhso.people import entrance

    monkeypatch.setattr(entrance, "TRIES_ADDRESS", 6)
    answers = [post(client, "/sessions", {"login": f"ai{n}@vidu.vn", "password": "x"}).status_code for n in range(8)]
    assert answers == [401] * 6 + [429] * 2


def test_guessing_one_account_from_many_addresses_ends(client, citizen, monkeypatch):
    from tinhso.people import entrance

    monkeypatch.setattr(entrance, "TRIES_ANYWHERE", 6)
    body = {"login": "0912345678", "password": "x"}
    answers = [post(client, "/sessions", body, REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(8)]
    assert answers == [401] * 6 + [429] * 2
