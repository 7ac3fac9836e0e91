"""Who is asked sees what was chosen, and answers once; nobody else does."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions import Answer, Question
from tinhso.dossiers.models import Attachment, Dossier, Opinion
from tinhso.dossiers.paperwork.contents import control
from tinhso.dossiers.tests.conftest import now_at, picture
from tinhso.dossiers.tests.opinions.conftest import AGREED, Ask
from tinhso.kernel import clock, disclosure, notify
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Stale
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor, Grant
from tinhso.places import queries as places
from tinhso.places.models import Agency


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


def test_an_agency_of_the_house_is_not_answered_for(opinion: Opinion, at_work: Dossier, specialist: Actor) -> None:
    answer = replace(AGREED, reference="1", came_on=clock.today())
    with pytest.raises(Conflict):
        actions.record_opinion(specialist, at_work.id, opinion.id, answer)
