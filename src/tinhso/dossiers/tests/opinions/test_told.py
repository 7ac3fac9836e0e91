"""Who hears of an opinion and when, and what is counted and shown of its time."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tinhso.dossiers import actions, dues, escalation, queries, warning
from tinhso.dossiers.events import OpinionOverdue
from tinhso.dossiers.models import Dossier, DuesRefresh, Opinion
from tinhso.dossiers.pack import rules
from tinhso.dossiers.paperwork.contents import control
from tinhso.dossiers.queries.filtering import Cause, Filters
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.tests.opinions.conftest import AGREED, Ask
from tinhso.kernel import clock, measures, notify
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.people.models import Official, Post
from tinhso.places.models import Agency


def test_who_works_on_the_dossier_hears_when_who_asked_is_gone(
    opinion: Opinion, at_work: Dossier, neighbour: Actor, specialist: Actor, leader: Actor
) -> None:
    Post.objects.filter(official__account=specialist.account).delete()
    heir = Official.objects.get(account=leader.account)
    Post.objects.create(official=heir, agency=at_work.agency, role="specialist", valid_from=date(2020, 1, 1))
    actions.give_opinion(neighbour, opinion.id, AGREED)
    run_waiting()
    title = f"Đã có ý kiến về hồ sơ {at_work.code}"
    assert title in [notice.title for notice in notify.inbox(leader)]
    assert title not in [notice.title for notice in notify.inbox(specialist)]


def test_who_was_asked_hears_that_the_dossier_has_ended(
    opinion: Opinion, at_work: Dossier, neighbour: Actor, mother: Actor
) -> None:
    actions.withdraw(mother, at_work.id, reason="", version=now_at(at_work))
    for _again in range(2):
        escalation.warn()
    told = [notice.title for notice in notify.inbox(neighbour)]
    assert told.count(f"Không cần ý kiến về hồ sơ {at_work.code} nữa") == 1
    (line,) = control(Dossier.objects.get(id=at_work.id), "")["opinions"]
    assert line["in_time"] == "không cần nữa"


@pytest.mark.parametrize("who", ["specialist", "mother"])
def test_many_questions_cost_a_page_no_more(
    ask: Ask, at_work: Dossier, neighbour: Actor, who: str, request: pytest.FixtureRequest
) -> None:
    actor, costs = request.getfixturevalue(who), []
    for _more in range(3):
        actions.give_opinion(neighbour, ask(amount=1).id, AGREED)
        for page in (queries.dossier, queries.timeline):
            page(actor, at_work.id)  # the calendar is known to this process then
            with CaptureQueriesContext(connection) as asked:
                page(actor, at_work.id)
            costs.append((page.__name__, len(asked)))
    assert len(set(costs)) == 2, costs


def test_a_changed_calendar_moves_the_place_in_the_list(opinion: Opinion) -> None:
    Opinion.objects.update(due_at=clock.now())
    DuesRefresh.objects.all().delete()
    dues.refresh()
    opinion.refresh_from_db()
    assert opinion.due_at == opinion.due


def test_the_control_sheet_says_whether_it_was_in_time(opinion: Opinion, at_work: Dossier, neighbour: Actor) -> None:
    def line() -> tuple[str, str]:
        (one,) = control(Dossier.objects.get(id=at_work.id), "")["opinions"]
        return one["due_at"], one["in_time"]

    assert line() == ("17:00, ngày 11/11/2026", "chưa trả lời, trong hạn")
    with clock.pinned("2026-11-12T08:00:00+07:00"):
        assert line()[1] == "chưa trả lời, đã quá hạn"
        actions.give_opinion(neighbour, opinion.id, AGREED)
    assert line()[1] == "quá hạn"


def test_both_sides_are_told_in_time_each_once(
    opinion: Opinion, at_work: Dossier, specialist: Actor, neighbour: Actor, receiver: Actor
) -> None:
    def told(at: str) -> dict[str, list[str]]:
        with clock.pinned(at):
            escalation.warn()
            people = {"asked": neighbour, "asker": specialist, "counter": receiver}
            heard = {who: [n.title for n in notify.inbox(actor)] for who, actor in people.items()}
        return {who: [t for t in titles if "hạn" in t and "ý kiến" in t] for who, titles in heard.items()}

    code = at_work.code
    soon = [f"Sắp hết hạn cho ý kiến về hồ sơ {code}"]
    assert told("2026-11-11T08:00:00+07:00") == {"asked": [], "asker": [], "counter": []}
    assert told("2026-11-11T15:00:00+07:00") == {"asked": soon, "asker": [], "counter": []}
    late = [f"Hồ sơ {code}: nơi được hỏi quá hạn cho ý kiến"]
    for again in ("2026-11-12T08:00:00+07:00", "2026-11-12T09:00:00+07:00"):
        assert told(again) == {"asked": soon, "asker": late, "counter": late}


def test_one_who_was_asked_for_hours_is_not_hurried_at_once(ask: Ask, neighbour: Actor) -> None:
    ask(amount=3, unit="hours")  # the rule tells four hours before the end
    escalation.warn()
    run_waiting()
    assert len(notify.inbox(neighbour)) == 1


@pytest.mark.parametrize(
    ("share", "at", "points"),
    [
        ({"amount": 2}, "2026-11-10T16:00", 2),
        ({"amount": 2}, "2026-11-11T16:00", 1),
        ({"amount": 2}, "2026-11-12T08:00", 0),
        ({"amount": 4, "unit": "hours"}, "2026-11-09T13:00", 2),
        ({"amount": 4, "unit": "hours"}, "2026-11-09T13:30", 1),
        ({"amount": 4, "unit": "hours"}, "2026-11-09T14:30", 0),
        ({"amount": 2}, "", 0),
    ],
)
def test_criterion_two_counts_the_share_for_who_was_asked(
    ask: Ask, neighbour: Actor, other: Agency, share: dict[str, Any], at: str, points: int
) -> None:
    # Circular 01/2018/TT-VPCP, art. 13: 2 shorter, 1 equal, 0 longer; never answered is no better than late
    opinion = ask(**share)
    with clock.pinned(f"{at or '2026-11-12T08:00'}:00+07:00"):
        if at:
            actions.give_opinion(neighbour, opinion.id, AGREED)
        for _again in range(2):
            escalation.warn()
        run_waiting()
        counted = measures.breakdown("dossiers.criterion_2", "scope", 2026)[other.pk]
    assert (counted.numerator, counted.denominator, counted.unverified) == (points, 1, 1)


def test_the_board_says_that_another_agency_keeps_it_waiting(
    opinion: Opinion, at_work: Dossier, specialist: Actor, neighbour: Actor
) -> None:
    with clock.pinned("2026-11-13T08:00:00+07:00"):  # the share ended on Wednesday, the whole on Thursday
        asked = Filters(cause=Cause.ASKED, due="late")
        assert queries.board(specialist).why == {Cause.ASKED: 1}
        assert [row.code for row in queries.inbox(specialist, asked)[0]] == [at_work.code]
        actions.give_opinion(neighbour, opinion.id, AGREED)
        assert queries.board(specialist).why == {Cause.UNCLAIMED: 1}
        assert queries.inbox(specialist, asked)[0] == []


def test_what_is_answered_while_others_are_told_is_not_told_of(
    opinion: Opinion, at_work: Dossier, mother: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warning, "AT_ONCE", 1)  # the first is told in a transaction of its own
    second = Opinion.objects.create(
        dossier=at_work,
        number=2,
        party="Viện X",
        question="?",
        amount=2,
        unit="days",
        asked_by=opinion.asked_by,
        due_at=opinion.due_at,
    )

    def holding(_agency: UUID, _role: str) -> set[UUID]:
        Opinion.objects.filter(id=second.id).update(answered_at=clock.now())
        return {opinion.asked_by_id}

    with clock.pinned("2026-11-12T08:00:00+07:00"):
        late = [rule for rule in rules() if rule.id == "opinion_late"]
        assert warning.warn(late, clock.now(), clock.now() - escalation.LATELY, holding) == 1
    overdue = [h.event.opinion for h in history(f"dossier:{at_work.id}") if isinstance(h.event, OpinionOverdue)]
    assert overdue == [opinion.id]
    second.refresh_from_db()
    assert second.warned == []
