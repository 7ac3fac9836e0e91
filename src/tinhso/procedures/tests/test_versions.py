"""A procedure is law from one day to another; what was published stays."""

import copy as copying
from datetime import date, timedelta

import pytest
from django.test import Client

from tinhso.kernel.errors import NotFound
from tinhso.procedures import queries
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.publishing import publish

pytestmark = pytest.mark.django_db
CODE = "1.001193"
OLD, NEW = date(2022, 9, 5), date(2026, 9, 5)


@pytest.fixture
def new_procedure() -> ProcedureVersion:
    definition = copying.deepcopy(queries.procedure(CODE, NEW).definition)
    definition |= {"code": "9.999999", "name": "Thủ tục thử", "title": "Thủ tục thử", "keywords": []}
    return publish(definition, date(2025, 7, 1), None)


def test_each_day_has_the_version_of_its_law() -> None:
    before, after = queries.procedure(CODE, OLD), queries.procedure(CODE, NEW)

    assert before.valid_to == date(2025, 6, 30)
    assert after.valid_from == date(2025, 7, 1)
    assert any("61/2018" in basis.text for basis in before.spec.legal_basis)
    assert any("118/2025" in basis.text and not basis.verified for basis in after.spec.legal_basis)


def test_before_the_first_law_there_is_none() -> None:
    with pytest.raises(NotFound):
        queries.procedure(CODE, date(2018, 6, 20))


@pytest.mark.parametrize(
    "text", ["khai sinh", "KHAI SINH", "dang ky khai sinh", "Đăng ký", "sinh con", CODE, "giay khai"]
)
def test_search_finds_with_and_without_marks(text: str) -> None:
    assert CODE in [hit.version.code for hit in queries.search(text, NEW)]


def test_search_finds_nothing_for_other_words() -> None:
    assert queries.search("%_ qwrtp", NEW) == []


def test_the_same_content_is_published_once(new_procedure: ProcedureVersion) -> None:
    again = publish(new_procedure.definition, new_procedure.valid_from, None)

    assert again.id == new_procedure.id


def test_a_correction_is_a_new_revision_and_the_old_one_stays(new_procedure: ProcedureVersion) -> None:
    corrected = publish({**new_procedure.definition, "summary": "Sửa lời"}, new_procedure.valid_from, None)

    assert corrected.revision == 2
    assert queries.procedure("9.999999", NEW).id == corrected.id
    assert queries.version(new_procedure.id).spec.summary != "Sửa lời"
    assert [v.revision for v in queries.procedures_on(NEW) if v.code == "9.999999"] == [2]


def test_a_law_that_ends_closes_its_period(new_procedure: ProcedureVersion) -> None:
    last = date(2027, 12, 31)
    publish(new_procedure.definition, new_procedure.valid_from, last)

    assert queries.procedure("9.999999", last).id == new_procedure.id
    with pytest.raises(NotFound):
        queries.procedure("9.999999", last + timedelta(days=1))


def test_the_list_reads_no_definitions(django_assert_num_queries: object) -> None:
    queries.procedures_on(NEW)  # this process may have to read the catalogue anew
    with django_assert_num_queries(1):  # type: ignore[operator]
        names = [(version.code, version.name) for version in queries.procedures_on(NEW)]

    assert (CODE, "Đăng ký khai sinh") in names


def test_the_api_lists_and_finds(client: Client) -> None:
    found = client.get("/api/v1/procedures", {"q": "khai sinh", "on": "2022-09-05"}).json()

    assert found["items"][0]["code"] == CODE
    assert found["items"][0]["valid_to"] == "2025-06-30"
    assert found["next_cursor"] is None
    assert client.get("/api/v1/procedures", {"q": "qwrtp"}).json()["items"] == []


def test_the_api_tells_all_of_a_procedure(client: Client) -> None:
    answer = client.get(f"/api/v1/procedures/{CODE}", {"on": "2026-09-05"})
    found = answer.json()

    assert answer.status_code == 200
    assert found["deadline"]["kind"] == "same_day"
    assert found["deadline"]["verified"] is True
    assert found["fee"] == {**found["fee"], "amount": None, "verified": False}
    assert [topic["name"] for topic in found["topics"]] == ["applicant", "child", "parents", "papers", "review"]
    assert found["topics"][1]["form"]["required"]
    assert [step["role"] for step in found["steps"] if step["kind"] == "sign"] == ["leader"]
    assert {c["code"] for c in found["components"]} >= {"declaration", "birth_paper"}


@pytest.mark.parametrize("code", ["1.000000", CODE])
def test_what_is_not_law_on_that_day_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/api/v1/procedures/{code}", {"on": "2010-01-01"}).status_code == 404


@pytest.mark.parametrize("address", ["/thu-tuc?q=%00khai", "/api/v1/procedures?q=%00khai"])
def test_a_nul_byte_in_a_search_is_passed_over(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def test_a_nul_byte_in_a_code_leads_nowhere(client: Client) -> None:
    assert client.get("/thu-tuc/9%00").status_code == 404
