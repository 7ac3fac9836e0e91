"""Who finds, sees and prints which papers, on pages and over the API."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.paperwork import Period
from tinhso.dossiers.queries import IssuedFilters
from tinhso.dossiers.tests.conftest import actor_of
from tinhso.dossiers.tests.papers.reading import asked, paper
from tinhso.dossiers.tests.test_api import Caller
from tinhso.kernel import clock
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import NotFound
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.places.models import Agency


def test_somebody_elses_papers_are_not_there(
    received: Dossier, mother: Actor, stranger: Actor, receiver: Actor, specialist: Actor, agency: Agency
) -> None:
    elsewhere = actor_of("rachgia.tiepnhan")
    receipt, sheet = paper(received, "receipt"), actions.make_control_sheet(specialist, received.id)
    book = actions.make_tracking_book(receiver, Period(agency.id, 2026))
    tries: list[Callable[[Actor], object]] = [
        lambda who: queries.issued_file(who, receipt.id),
        lambda who: queries.issued_file(who, sheet.id),
        lambda who: queries.issued_file(who, book.id),
        lambda who: queries.issued_of_dossier(who, received.id),
        lambda who: queries.tracking_book(who, Period(agency.id, 2026)),
        lambda who: queries.to_hand_over(who, agency.id, date(2026, 11, 9)),
        lambda who: actions.print_paper(who, receipt.id),
        lambda who: actions.make_control_sheet(who, received.id),
        lambda who: actions.make_tracking_book(who, Period(agency.id, 2026)),
        lambda who: actions.make_hand_over_list(who, agency.id, [received.id], to="x"),
    ]
    for who in (stranger, elsewhere):
        for attempt in tries:
            with pytest.raises(NotFound):
                attempt(who)
    assert queries.issued(elsewhere, IssuedFilters())[0] == []
    # the applicant has the papers made for her, and none of the office's own
    assert [one.kind for one in queries.issued_of_dossier(mother, received.id)] == ["receipt"]
    for attempt in tries[1:3]:
        with pytest.raises(NotFound):
            attempt(mother)
    mine = places.agency_of_unit("30742", clock.today())
    with pytest.raises(NotFound):  # a list of another agency's dossiers
        actions.make_hand_over_list(elsewhere, mine.id, [received.id], to="x")


def test_papers_of_ones_own_dossier_are_in_no_list_of_the_desk_under_whatever_account(
    received: Dossier, receiver: Actor, mother: Actor, agency: Agency
) -> None:
    same = replace(receiver, subject=mother.subject, assured=True)
    for actor, seen in ((receiver, True), (same, False)):
        assert any(row.dossier == received.id for row in queries.issued(actor, IssuedFilters())[0]) is seen
        assert (
            any(line.dossier == received.id for line in queries.to_hand_over(actor, agency.pk, date(2026, 11, 9)))
            is seen
        )
    actions.make_hand_over_list(receiver, agency.pk, [received.id], to="Phòng chuyên môn")
    assert [row.code for row in queries.issued(same, IssuedFilters())[0]] == [""]  # the office's own list stays


def test_papers_are_found_by_number_kind_day_and_code(
    received: Dossier, specialist: Actor, receiver: Actor, django_assert_num_queries: Any
) -> None:
    asked(received, specialist)

    def kinds_of(**filters: Any) -> list[str]:
        return [row.kind for row in queries.issued(receiver, IssuedFilters(**filters))[0]]

    assert sorted(kinds_of()) == ["receipt", "supplement"]
    assert kinds_of(kind="receipt") == ["receipt"]
    assert len(kinds_of(number="1/2026")) == len(kinds_of(code=received.code.lower())) == 2
    assert kinds_of(number="2") == kinds_of(number="1/2025") == kinds_of(number="x'1") == kinds_of(code="\x00") == []
    assert kinds_of(since=date(2026, 11, 10)) == kinds_of(until=date(2026, 11, 8)) == []
    assert sorted(kinds_of(until=date.max)) == sorted(kinds_of(since=date(1, 1, 1))) == ["receipt", "supplement"]
    with django_assert_num_queries(1):
        queries.issued(receiver, IssuedFilters())
    first, cursor = queries.issued(receiver, IssuedFilters(), None, 1)
    second, end = queries.issued(receiver, IssuedFilters(), cursor, 1)
    assert {first[0].kind, second[0].kind} == {"receipt", "supplement"}
    assert end is None


def test_the_api_lists_hands_out_prints_and_notes_the_reading(
    calls: Callable[[Actor], Caller],
    received: Dossier,
    mother: Actor,
    receiver: Actor,
    agency: Agency,
) -> None:
    desk, me = calls(receiver), calls(mother)
    take_disclosures()
    assert mother.subject is not None
    before = len(seen_by_others(mother.subject))
    (row,) = desk.get("/issued-papers?kind=receipt&number=1/2026").json()["items"]
    assert (row["code"], row["state"]) == (received.code, "waiting")
    path = f"/issued-papers/{row['id']}"
    assert desk.get(path)["Content-Type"] == me.get(path)["Content-Type"] == "application/pdf"
    assert desk.send("POST", f"{path}/prints").content.startswith(b"%PDF")
    assert me.send("POST", f"{path}/prints").status_code == 403
    take_disclosures()
    assert len(seen_by_others(mother.subject)) == before + 2, "read, and printed"
    sheet = desk.send("POST", f"/dossiers/{received.id}/control-sheets")
    assert (sheet.status_code, sheet.json()["kind"]) == (201, "control")
    body = {"agency": str(agency.id), "dossiers": [str(received.id)], "to": "Chuyên môn"}
    assert desk.send("POST", "/hand-over-lists", body).status_code == 201
    order = {"agency": str(agency.id), "year": 2026, "format": "xlsx"}
    assert desk.send("POST", "/tracking-books", order).status_code == 202
    lines = desk.get(f"/tracking-book?agency={agency.id}&year=2026").json()["items"]
    assert [line["code"] for line in lines] == [received.code]
    assert [one["kind"] for one in me.get(f"/dossiers/{received.id}/issued-papers").json()] == ["receipt"]
