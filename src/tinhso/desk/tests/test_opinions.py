"""Opinions at the desk: what is decided on is seen, and nothing typed is lost when somebody else was first."""

import html
from uuid import UUID

import pytest

from tinhso.desk.tests.test_cashier import head_of
from tinhso.desk.tests.test_desk import address, desk_of
from tinhso.dossiers import actions
from tinhso.dossiers.actions import Answer, Question
from tinhso.dossiers.models import Dossier, Opinion
from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    actor_of,
    agency,
    cast,
    fill,
    leader,
    monday,
    mother,
    now_at,
    receiver,
    sent,
    specialist,
)
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places

LONG = "Thửa đất này đang có tranh chấp ranh giới, chưa hòa giải xong."


@pytest.fixture
def opinion(sent: Dossier, receiver: Actor, specialist: Actor) -> Opinion:  # noqa: F811
    """Rạch Giá is asked, for an hour."""
    actions.receive(receiver, sent.id, version=now_at(sent))
    asked = places.agency_of_unit("30742", clock.today()).pk
    question = Question("Có tranh chấp không?", 1, "hours", agency=asked)
    return actions.ask_opinion(specialist, sent.id, question, version=now_at(sent))


def answering(opinion_id: UUID) -> str:
    return f"/ban-lam-viec/y-kien/{opinion_id}"


def test_who_proposes_and_who_signs_sees_what_is_open_and_who_objects(
    opinion: Opinion,
    sent: Dossier,  # noqa: F811
    specialist: Actor,  # noqa: F811
) -> None:
    actions.propose(specialist, sent.id, version=now_at(sent))
    sign, head = address(sent, "sign"), head_of("hontre")
    assert "Ủy ban nhân dân phường Rạch Giá: chưa cho ý kiến." in head.get(sign).content.decode()
    actions.give_opinion(actor_of("rachgia.hotich"), opinion.id, Answer("objects", LONG))
    page = head.get(sign).content.decode()
    assert "Ủy ban nhân dân phường Rạch Giá: không đồng ý." in page
    assert LONG in page


@pytest.mark.parametrize("first", ["answered", "taken back"])
def test_what_was_typed_is_shown_to_who_comes_second(
    opinion: Opinion,
    sent: Dossier,  # noqa: F811
    specialist: Actor,  # noqa: F811
    first: str,
) -> None:
    if first == "answered":
        actions.give_opinion(actor_of("rachgia.phochutich"), opinion.id, Answer("agrees", "Không."))
    else:
        actions.take_back_opinion(specialist, sent.id, opinion.id, reason="Đã rõ", version=now_at(sent))
    late = desk_of("rachgia.hotich").post(answering(opinion.id), {"stance": "objects", "text": LONG})
    assert late.status_code == 409
    shown = html.unescape(late.content.decode())
    assert LONG in shown
    assert ("đã trả lời" if first == "answered" else "đã rút câu hỏi này") in shown


def test_who_takes_back_too_late_is_told_and_keeps_the_words(opinion: Opinion, sent: Dossier) -> None:  # noqa: F811
    actions.give_opinion(actor_of("rachgia.hotich"), opinion.id, Answer("agrees", "Không."))
    sent_back = {"act": "take_back", "reason": "Không cần nữa vì đã rõ", "version": now_at(sent)}
    late = desk_of("hontre.hotich").post(f"{address(sent)}/y-kien/{opinion.id}", sent_back)
    assert late.status_code == 409
    shown = html.unescape(late.content.decode())
    assert "đã trả lời" in shown
    assert "Không cần nữa vì đã rõ" in shown
