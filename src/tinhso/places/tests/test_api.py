from datetime import date

import pytest

from tinhso.kernel import clock

pytestmark = pytest.mark.django_db


def walk(client, address):
    items, cursor = [], ""
    while cursor is not None:
        page = client.get(address + (f"&cursor={cursor}" if cursor else "")).json()
        items += page["items"]
        cursor = page["next_cursor"]
    return items


@pytest.mark.parametrize("limit", [7, 50, 144, 200])
def test_all_communes_of_a_day_across_pages(client, limit):
    items = walk(client, f"/api/v1/units?on=2022-08-26&level=commune&province=91&limit={limit}")
    codes = [item["code"] for item in items]
    assert len(codes) == len(set(codes)) == 144
    assert codes == sorted(codes)
    hon_tre = next(item for item in items if item["code"] == "31108")
    assert hon_tre | {"name": "Xã Hòn Tre", "level": "commune", "parent_code": "912"} == hon_tre
    assert (hon_tre["valid_from"], hon_tre["valid_to"]) == ("2022-08-26", "2025-06-30")


def test_a_page_costs_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(client.get("/api/v1/units?on=2022-08-26&limit=200").json()["items"]) == 160


def test_a_unit_costs_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        body = client.get("/api/v1/units/30742?on=2025-03-01").json()
    assert [u["name"] for u in body["predecessors"]] == ["Phường Vĩnh Thanh Vân", "Phường Vĩnh Bảo"]
    assert [u["name"] for u in body["successors"]] == ["Phường Rạch Giá"]
    assert [u["code"] for u in body["ancestors"]] == ["899", "91"]


def test_successors_of_a_day(client):
    found = client.get("/api/v1/units/30730/successors?on=2022-08-26&at=2026-01-01").json()["items"]
    assert [u["name"] for u in found] == ["Phường Rạch Giá"]


def test_without_a_day_it_is_today(client):
    with clock.pinned("2025-02-01"):
        assert client.get("/api/v1/units/30742").json()["name"] == "Phường Vĩnh Thanh Vân"
    with clock.pinned("2024-02-01"):
        assert client.get("/api/v1/units/30742").json()["name"] == "Phường Vĩnh Bảo"


def test_agencies_of_a_unit(client):
    found = client.get("/api/v1/agencies?on=2022-09-05&unit=31108").json()["items"]
    assert [(a["name"], a["parent_code"]) for a in found] == [("Ủy ban nhân dân xã Hòn Tre", "H33.912")]


def test_agencies_are_counted_as_the_pack_has_them(client):
    before = walk(client, f"/api/v1/agencies?on={date(2022, 9, 5)}&limit=100")
    after = walk(client, f"/api/v1/agencies?on={date(2026, 1, 1)}&limit=100")
    assert (len(before), len(after)) == (1 + 5 + 15 + 144, 1 + 48)


@pytest.mark.parametrize(
    ("address", "status", "pointer"),
    [
        ("/api/v1/units?on=2022-13-40", 422, "#/on"),
        ("/api/v1/units?on=0", 422, "#/on"),
        ("/api/v1/units?level=village", 422, "#/level"),
        ("/api/v1/units?limit=9999", 422, "#/limit"),
        ("/api/v1/units?cursor=nonsense", 422, "#/cursor"),
        ("/api/v1/units?province=91'--", 422, "#/province"),
        ("/api/v1/units/30730?on=2025-03-01", 404, None),
        ("/api/v1/units/%00", 422, "#/code"),
        ("/api/v1/nothing/here", 404, None),
    ],
)
def test_bad_questions_get_a_problem_in_words(client, address, status, pointer):
    answer = client.get(address)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["detail"]
    assert [e["pointer"] for e in body.get("errors", [])] == ([pointer] if pointer else [])
