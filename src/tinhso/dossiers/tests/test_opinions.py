"""Another agency is asked for its opinion: content, a share of the time, its answer; who sees what, who is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tinhso.dossiers import actions, dues, escalation, queries
from tinhso.dossiers.actions import Answer, Question
from tinhso.dossiers.models import Attachment, Dossier, Draft, DuesRefresh, Opinion
from tinhso.dossiers.paperwork.contents import control
from tinhso.dossiers.queries.filtering import Cause, Filters
from tinhso.dossiers.tests.conftest import actor_of, now_at, picture
from tinhso.dossiers.tests.terms import given_term
from tinhso.kernel import clock, disclosure, measures, notify
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Stale
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor, Grant
from tinhso.people.models import Absence, Official, Post
from tinhso.places import queries as places
from tinhso.places.models import Agency

#: Rạch Giá, whose people the mother's commune asks.
ASKED = "30742"


@pytest.fixture
def other(cast: None) -> Agency:
    return places.agency_of_unit(ASKED, clock.today())


@pytest.fixture
def neighbour(other: Agency) -> Actor:
    """Who handles matters at the agency that is asked."""
    return replace(actor_of("rachgia.hotich"), grants=frozenset({Grant("specialist", other.pk)}))


@pytest.fixture
def at_work(mother: Actor, receiver: Actor, fill: Callable[..., Draft]) -> Dossier:
    """Received on Monday 9 November at 08:00 under a term of three working days: due on Thursday at 17:00."""
    given_term(kind="working_days", value=3)
    dossier = actions.submit(mother, fill(mother).id, "opinion")
    return actions.receive(receiver, dossier.id, version=now_at(dossier))


Ask = Callable[..., Opinion]


@pytest.fixture
def ask(specialist: Actor, at_work: Dossier, other: Agency, neighbour: Actor) -> Ask:
    def make(**more: Any) -> Opinion:
        said = {"text": "Có tranh chấp không?", "amount": 2, "agency": other.pk, **more}
        return actions.ask_opinion(specialist, at_work.id, Question(**said), version=now_at(at_work))

    return make


@pytest.fixture
def opinion(ask: Ask) -> Opinion:
    return ask()


AGREED = Answer("agrees", "Không có tranh chấp.")


def due(opinion: Opinion) -> str:
    return f"{clock.local(opinion.due):%d/%m %H:%M}"


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    # by hand: 07:30 is not yet; three hours until eleven, the fourth from one; days end at 17:00
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


def test_it_is_asked_answered_told_and_shown(
    opinion: Opinion, at_work: Dossier, specialist: Actor, neighbour: Actor, mother: Actor
) -> None:
    run_waiting()
    (told, *_rest) = notify.inbox(neighbour)
    assert told.title == f"Cơ quan bạn được hỏi ý kiến về hồ sơ {at_work.code}"
    assert "17:00, 11/11/2026" in told.body
    assert told.url == f"/ban-lam-viec/y-kien/{opinion.id}"
    (row,), _more = queries.opinions_waiting(neighbour)
    assert (row.id, row.code) == (opinion.id, at_work.code)
    with clock.pinned("2026-11-10T09:00:00+07:00"):
        actions.give_opinion(neighbour, opinion.id, replace(AGREED, reference="12/CV", file=("cv.png", picture())))
        run_waiting()
        assert notify.inbox(specialist)[0].title == f"Đã có ý kiến về hồ sơ {at_work.code}"
        assert queries.opinions_waiting(neighbour)[0] == []
        (shown,) = queries.dossier(specialist, at_work.id).opinions
    assert (shown.stance_words, shown.answer, shown.reference) == ("Đồng ý", "Không có tranh chấp.", "12/CV")
    assert shown.due.words == "Đã trả lời, đúng hạn"
    assert queries.opinion_file(specialist, at_work.id, opinion.id).content == picture()
    told_to_her = [(e.title, e.detail) for e in queries.timeline(mother, at_work.id) if "ý kiến" in e.title]
    name = places.names([opinion.agency_id])[opinion.agency_id]
    assert told_to_her == [
        (f"Lấy ý kiến {name}, trả lời trước 17:00, 11/11/2026", ""),
        (f"{name} đã cho ý kiến", ""),
    ]
    assert queries.dossier(mother, at_work.id).opinions == []


def test_who_is_asked_sees_what_was_chosen_and_nothing_else(
    ask: Ask, at_work: Dossier, neighbour: Actor, mother: Actor
) -> None:
    paper = Attachment.objects.get(dossier=at_work)
    opinion = ask(papers=[paper.id])
    sheet = queries.opinion_sheet(neighbour, opinion.id)
    assert ([one.id for one in sheet.papers], sheet.told) == ([paper.id], [])
    assert queries.opinion_paper(neighbour, opinion.id, paper.id).content == picture()
    for read in (queries.dossier, queries.timeline, queries.thread):
        with pytest.raises(NotFound):
            read(neighbour, at_work.id)
    take_disclosures()
    seen = disclosure.seen_by_others(mother.subject, limit=10)  # the person sees who read it, and what for
    read = {field for line in seen if "cho ý kiến" in line.purpose for field in line.fields}
    assert read == {"opinion", "opinion_papers"}
    actions.give_opinion(neighbour, opinion.id, AGREED)
    assert queries.opinion_sheet(neighbour, opinion.id).papers == []
    with pytest.raises(NotFound):
        queries.opinion_paper(neighbour, opinion.id, paper.id)


def test_the_answers_of_the_form_go_along_only_when_chosen(
    ask: Ask, at_work: Dossier, neighbour: Actor, mother: Actor
) -> None:
    told = queries.opinion_sheet(neighbour, ask(with_form=True).id).told
    assert "Nguyễn" in " ".join(row.words for row in told)
    take_disclosures()
    (line,) = [line for line in disclosure.seen_by_others(mother.subject, limit=10) if "cho ý kiến" in line.purpose]
    assert len(line.fields) == len(told) + 1
    asked = queries.question_words(mother, [at_work.id])[at_work.id]
    assert set(line.fields) - asked.keys() == {"opinion"}  # each question of the form by the name that has words


def test_an_answer_stops_whoever_would_decide_past_it(
    opinion: Opinion, at_work: Dossier, neighbour: Actor, specialist: Actor
) -> None:
    seen = now_at(at_work)
    sheet = actions.make_control_sheet(specialist, at_work.id)
    actions.give_opinion(neighbour, opinion.id, Answer("objects", "Đang tranh chấp."))
    with pytest.raises(Stale) as refused:
        actions.propose(specialist, at_work.id, version=seen)
    assert neighbour.name in refused.value.detail
    again = actions.make_control_sheet(specialist, at_work.id)  # on the same day, and it says otherwise
    assert again.id != sheet.id
    assert again.values["opinions"][0]["in_time"] == "đúng hạn"


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


def test_nobody_asks_while_the_result_is_being_signed(
    ask: Ask, at_work: Dossier, specialist: Actor, leader: Actor
) -> None:
    actions.propose(specialist, at_work.id, version=now_at(at_work))
    actions.sign(leader, at_work.id, version=now_at(at_work))
    with pytest.raises(Conflict):
        ask()


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


def test_what_ones_agency_answered_is_found_again_with_its_document(
    opinion: Opinion, neighbour: Actor, receiver: Actor
) -> None:
    actions.give_opinion(neighbour, opinion.id, replace(AGREED, file=("cv.png", picture())))
    (row,), _more = queries.opinions_given(neighbour)
    assert (row.id, row.stance_words, row.answered_by_name) == (opinion.id, "Đồng ý", neighbour.name)
    assert queries.own_opinion_file(neighbour, opinion.id).content == picture()
    with pytest.raises(NotFound):
        queries.own_opinion_file(receiver, opinion.id)


def test_a_reorganisation_between_looking_and_answering_is_noticed(
    opinion: Opinion, neighbour: Actor, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_args: Any) -> None:
        Opinion.objects.filter(id=opinion.id).update(agency=agency)

    monkeypatch.setattr("tinhso.dossiers.actions.opinions.stored", meanwhile)
    with pytest.raises(NotFound):
        actions.give_opinion(neighbour, opinion.id, replace(AGREED, file=("a.png", b"")))


def test_a_changed_calendar_moves_the_place_in_the_list(opinion: Opinion) -> None:
    Opinion.objects.update(due_at=clock.now())
    DuesRefresh.objects.all().delete()
    dues.refresh()
    opinion.refresh_from_db()
    assert opinion.due_at == opinion.due


def test_nobody_else_sees_or_answers(
    opinion: Opinion, at_work: Dossier, receiver: Actor, stranger: Actor, mother: Actor, specialist: Actor
) -> None:
    for actor in (receiver, stranger, mother, specialist):
        for act in (
            lambda a: queries.opinion_sheet(a, opinion.id),
            lambda a: actions.give_opinion(a, opinion.id, AGREED),
        ):
            with pytest.raises(NotFound):
                act(actor)
    with pytest.raises(Denied):
        actions.ask_opinion(receiver, at_work.id, Question("?", 1, party="Sở X"), version=now_at(at_work))
    opinion.refresh_from_db()
    assert opinion.answered_at is None


def test_the_applicant_who_works_there_does_not_answer_about_their_own(
    opinion: Opinion, mother: Actor, other: Agency
) -> None:
    both = replace(mother, grants=frozenset({Grant("leader", other.pk)}))
    with pytest.raises(NotFound):
        actions.give_opinion(both, opinion.id, AGREED)
    assert queries.opinions_waiting(both)[0] == []


def test_it_is_answered_once(opinion: Opinion, neighbour: Actor) -> None:
    actions.give_opinion(neighbour, opinion.id, AGREED)
    with pytest.raises(Conflict) as refused:
        actions.give_opinion(neighbour, opinion.id, Answer("objects", "Thôi"))
    assert refused.value.detail.startswith(f"{neighbour.name} đã trả lời")


def test_a_question_taken_back_is_gone_for_who_was_asked(
    opinion: Opinion, at_work: Dossier, specialist: Actor, neighbour: Actor
) -> None:
    with pytest.raises(Invalid):
        actions.take_back_opinion(specialist, at_work.id, opinion.id, reason=" ", version=now_at(at_work))
    actions.take_back_opinion(specialist, at_work.id, opinion.id, reason="Đã rõ", version=now_at(at_work))
    run_waiting()
    assert notify.inbox(neighbour)[0].title == f"Không cần ý kiến về hồ sơ {at_work.code} nữa"
    assert queries.opinions_waiting(neighbour)[0] == []
    assert queries.opinion_sheet(neighbour, opinion.id).question == ""
    with pytest.raises(Conflict) as refused:
        actions.give_opinion(neighbour, opinion.id, AGREED)
    assert "đã rút câu hỏi này" in refused.value.detail


def test_nothing_is_asked_or_answered_once_it_has_ended(
    ask: Ask, at_work: Dossier, mother: Actor, neighbour: Actor
) -> None:
    opinion = ask()
    actions.withdraw(mother, at_work.id, reason="", version=now_at(at_work))
    assert queries.opinions_waiting(neighbour)[0] == []
    with pytest.raises(Conflict):
        actions.give_opinion(neighbour, opinion.id, AGREED)
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


def test_somebody_outside_is_recorded_under_the_number_of_their_letter(
    ask: Ask, at_work: Dossier, specialist: Actor
) -> None:
    opinion = ask(agency=None, party="Viện X")
    with pytest.raises(Invalid) as refused:
        actions.record_opinion(specialist, at_work.id, opinion.id, AGREED)
    assert refused.value.fields.keys() == {"reference", "came_on"}
    answer = replace(AGREED, reference="7/VX", came_on=date(2026, 11, 11))
    with pytest.raises(Invalid):
        actions.record_opinion(specialist, at_work.id, opinion.id, answer)  # of a day that is yet to come
    with clock.pinned("2026-11-13T08:00:00+07:00"):  # written down late: what counts is the day on which it came
        actions.record_opinion(specialist, at_work.id, opinion.id, answer)
    (shown,) = queries.dossier(specialist, at_work.id).opinions
    assert (shown.asked_of, shown.outside, shown.due.words) == ("Viện X", True, "Đã trả lời, đúng hạn")
    told = [entry.title for entry in queries.timeline(specialist, at_work.id)]
    assert "Ghi lại ý kiến của Viện X, văn bản số 7/VX" in told
    (line,) = control(Dossier.objects.get(id=at_work.id), "")["opinions"]
    assert line["answered_by"] == f"{specialist.name} ghi lại văn bản số 7/VX, nhận ngày 11/11/2026"


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


def test_an_agency_of_the_house_is_not_answered_for(opinion: Opinion, at_work: Dossier, specialist: Actor) -> None:
    answer = replace(AGREED, reference="1", came_on=clock.today())
    with pytest.raises(Conflict):
        actions.record_opinion(specialist, at_work.id, opinion.id, answer)


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


def test_the_database_keeps_an_opinion_of_one_and_ended_once(opinion: Opinion) -> None:
    for wrong in ({"party": "Sở X"}, {"agency": None}, {"answered_at": clock.now(), "taken_back_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Opinion.objects.filter(id=opinion.id).update(**wrong)


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
