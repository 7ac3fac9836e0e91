"""The rules that hold for every operation of the API: refusals, forged changes, repeats, versions, the document."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.kernel import clock
from tinhso.kernel.models import KeptAnswer
from tinhso.kernel.retention import subjects
from tinhso.people.models import Account
from tinhso.places.models import SpecialDay

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.trial_api")]
NEW = {"day": "2031-05-05", "name": "Ngày thử"}


def account(login):
    return Account.objects.create(login=login, code=login)


@pytest.fixture
def member(client):
    client.force_login(account("thu"))
    return client


def post(client, body=NEW, key=None, then="", address="days"):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(
        f"/api/v1/{address}{'?then=' + then if then else ''}", body, content_type="application/json", headers=headers
    )


def made():
    return SpecialDay.objects.filter(day__year=2031).count()


def test_the_policy_is_asked_before_the_body_is_read(client):
    answer = client.post("/api/v1/days", "{not json", content_type="application/json")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_each_field_to_correct_is_named(member):
    body = post(member, {"day": "31/02/2022", "name": ""}).json()
    assert body["status"] == 422
    assert {e["pointer"]: e["detail"] for e in body["errors"]} == {
        "#/day": "Hãy điền ngày có thật, dạng năm-tháng-ngày như 2025-09-05.",
        "#/name": "Hãy điền ít nhất 1 ký tự.",
    }


def test_an_actions_own_fields_are_pointed_to(member):
    assert post(member, then="name").json()["errors"] == [
        {"pointer": "#/name", "place": "body", "detail": "Tên này đã có."}
    ]


@pytest.mark.parametrize("body", [b"{not json", b'{"day": "2031-05-05", "name": "\xff\xfe"}', b"[1]", b"\x00"])
def test_a_body_that_cannot_be_read_is_a_problem(member, body):
    answer = member.post("/api/v1/days", body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
    assert made() == 0


def test_another_method_is_refused_with_those_allowed(member):
    answer = member.delete("/api/v1/days")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json()["code"] == "method-not-allowed"


def test_an_address_that_leads_nowhere_is_a_problem(member):
    answer = member.get("/api/v1/nowhere")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_fault_tells_its_request_and_nothing_inside(member):
    member.raise_request_exception = False
    answer = post(member, then="break")
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.json()["instance"]
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content


def test_a_session_without_the_pages_token_changes_nothing():
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(account("thu"))
    answer = post(forged)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert made() == 0


def test_the_same_key_gets_the_same_answer_and_one_act(member):
    first, second = post(member, key="k-1"), post(member, key="k-1")
    assert (first.status_code, second.status_code, made()) == (201, 201, 1)
    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"
    assert post(member, NEW | {"day": "2031-05-06"}, key="k-2").json() != first.json()


def test_a_key_cannot_carry_another_request(member):
    post(member, key="k-1")
    other = post(member, NEW | {"day": "2031-05-06"}, key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert made() == 1


def test_a_key_of_somebody_else_is_another_key(member):
    post(member, key="k-1")
    other = Client()
    other.force_login(account("khac"))
    assert post(other, NEW | {"day": "2031-05-06"}, key="k-1").status_code == 201
    assert made() == 2


def test_a_refused_act_may_be_corrected_under_its_key(member):
    assert post(member, key="k-1", then="refuse").status_code == 409
    assert made() == 0
    assert post(member, key="k-1").status_code == 201


def test_a_fault_leaves_neither_act_nor_answer(member):
    member.raise_request_exception = False
    assert post(member, key="k-1", then="break").status_code == 500
    assert (made(), KeptAnswer.objects.count()) == (0, 0)


@pytest.mark.parametrize("key", ["", "x" * 201, "khóa"])
def test_a_key_that_is_no_key_is_refused(member, key):
    answer = member.post(
        "/api/v1/days", json.dumps(NEW), content_type="application/json", headers={"Idempotency-Key": key}
    )
    assert (answer.status_code, made()) == (400, 0)


def test_an_upload_repeats_whatever_its_boundary(member):
    for _try in range(2):
        file = SimpleUploadedFile("giay.pdf", b"%PDF-1.7")
        answer = member.post("/api/v1/files", {"file": file}, headers={"Idempotency-Key": "k-1"})
        assert answer.status_code == 201
    assert made() == 1


def test_a_form_sent_where_json_is_taken_is_refused_in_words(member):
    for body in ({}, {"a": "b"}):
        answer = member.post("/api/v1/days", body, headers={"Idempotency-Key": "k-1"})
        assert answer.status_code in (400, 422)
        assert answer["Content-Type"] == "application/problem+json"


def test_answers_are_kept_for_a_day(member):
    post(member, key="k-1")
    KeptAnswer.objects.update(created_at="2020-01-01T00:00Z")
    assert post(member, NEW | {"day": "2031-05-06"}, key="k-1").status_code == 201
    KeptAnswer.objects.update(created_at="2020-01-01T00:00Z")
    assert subjects.get("kernel.answers").remove(clock.now(), 500) == 1
    assert KeptAnswer.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 428),
        ({"If-Match": '"6"'}, 412),
        ({"If-Match": '"7"'}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": "7"}, 412),
        ({"If-Match": 'W/"7"'}, 412),  # a weak one never matches: RFC 9110, 13.1.1
        ({"If-Match": 'W/"7", "7"'}, 200),
    ],
)
def test_a_change_names_the_version_it_changes(client, sent, status):
    answer = client.put("/api/v1/days/7", headers=sent)
    assert answer.status_code == status
    assert answer.get("ETag") == ('"8"' if status == 200 else None)
