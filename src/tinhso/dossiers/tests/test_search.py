"""Search: without marks, by any word, only what one may see, said when cut, and noted."""

from typing import Any

import pytest

from tinhso.dossiers import actions, queries, searching
from tinhso.dossiers.models import Dossier, SearchWords
from tinhso.dossiers.tests.conftest import actor_of
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Denied
from tinhso.kernel.policy import Actor

pytestmark = pytest.mark.django_db


def found(actor: Actor, said: str, **more: Any) -> list[str]:
    return [hit.code for hit in queries.search(actor, said, **more).rows]


@pytest.mark.parametrize(
    "said",
    [
        "Nguyễn Thị Bé Ba",
        "nguyen thi be ba",
        "ba be",  # in any order
        "NGUYỄN THỊ BÉ B",  # the last word unfinished
        "Trần Minh Khôi",
        "091198004127",  # what she wrote: her identity number
        "trung tam y te kien hai",
        "Nguye\u0302\u0303n Thị",  # composed of separate marks
    ],
)
def test_a_dossier_is_found_by_names_and_content_without_marks(sent: Dossier, receiver: Actor, said: str) -> None:
    if said.endswith(" B"):
        said += "e"
    assert found(receiver, said) == [sent.code]


def test_a_dossier_is_found_by_its_code_or_a_part_of_it(sent: Dossier, receiver: Actor) -> None:
    parts = sent.code.split("-")
    for said in (
        sent.code,
        sent.code.lower(),
        parts[-1],
        " ".join(parts[-2:]),
        sent.code.replace("-", "").replace(".", ""),
    ):
        assert found(receiver, said) == [sent.code], said


@pytest.mark.parametrize(
    "said", ["", "   ", "'; DROP TABLE x --", "& | !", "khong co tu nay", "\x00", "<b>", "a:*", "(" * 300, "ag" * 80]
)
def test_what_is_not_there_or_no_word_finds_nothing_and_breaks_nothing(
    sent: Dossier, receiver: Actor, said: str
) -> None:
    assert found(receiver, said) == []


def test_nobody_finds_what_they_may_not_see_and_no_number_tells(sent: Dossier, mother: Actor) -> None:
    elsewhere = actor_of("rachgia.tiepnhan")
    said = queries.search(elsewhere, "nguyen thi be ba")
    assert (said.rows, said.next, said.capped) == ([], None, False)
    agency = sent.agency_id
    assert found(elsewhere, "nguyen", agency=agency) == []
    assert found(elsewhere, f"ag{agency.hex} nguyen") == []  # the index's own word of the agency opens nothing
    with pytest.raises(Denied):
        queries.search(mother, "nguyen")


def test_ones_own_dossier_is_not_found_at_ones_desk(sent: Dossier, receiver: Actor, mother: Actor) -> None:
    Dossier.objects.filter(id=sent.id).update(applicant_account_id=receiver.account)
    assert found(receiver, "nguyen") == []
    Dossier.objects.filter(id=sent.id).update(applicant_account_id=mother.account)
    assert found(receiver, "nguyen") == [sent.code]


def test_candidates_are_capped_and_it_is_said(
    sent: Dossier, mother: Actor, receiver: Actor, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [actions.submit(mother, fill(mother).id, f"more-{n}").code for n in range(2)]
    full = queries.search(receiver, "nguyen", limit=2)
    assert ([hit.code for hit in full.rows], full.capped) == (others[::-1], False)
    rest = queries.search(receiver, "nguyen", limit=2, cursor=full.next)
    assert ([hit.code for hit in rest.rows], rest.next) == ([sent.code], None)
    monkeypatch.setitem(queries.search.__globals__, "CANDIDATES", 2)
    cut = queries.search(receiver, "nguyen")
    assert (len(cut.rows), cut.capped) == (2, True)


def test_what_a_search_shows_is_in_the_disclosure_log(sent: Dossier, receiver: Actor, mother: Actor) -> None:
    queries.search(receiver, "be ba")
    queries.search(receiver, "trung tam y te")
    take_disclosures()
    inside, named = seen_by_others(mother.subject)[:2]
    assert {inside.purpose, named.purpose} == {"Tìm kiếm hồ sơ ở bàn làm việc"}
    assert "dossiers.Dossier.data" in inside.fields
    assert "dossiers.Dossier.data" not in named.fields
    assert inside.record == f"dossier:{sent.id}"


def test_words_follow_the_dossier(sent: Dossier, receiver: Actor) -> None:
    data = {**sent.data, "child": {**sent.data["child"], "home_place": "xã Thổ Châu"}}
    Dossier.objects.filter(id=sent.id).update(data=data)
    assert found(receiver, "tho chau") == [sent.code]
    other = actor_of("rachgia.tiepnhan")
    theirs = next(iter(other.grants)).scope
    Dossier.objects.filter(id=sent.id).update(agency_id=theirs)
    assert found(receiver, "tho chau") == []
    assert found(other, "tho chau") == [sent.code]


def test_words_left_out_of_a_bulk_load_are_filled_in(sent: Dossier, receiver: Actor) -> None:
    before = SearchWords.objects.get(dossier=sent).words
    SearchWords.objects.all().delete()
    assert found(receiver, "nguyen") == []
    assert (searching.fill(), searching.fill()) == (1, 0)
    assert SearchWords.objects.get(dossier=sent).words == before


def test_a_search_costs_seven_queries(
    sent: Dossier, mother: Actor, receiver: Actor, fill: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(2):
        actions.submit(mother, fill(mother).id, f"more-{n}")
    queries.search(receiver, "nguyen")
    with django_assert_max_num_queries(7):
        assert len(found(receiver, "nguyen")) == 3
