"""Another agency is asked for its opinion: who, what, for how long, and when not."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from tinhso.dossiers import actions
from tinhso.dossiers.actions import Question
from tinhso.dossiers.models import Attachment, Dossier, Opinion
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.tests.opinions.conftest import AGREED, Ask
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.kernel.policy import Actor
from tinhso.people.models import Absence, Official, Post
from tinhso.places import queries as places
from tinhso.places.models import Agency


def due(opinion: Opinion) -> str:
    return f"{clock.local(opinion.due):%d/%m %H:%M}"


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    # by hand, asked at eight: three hours until eleven, four from one to five, then from seven; days end at five
    [(4, "hours", "09/11 14:00"), (8, "hours", "10/11 08:00"), (1, "days", "10/11 17:00"), (3, "days", "12/11 17:00")],
)
def test_the_share_is_working_time_of_who_is_asked(ask: Ask, amount: int, unit: str, expected: str) -> None:
    assert due(ask(amount=amount, unit=unit)) == expected


def test_a_share_past_the_end_of_the_whole_is_refused(ask: Ask) -> None:
    with pytest.raises(Invalid) as refused:
        ask(amount=4)
    assert "17:00, 12/11/2026" in refused.value.fields["amount"]
    assert not Opinion.objects.exists()


def test_when_the_whole_is_late_already_its_end_bounds_nothing(ask: Ask) -> None:
    with clock.pinned("2026-11-16T08:00:00+07:00"):
        assert due(ask(amount=1)) == "17/11 17:00"


def test_the_legal_time_runs_on_meanwhile(ask: Ask, at_work: Dossier) -> None:
    before = at_work.due_at
    ask()
    at_work.refresh_from_db()
    assert at_work.due_at == before


def test_nobody_asks_while_the_result_is_being_signed(
    ask: Ask, at_work: Dossier, specialist: Actor, leader: Actor
) -> None:
    actions.propose(specialist, at_work.id, version=now_at(at_work))
    actions.sign(leader, at_work.id, version=now_at(at_work))
    with pytest.raises(Conflict):
        ask()


def test_not_before_receipt_nor_while_the_time_stands(
    ask: Ask, at_work: Dossier, leader: Actor, sent: Dossier, specialist: Actor
) -> None:
    actions.suspend(leader, at_work.id, reason="Chờ tòa", version=now_at(at_work))
    with pytest.raises(Conflict) as refused:
        ask()
    assert "đang dừng" in refused.value.detail
    with pytest.raises(Conflict) as refused:
        actions.ask_opinion(specialist, sent.id, Question("?", 1, party="Sở X"), version=now_at(sent))
    assert "chưa được tiếp nhận" in refused.value.detail


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agency": None}, "agency"),
        ({"party": "Sở X"}, "agency"),
        ({"agency": UUID(int=0)}, "agency"),
        ({"text": "  "}, "text"),
        ({"amount": None}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": 17, "unit": "hours"}, "amount"),
        ({"unit": "weeks"}, "amount"),
        ({"papers": [uuid4()]}, "papers"),
    ],
)
def test_a_question_that_says_too_little_is_refused(ask: Ask, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(**changed)
    assert list(refused.value.fields) == [field]


def test_ones_own_agency_and_one_without_anybody_are_not_asked(ask: Ask, agency: Agency) -> None:
    empty = places.agencies(clock.today()).exclude(id__in=Post.objects.values("agency")).first()
    assert empty is not None
    for asked in (agency, empty):
        with pytest.raises(Invalid):
            ask(agency=asked.pk)


def test_the_same_agency_is_not_asked_twice_at_a_time(ask: Ask, neighbour: Actor) -> None:
    actions.give_opinion(neighbour, ask().id, AGREED)
    ask()
    with pytest.raises(Conflict):
        ask()


def test_an_agency_that_can_answer_is_not_named_as_somebody_outside(ask: Ask, other: Agency, neighbour: Actor) -> None:
    Absence.objects.create(  # on leave they still can
        official=Official.objects.get(account=neighbour.account), valid_from=clock.today(), valid_to=clock.today()
    )
    with pytest.raises(Invalid) as refused:
        ask(agency=None, party=f"  {other.name.upper()} ")
    assert list(refused.value.fields) == ["party"]
    assert ask().agency_id == other.pk


def test_somebody_outside_is_shown_nothing_here(ask: Ask, at_work: Dossier) -> None:
    paper = Attachment.objects.get(dossier=at_work)
    for shown in ({"papers": [paper.id]}, {"with_form": True}):
        with pytest.raises(Invalid):
            ask(agency=None, party="Viện X", **shown)


def test_the_database_keeps_an_opinion_of_one_and_ended_once(opinion: Opinion) -> None:
    for wrong in ({"party": "Sở X"}, {"agency": None}, {"answered_at": clock.now(), "taken_back_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Opinion.objects.filter(id=opinion.id).update(**wrong)
