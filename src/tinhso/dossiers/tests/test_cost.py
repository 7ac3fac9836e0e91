"""What an act costs in queries, over HTTP with its log-in: a change that asks the database more often fails here.

Orders of the house (shared style): to create at most 15, a detail at most 10.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Draft
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401  the fixture
from tinhso.kernel.errors import Conflict
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor

#: The transaction of a request is, inside a test's own, a savepoint: two statements more than in service.
SAVEPOINT = 2

POINT = {"points": [{"text": "Chụp rõ giấy chứng sinh"}]}


def test_sending_costs_at_most_fifteen_queries(
    calls: Callable[[Actor], Caller],  # noqa: F811
    mother: Actor,
    fill: Callable[..., Draft],
    django_assert_max_num_queries: Any,
) -> None:
    me, draft = calls(mother), fill(mother)
    actions.submit(mother, fill(mother).id, "the process knows calendar and definition from here on")
    with django_assert_max_num_queries(13 + SAVEPOINT):
        sent = me.send("POST", f"/drafts/{draft.id}/submit")
    assert sent.status_code == 201


def test_every_act_on_the_way_costs_at_most_fifteen_queries(
    calls: Callable[[Actor], Caller],  # noqa: F811
    sent: Dossier,
    mother: Actor,
    receiver: Actor,
    specialist: Actor,
    leader: Actor,
    clerk: Actor,
    django_assert_max_num_queries: Any,
) -> None:
    me, desk, check, lead, office = (calls(who) for who in (mother, receiver, specialist, leader, clerk))

    def act(caller: Caller, name: str, most: int, body: Any = None) -> None:
        version = now_at(sent)
        with django_assert_max_num_queries(most + SAVEPOINT):
            answer = caller.send("POST", f"/dossiers/{sent.id}/{name}", body, version)
        assert answer.status_code in (200, 202), answer.content

    act(desk, "claim", 7)
    act(desk, "reception", 13)
    act(check, "supplement-requests", 15, POINT)
    act(me, "supplement-answers", 13, {"text": "Đã chụp lại"})
    act(check, "claim", 7)
    act(check, "hand-over", 9, {"to_account": str(specialist.account)})
    act(check, "proposal", 11)
    act(lead, "send-back", 11, {"text": "Xem lại"})
    act(check, "proposal", 11)
    act(lead, "signature", 15)
    run_waiting()
    act(office, "seal", 11)
    run_waiting()
    with django_assert_max_num_queries(10):
        assert office.get(f"/dossiers/{sent.id}").json()["acts"] == ["return_result", "claim", "ask_receipt"]
    act(office, "return", 11)
    act(me, "rating", 10, {"stars": 5})


def test_refusing_and_withdrawing_cost_at_most_fifteen_queries(
    calls: Callable[[Actor], Caller],  # noqa: F811
    sent: Dossier,
    mother: Actor,
    receiver: Actor,
    fill: Callable[..., Draft],
    django_assert_max_num_queries: Any,
) -> None:
    desk, me = calls(receiver), calls(mother)
    other = actions.submit(mother, fill(mother).id, "other")
    ground, version = {"reason": "not_competent", "text": "Sai nơi"}, now_at(sent)
    with django_assert_max_num_queries(14 + SAVEPOINT):
        refused = desk.send("POST", f"/dossiers/{sent.id}/refusal", ground, version)
    version = now_at(other)
    with django_assert_max_num_queries(12 + SAVEPOINT):
        taken = me.send("POST", f"/dossiers/{other.id}/withdrawal", {"reason": "Nộp nhầm"}, version)
    assert (refused.status_code, taken.status_code) == (200, 200)


def test_a_repeated_mark_of_another_draft_is_refused_and_takes_no_number(
    calls: Callable[[Actor], Caller],  # noqa: F811
    mother: Actor,
    fill: Callable[..., Draft],
) -> None:
    me, (first, second, third) = calls(mother), (fill(mother) for _draft in range(3))
    sent = me.send("POST", f"/drafts/{first.id}/submit")
    with pytest.raises(Conflict) as refused, transaction.atomic():
        actions.submit(mother, second.id, f"draft:{first.id}")
    assert "đã dùng cho hồ sơ khác" in str(refused.value.detail)
    again = me.send("POST", f"/drafts/{third.id}/submit")
    assert (sent.json()["code"][-4:], again.json()["code"][-4:]) == ("0001", "0002")
    second.refresh_from_db()
    assert not second.locked
