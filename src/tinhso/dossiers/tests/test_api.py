"""The whole way over HTTP, and what the API refuses."""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier, Draft
from tinhso.dossiers.tests.conftest import FORM, now_at, picture
from tinhso.kernel import clock
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.people.actors import digest
from tinhso.people.models import Account, Token
from tinhso.places.models import Agency

API = "/api/v1"


def token_for(account: Account) -> str:
    """A token of the account, as after a log-in with a second factor."""
    token = secrets.token_urlsafe()
    Token.objects.create(
        account=account,
        digest=digest(token),
        strong=True,
        auth_hash=account.get_session_auth_hash(),
        expires_at=clock.real() + timedelta(hours=1),
    )
    return token


class Caller:
    """A program that acts for an account."""

    def __init__(self, account: Any) -> None:
        self.client = Client()
        self.headers = {"authorization": f"Bearer {token_for(Account.objects.get(pk=account))}"}

    def get(self, path: str) -> Any:
        return self.client.get(API + path, headers=self.headers)

    def send(self, method: str, path: str, body: Any = None, version: int | str | None = None, **headers: str) -> Any:
        given = {**self.headers, **headers} | ({"if-match": f'"{version}"'} if version is not None else {})
        return self.client.generic(
            method, API + path, json.dumps(body if body is not None else {}), "application/json", headers=given
        )

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> Any:
        file = SimpleUploadedFile(name, content)
        return self.client.post(API + path, {**fields, "file": file}, headers=self.headers)


@pytest.fixture
def calls(cast: None) -> Callable[[Actor], Caller]:
    return lambda actor: Caller(actor.account)


def test_the_whole_way_over_http(
    calls: Callable[[Actor], Caller],
    mother: Actor,
    receiver: Actor,
    specialist: Actor,
    leader: Actor,
    clerk: Actor,
    agency: Agency,
) -> None:
    me, desk, check = calls(mother), calls(receiver), calls(specialist)
    began = me.send("POST", "/drafts", {"procedure": "1.001193", "agency": str(agency.id)})
    assert began.status_code == 201, began.content
    draft, version = began.json()["id"], began["ETag"].strip('"')
    for topic, values in FORM.items():
        saved = me.send("PUT", f"/drafts/{draft}/topics/{topic}", values, version)
        assert saved.status_code == 200, saved.content
        assert saved.json()["errors"] == {}
        version = saved["ETag"].strip('"')
    paper = me.upload(f"/drafts/{draft}/files", "giấy chứng sinh.png", picture(), component="birth_paper")
    assert paper.status_code == 201, paper.content
    sent = me.send("POST", f"/drafts/{draft}/submit", **{"idempotency-key": "once"})
    again = me.send("POST", f"/drafts/{draft}/submit", **{"idempotency-key": "once"})
    assert sent.status_code == again.status_code == 201
    assert sent.json() == again.json()
    dossier, version = sent.json()["id"], sent.json()["version"]

    waiting = desk.get("/dossiers?view=inbox").json()["items"]
    assert [row["code"] for row in waiting] == [sent.json()["code"]]

    def act(caller: Caller, name: str, body: Any = None) -> None:
        nonlocal version
        answer = caller.send("POST", f"/dossiers/{dossier}/{name}", body, version)
        assert answer.status_code in (200, 202), answer.content
        run_waiting()
        version = caller.get(f"/dossiers/{dossier}").json()["version"]

    act(desk, "reception")
    act(check, "claim")
    act(check, "supplement-requests", {"points": [{"text": "Chụp rõ hơn", "component": "birth_paper"}]})
    assert me.upload(f"/dossiers/{dossier}/files", "rõ.png", picture(), component="birth_paper").status_code == 201
    act(me, "supplement-answers", {"text": "Đã chụp lại"})
    act(check, "proposal", {"text": "Đủ điều kiện"})
    act(calls(leader), "signature")
    act(calls(clerk), "seal")
    act(calls(clerk), "return")
    act(me, "rating", {"stars": 5})

    seen = me.get(f"/dossiers/{dossier}").json()
    assert (seen["phase"], seen["status"], seen["stars"]) == ("returned", 10, 5)
    assert me.get(f"/dossiers/{dossier}/timeline").json()[0]["kind"] == "submitted"
    file = me.get(f"/dossiers/{dossier}/result")
    assert file["Content-Type"] == "application/pdf"
    checked = Client().post(f"{API}/verifications", {"file": SimpleUploadedFile("ket-qua.pdf", file.content)})
    assert checked.json()["valid"], checked.json()
    held = me.get("/vault").json()["items"]
    assert [row["title"] for row in held] == ["Giấy khai sinh"]
    assert me.get(f"/vault/{held[0]['id']}/file").content == file.content
    tracked = Client().post(f"{API}/tracking", {"code": seen["code"], "last4": "5678"}, "application/json")
    assert tracked.status_code == 200, tracked.content
    assert "Nguyễn" not in json.dumps(tracked.json(), ensure_ascii=False)
    assert Client().get(f"{API}/counts/dossiers").json()["count"] >= 1


def test_an_act_without_the_version_or_on_an_old_one_is_refused(
    calls: Callable[[Actor], Caller], sent: Dossier, receiver: Actor
) -> None:
    desk = calls(receiver)
    assert desk.send("POST", f"/dossiers/{sent.id}/reception").status_code == 428
    assert desk.send("POST", f"/dossiers/{sent.id}/claim", version=now_at(sent)).status_code == 200
    stale = desk.send("POST", f"/dossiers/{sent.id}/reception", version=1)
    assert stale.status_code == 412
    assert receiver.name in stale.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/dossiers/{id}"),
        ("GET", "/dossiers/{id}/timeline"),
        ("GET", "/dossiers/{id}/result"),
        ("POST", "/dossiers/{id}/withdrawal"),
        ("POST", "/dossiers/{id}/supplement-answers"),
        ("POST", "/dossiers/{id}/rating"),
    ],
)
def test_somebody_elses_dossier_is_not_there(
    calls: Callable[[Actor], Caller], sent: Dossier, stranger: Actor, method: str, path: str
) -> None:
    body = {"stars": 5} if path.endswith("rating") else {}
    theirs = calls(stranger).send(method, path.format(id=sent.id), body, 1)
    nobodys = calls(stranger).send(method, path.format(id=uuid4()), body, 1)
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json()["detail"] == nobodys.json()["detail"]


def test_a_paper_of_another_person_is_not_there(
    calls: Callable[[Actor], Caller], sent: Dossier, stranger: Actor, mother: Actor, receiver: Actor
) -> None:
    paper = sent.attachments.get().id
    assert calls(stranger).get(f"/papers/{paper}").status_code == 404
    mine = calls(mother).get(f"/papers/{paper}")
    assert mine["Content-Disposition"].startswith("attachment")
    assert calls(receiver).get(f"/papers/{paper}").status_code == 200


def test_the_vault_is_closed_to_an_unverified_account(calls: Callable[[Actor], Caller], stranger: Actor) -> None:
    assert calls(stranger).get("/vault").status_code == 403
    assert calls(stranger).get("/disclosures").status_code == 403
    assert Client().get(f"{API}/vault").status_code == 401


def test_tracking_answers_the_same_for_an_unknown_code_and_wrong_digits_and_stops_after_five(sent: Dossier) -> None:
    def tried(code: str, last4: str) -> Any:
        return Client().post(f"{API}/tracking", {"code": code, "last4": last4}, "application/json")

    wrong, unknown = tried(sent.code, "0000"), tried("H33.99-260101-9999", "0000")
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.json()["detail"] == unknown.json()["detail"]
    for _ in range(4):
        tried(sent.code, "0001")
    assert tried(sent.code, "5678").status_code == 429
    assert tried(sent.code, "abcd").status_code == 422


def test_a_topic_collision_tells_the_current_version_and_keeps_the_text(
    calls: Callable[[Actor], Caller], mother: Actor, agency: Agency
) -> None:
    me = calls(mother)
    began = me.send("POST", "/drafts", {"procedure": "1.001193", "agency": str(agency.id)})
    path = f"/drafts/{began.json()['id']}/topics/child"
    assert me.send("PUT", path, FORM["child"], 1).status_code == 200
    late = me.send("PUT", path, {**FORM["child"], "given_name": "Khang"}, 1)
    assert late.status_code == 412
    assert Draft.objects.get(id=began.json()["id"]).side_copies.get().data["given_name"] == "Khang"


@pytest.mark.parametrize("body", ["{", "[]", '"x"', r'{"given_name": "\ud800"}', '{"given_name": NaN}', "\xff"])
def test_a_body_that_is_not_what_it_should_be_never_breaks_the_server(
    calls: Callable[[Actor], Caller], mother: Actor, agency: Agency, body: str
) -> None:
    me = calls(mother)
    began = me.send("POST", "/drafts", {"procedure": "1.001193", "agency": str(agency.id)})
    answer = me.client.generic(
        "PUT",
        f"{API}/drafts/{began.json()['id']}/topics/child",
        body,
        "application/json",
        headers={**me.headers, "if-match": '"1"'},
    )
    assert answer.status_code in (200, 400, 422)


def test_a_list_of_the_desk_costs_few_queries_whatever_its_length(
    mother: Actor, receiver: Actor, fill: Callable[..., Draft], django_assert_max_num_queries: Any
) -> None:
    for n in range(4):
        actions.submit(mother, fill(mother).id, str(n))
    with django_assert_max_num_queries(6):
        rows, following = queries.inbox(receiver, limit=3)
    assert len(rows) == 3
    more, _end = queries.inbox(receiver, cursor=following, limit=3)
    assert len({row.code for row in rows + more}) == 4
    with django_assert_max_num_queries(6):
        assert len(queries.my_dossiers(mother)[0]) == 4


def test_a_dossier_on_the_desk_costs_at_most_ten_queries(
    issued: Dossier, mother: Actor, clerk: Actor, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        shown = queries.dossier(clerk, issued.id)
    assert shown.acts == ["return_result", "claim", "ask_receipt"]
    with django_assert_max_num_queries(10):
        queries.timeline(mother, issued.id)


def test_the_desks_reading_is_noted_for_the_mother_and_her_own_is_not(
    calls: Callable[[Actor], Caller], sent: Dossier, receiver: Actor, mother: Actor
) -> None:
    calls(mother).get(f"/dossiers/{sent.id}")
    calls(receiver).get(f"/dossiers/{sent.id}")
    take_disclosures()
    seen = calls(mother).get("/disclosures").json()["items"]
    assert [(row["reader_name"], row["purpose"]) for row in seen] == [
        (receiver.name, "Đăng ký khai sinh: Tiếp nhận hồ sơ")
    ]
    assert seen[0]["at"].startswith(clock.now().isoformat()[:10])


def test_the_desks_reading_of_what_happened_is_noted_too(
    calls: Callable[[Actor], Caller], sent: Dossier, receiver: Actor, mother: Actor
) -> None:
    calls(mother).get(f"/dossiers/{sent.id}/timeline")
    calls(receiver).get(f"/dossiers/{sent.id}/timeline")
    take_disclosures()
    seen = calls(mother).get("/disclosures").json()["items"]
    assert [(row["reader_name"], row["fields"]) for row in seen] == [(receiver.name, ["full_name"])]


@pytest.mark.parametrize(
    "text", [r"\u0000", r"\ud800", r"\u001b[2J", "<script>alert(1)</script>", "'; DROP TABLE x; --"]
)
@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("refusal", '{"reason": "not_competent", "text": "%s"}'),
        ("refusal", '{"reason": "%s", "text": "x"}'),
        ("supplement-requests", '{"points": [{"text": "%s"}], "reason": "%s"}'),
        ("supplement-requests", '{"points": [{"text": "x", "component": "%s"}]}'),
        ("hand-over", '{"to_account": "%s", "note": "%s"}'),
        ("send-back", '{"text": "%s"}'),
    ],
)
def test_hostile_text_in_an_act_is_kept_as_text_or_refused_in_words(
    calls: Callable[[Actor], Caller], sent: Dossier, receiver: Actor, act: str, body: str, text: str
) -> None:
    desk = calls(receiver)
    answer = desk.client.generic(
        "POST",
        f"{API}/dossiers/{sent.id}/{act}",
        body.replace("%s", text.replace('"', '\\"')),
        "application/json",
        headers={**desk.headers, "if-match": f'"{now_at(sent)}"'},
    )
    assert answer.status_code in (200, 403, 409, 422), answer.content
    assert desk.get(f"/dossiers/{sent.id}/timeline").status_code == 200


@pytest.mark.parametrize(
    "path", ["/dossiers?view=inbox&step=%00", "/dossiers?view=inbox&cursor=%ff", "/dossiers?due=x", "/dossiers?limit=0"]
)
def test_a_question_that_makes_no_sense_is_refused_in_words(
    calls: Callable[[Actor], Caller], receiver: Actor, path: str
) -> None:
    assert calls(receiver).get(path).status_code == 422


def test_an_unknown_procedure_is_not_there(calls: Callable[[Actor], Caller], mother: Actor, agency: Agency) -> None:
    for code in ("9.999999", "' OR 1=1"):
        answer = calls(mother).send("POST", "/drafts", {"procedure": code, "agency": str(agency.id)})
        assert answer.status_code == 404
    nul = calls(mother).send("POST", "/drafts", {"procedure": "1\x00", "agency": str(agency.id)})
    assert nul.status_code == 422


@pytest.mark.parametrize("keys", ['["1"]', "[1]", '["\\ud800"]', '["x", "y"]'])
def test_a_cursor_that_is_no_key_of_the_list_is_refused_in_words(
    calls: Callable[[Actor], Caller], mother: Actor, keys: str
) -> None:
    cursor = urlsafe_b64encode(keys.encode()).decode().rstrip("=")
    assert calls(mother).get(f"/drafts?cursor={cursor}").status_code == 422


def test_an_act_names_the_version_that_was_seen(
    calls: Callable[[Actor], Caller], sent: Dossier, receiver: Actor
) -> None:
    """`*` would match whatever is there (RFC 9110, 13.1.1): an act on it is refused and says what to send."""
    desk, path = calls(receiver), f"/dossiers/{sent.id}/reception"
    answers = [desk.send("POST", path, **{"if-match": mark}) for mark in ("*", " * ")] + [desk.send("POST", path)]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(428, "version-required")] * 3
    assert "ETag" in answers[0].json()["detail"]
    assert answers[0].json()["detail"] != answers[2].json()["detail"]
    stale = [desk.send("POST", path, **{"if-match": mark}) for mark in ('W/"1"', '"9"', "x", '*, "1"')]
    assert [a.status_code for a in stale] == [412] * 4
    assert now_at(sent) == 1
    assert desk.send("POST", path, version=1).status_code == 200
