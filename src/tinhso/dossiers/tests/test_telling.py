"""The applicant is told, and nothing personal leaves the house."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Draft
from tinhso.dossiers.tests.conftest import now_at
from tinhso.kernel import notify
from tinhso.kernel.events.deliveries import deliver_together
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor


def test_each_turn_of_a_dossier_is_told_to_its_applicant(issued: Dossier, clerk: Actor, mother: Actor) -> None:
    actions.return_result(clerk, issued.id, version=now_at(issued))
    run_waiting()
    told = [t.title for t in notify.inbox(mother) if issued.code in t.title]
    assert told == [
        f"Hồ sơ {issued.code} đã trả kết quả",
        f"Hồ sơ {issued.code} đã có kết quả",
        f"Hồ sơ {issued.code} đã được tiếp nhận",
        f"Đã nhận hồ sơ {issued.code}",
    ]


def test_a_supplement_request_is_told_without_saying_what_is_asked(
    sent: Dossier, receiver: Actor, mother: Actor
) -> None:
    run_waiting()
    actions.request_supplement(receiver, sent.id, [actions.Point("Bệnh của mẹ")], version=now_at(sent))
    run_waiting()
    told = notify.inbox(mother)[0]
    assert told.title == f"Hồ sơ {sent.code} cần bổ sung"
    assert "Bệnh" not in told.body


def desk_news(actor: Actor) -> list[str]:
    return [one.title for one in notify.inbox(actor) if one.subject.startswith("dossier:")]


def test_what_comes_back_to_the_desk_is_told_to_who_works_on_it_and_never_to_who_did_it(
    sent: Dossier, receiver: Actor, specialist: Actor, clerk: Actor, mother: Actor
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.claim(specialist, sent.id, version=now_at(sent))
    actions.request_supplement(specialist, sent.id, [actions.Point("Chụp rõ hơn")], version=now_at(sent))
    run_waiting()
    assert desk_news(specialist) == []
    actions.answer_supplement(mother, sent.id, text="Đã chụp lại", version=now_at(sent))
    run_waiting()
    assert desk_news(specialist) == [f"Hồ sơ {sent.code} đã được bổ sung"]
    actions.ask_fee(receiver, sent.id, amount=8000, reason="Lệ phí", version=now_at(sent))
    actions.settle_fee(clerk, sent.id, receipt_number="7", version=now_at(sent))
    run_waiting()
    assert desk_news(specialist)[0] == f"Hồ sơ {sent.code} đã nộp phí, lệ phí"
    assert desk_news(clerk) == [], "who recorded it knows"
    assert desk_news(receiver) == [], "not at the counter any more"


def told_together() -> int:
    """Tell what waits; in how many queries."""
    with CaptureQueriesContext(connection) as asked:
        deliver_together()
    return len(asked)


def test_many_submits_are_told_in_as_many_queries_as_one(
    mother: Actor, stranger: Actor, fill: Callable[..., Draft]
) -> None:
    run_waiting()
    actions.submit(mother, fill(mother).id, "1")
    once = told_together()
    several = [actions.submit(actor, fill(actor).id, key) for actor in (mother, stranger) for key in ("2", "3")]
    assert told_together() <= once
    for actor, sent in ((mother, several[:2]), (stranger, several[2:])):
        told = [one.title for one in notify.inbox(actor)[:2]]
        assert told == [f"Đã nhận hồ sơ {one.code}" for one in reversed(sent)]
