"""The studio over HTTP: from the law of today to a new one by two people, with what is refused on the way."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tinhso.dossiers.tests.conftest import actor_of
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401  the fixture
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.people.models import Post, Role
from tinhso.procedures import process, queries

CODE = "1.001193"
SHORT, LONG = 'kind="check" hours="2"', 'kind="check" hours="3"'


@pytest.fixture
def two(calls: Callable[[Actor], Caller]) -> tuple[Caller, Caller]:  # noqa: F811
    """Two administrators of the province."""
    Post.objects.filter(official__account__login="tinh.kiemtra").update(role=Role.PROVINCE_ADMIN)
    return calls(actor_of("tinh.quantri")), calls(actor_of("tinh.kiemtra"))


def at(begun: Any, *more: str) -> str:
    return "/".join(["/process-drafts", begun.json()["id"], *more])


def with_text(draft: dict[str, Any], bpmn: str) -> dict[str, Any]:
    return {"bpmn": bpmn, "roles": draft["roles"], "fees": draft["fees"]}


def test_a_longer_step_becomes_law_by_two_people(two: tuple[Caller, Caller]) -> None:
    lan, minh = two
    law = lan.get(f"/procedures/{CODE}/process").json()
    begun = lan.send("POST", "/process-drafts", {"procedure": CODE})
    assert (begun.status_code, begun["ETag"], begun.json()["changes"]) == (201, '"1"', [])
    assert {name: begun.json()[name] for name in ("bpmn", "roles", "fees")} == {
        name: law[name] for name in ("bpmn", "roles", "fees")
    }
    assert law["bpmn"].count(SHORT) == 1
    longer = with_text(law, law["bpmn"].replace(SHORT, LONG))
    assert lan.send("PUT", at(begun), longer).status_code == 428
    saved = lan.send("PUT", at(begun), longer, version=1)
    assert (saved.status_code, saved["ETag"], saved.json()["mistakes"]) == (200, '"2"', [])
    assert ["2 giờ làm việc → 3 giờ làm việc" in one["words"] for one in saved.json()["changes"]] == [True]
    assert minh.send("PUT", at(begun), longer, version=1).status_code == 412

    tried = lan.send("POST", at(begun, "trials"), version=2)
    assert (tried.status_code, tried.json()["state"]) == (202, "waiting")
    run_waiting(100)
    read = lan.get(f"/process-trials/{tried.json()['id']}").json()
    assert (read["state"], read["report"]["dossiers"], len(read["assumed"]) > 0) == ("done", 0, True)
    assert [one["id"] for one in lan.get(at(begun, "trials")).json()["items"]] == [tried.json()["id"]]

    said = {"valid_from": "2026-12-01", "basis": "Quyết định thử 01"}
    assert lan.send("POST", at(begun, "proposal"), {**said, "valid_from": "2026-11-09"}, version=2).status_code == 422
    put = lan.send("POST", at(begun, "proposal"), said, version=2)
    assert (put.status_code, put.json()["state"], put.json()["valid_from"]) == (200, "proposed", "2026-12-01")
    assert lan.send("POST", at(begun, "approval"), version=3).status_code == 403
    done = minh.send("POST", at(begun, "approval"), version=3)
    assert (done.status_code, done.json()["state"]) == (200, "published")
    hours = [
        process.step(queries.procedure(CODE, day).spec, "check").deadline_hours
        for day in (date(2026, 11, 30), date(2026, 12, 1))
    ]
    assert hours == [2, 3]
    undone = lan.send("POST", at(begun, "undo"), version=4)
    assert undone.json()["state"] == "undone"
    assert process.step(queries.procedure(CODE, date(2026, 12, 1)).spec, "check").deadline_hours == 2


def test_a_mistake_is_kept_with_its_line_and_not_proposed(two: tuple[Caller, Caller]) -> None:
    lan, _minh = two
    begun = lan.send("POST", "/process-drafts", {"procedure": CODE})
    text = begun.json()["bpmn"].replace(SHORT, 'kind="check" hours="two"')
    kept = lan.send("PUT", at(begun), with_text(begun.json(), text), version=1)
    line = next(n for n, words in enumerate(text.splitlines(), 1) if 'userTask id="check"' in words)
    assert kept.status_code == 200
    assert line in [one["line"] for one in kept.json()["mistakes"]]
    assert all(one["message"] and one["remedy"] for one in kept.json()["mistakes"])
    said = {"valid_from": "2026-12-01", "basis": "x"}
    assert lan.send("POST", at(begun, "proposal"), said, version=2).status_code == 422
    assert lan.send("POST", at(begun, "trials"), version=2).status_code == 422
    assert lan.send("POST", at(begun, "trials"), version=1).status_code == 412


@pytest.mark.parametrize(
    "text",
    ["", "<a/>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "không phải XML"],
    ids=["empty", "other", "entity", "words"],
)
def test_what_is_no_process_is_refused_in_words(two: tuple[Caller, Caller], text: str) -> None:
    lan, _minh = two
    begun = lan.send("POST", "/process-drafts", {"procedure": CODE})
    refused = lan.send("PUT", at(begun), with_text(begun.json(), text), version=1)
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["#/bpmn"])
    assert lan.get(at(begun))["ETag"] == '"1"'


def test_officials_read_the_law_and_only_administrators_the_drafts(
    two: tuple[Caller, Caller],
    calls: Callable[[Actor], Caller],  # noqa: F811
    leader: Actor,
    mother: Actor,
) -> None:
    lan, minh = two
    begun = lan.send("POST", "/process-drafts", {"procedure": CODE})
    assert [one["id"] for one in minh.get("/process-drafts").json()["items"]] == [begun.json()["id"]]
    assert minh.get("/process-drafts?procedure=1.004222").json()["items"] == []
    other = lan.send("POST", "/process-drafts", {"procedure": "1.004222"})
    page = minh.get("/process-drafts?limit=1").json()
    after = minh.get(f"/process-drafts?limit=1&cursor={page['next_cursor']}").json()
    assert [[one["id"] for one in found["items"]] for found in (page, after)] == [
        [other.json()["id"]],
        [begun.json()["id"]],
    ]
    assert after["next_cursor"] is None
    official, citizen = calls(leader), calls(mother)
    assert official.get(f"/procedures/{CODE}/process").status_code == 200
    assert citizen.get(f"/procedures/{CODE}/process").status_code == 403
    for stranger in (official, citizen):
        assert stranger.get("/process-drafts").status_code == 403
        assert stranger.get(at(begun)).status_code == 403
        assert stranger.send("POST", at(begun, "discard"), version=1).status_code == 403
    assert lan.send("POST", "/process-drafts", {"procedure": CODE}).status_code == 409
    assert minh.send("POST", at(begun, "discard"), version=1).json()["state"] == "discarded"


def test_what_windows_sends_is_no_change_and_what_nobody_can_read_is_refused(two: tuple[Caller, Caller]) -> None:
    lan, _minh = two
    begun = lan.send("POST", "/process-drafts", {"procedure": CODE})
    draft = begun.json()
    same = lan.send("PUT", at(begun), with_text(draft, draft["bpmn"].replace("\n", "\r\n")), version=1)
    assert (same.status_code, same["ETag"], same.json()["changes"]) == (200, '"1"', [])
    for roles in ({"a\x00": "receiver"}, {"a": "b\x00"}, {"a": "\u202e"}):
        assert lan.send("PUT", at(begun), {**with_text(draft, draft["bpmn"]), "roles": roles}, 1).status_code == 422
    for day in (0, "1764374400", "2026-12-01T00:00:00Z"):
        said = {"valid_from": day, "basis": "x"}
        assert lan.send("POST", at(begun, "proposal"), said, version=1).status_code == 422
