"""The tracking book and the hand-over lists."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.paperwork import Period, drawing
from tinhso.dossiers.paperwork.contents import NO_TERM
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.dossiers.tests.papers.reading import has, printed
from tinhso.dossiers.tests.test_receipt import text_of
from tinhso.kernel import clock
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency
from tinhso.procedures import queries as procedures


def test_the_tracking_book_numbers_every_received_dossier_and_filters(
    received: Dossier, mother: Actor, fill: Any, receiver: Actor, specialist: Actor, agency: Agency
) -> None:
    other = actions.submit(mother, fill(mother).id, "no receipt")
    with clock.pinned("2026-11-10T09:00:00+07:00"):
        actions.receive(receiver, other.id, version=now_at(other))
        actions.refuse(specialist, other.id, "not_competent", text="Sai nơi", version=now_at(other))

        def numbers(**more: Any) -> list[int]:
            return [line.number for line in queries.tracking_book(receiver, Period(agency.id, 2026, **more))[0]]

        assert numbers() == [2, 1]
        assert numbers(until=date(2026, 11, 9)) == [1]
        assert numbers(until=date.max) == [2, 1]
        assert numbers(since=date(2026, 11, 10)) == [2]
        assert numbers(state="late") == numbers(state="open") == [1]
        assert numbers(state="done") == [2]
        assert queries.tracking_book(receiver, Period(agency.id, 2025))[0] == []
        with pytest.raises(Invalid):
            numbers(since=date(2026, 11, 10), until=date(2026, 11, 9))


def test_the_book_holds_nobody_to_a_term_that_nobody_verified(
    received: Dossier, receiver: Actor, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,), _next = queries.tracking_book(receiver, Period(agency.id, 2026))
    assert line.due_at is not None
    unsure = replace(received.procedure_version.spec.deadline, unverified=True)
    monkeypatch.setattr(Dossier, "deadline", unsure)
    monkeypatch.setattr(procedures, "untimed_versions", lambda: frozenset({received.procedure_version_id}))
    with clock.pinned("2026-11-12T09:00:00+07:00"):
        (line,), _next = queries.tracking_book(receiver, Period(agency.id, 2026))
        assert (line.due_at, line.outcome) == (None, "Thời hạn chưa kiểm chứng")
        assert queries.tracking_book(receiver, Period(agency.id, 2026, state="late"))[0] == []
    made = actions.make_control_sheet(receiver, received.id)
    assert made.values["due_at"] == NO_TERM


def test_whose_name_the_book_shows_reads_that_it_did(
    received: Dossier, mother: Actor, receiver: Actor, agency: Agency
) -> None:
    queries.tracking_book(receiver, Period(agency.id, 2026))
    take_disclosures()
    assert mother.subject is not None
    assert seen_by_others(mother.subject)[0].purpose == "Xem sổ theo dõi hồ sơ"


def test_the_tracking_book_is_exported_by_a_job_and_whoever_stands_in_it_sees_that(
    received: Dossier, mother: Actor, receiver: Actor, agency: Agency
) -> None:
    take_disclosures()
    assert mother.subject is not None
    before = len(seen_by_others(mother.subject))
    made = actions.make_tracking_book(receiver, Period(agency.id, 2026), format="xlsx")
    pdf = actions.make_tracking_book(receiver, Period(agency.id, 2026))
    assert drawing.draw_waiting(100) == 3
    file = queries.issued_file(receiver, made.id)
    assert file.name.endswith(".xlsx")
    assert file.content.startswith(b"PK")
    text = text_of(queries.issued_file(receiver, pdf.id).content)
    assert not has(text, "Sổ theo dõi hồ sơ", received.code, "Nguyễn Thị Bé Ba", "17:00 09/11/2026", "Tổng số: 1 dòng")
    take_disclosures()
    assert len(seen_by_others(mother.subject)) == before + 2
    queries.issued_file(actor_of("hontre.hotich"), pdf.id)  # a colleague opens what another ordered
    take_disclosures()
    assert len(seen_by_others(mother.subject)) == before + 3
    with pytest.raises(Conflict):
        actions.print_paper(receiver, made.id)
    with pytest.raises(Invalid):
        actions.make_tracking_book(receiver, Period(agency.id, 2025))


def test_a_hand_over_list_takes_each_dossier_once(received: Dossier, receiver: Actor, agency: Agency) -> None:
    assert [line.code for line in queries.to_hand_over(receiver, agency.id, date(2026, 11, 9))] == [received.code]
    made = actions.make_hand_over_list(receiver, agency.id, [received.id], to="Bộ phận tư pháp")
    assert queries.to_hand_over(receiver, agency.id, date(2026, 11, 9)) == []
    text = printed(made)
    assert not has(text, "Danh sách bàn giao hồ sơ", received.code, receiver.name, "Bộ phận tư pháp", "1 hồ sơ")
    with pytest.raises(Conflict) as twice:
        actions.make_hand_over_list(receiver, agency.id, [received.id], to="Nơi khác")
    assert "số 1/2026" in str(twice.value.detail)
    with pytest.raises(Invalid):
        actions.make_hand_over_list(receiver, agency.id, [], to="Nơi khác")
