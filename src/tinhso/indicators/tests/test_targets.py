"""The board, its exports and its API: the same targets everywhere, found and filtered."""

import csv
import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from tinhso.indicators.exports import csv_of
from tinhso.indicators.models import Target
from tinhso.indicators.queries import targets
from tinhso.kernel import clock
from tinhso.kernel.policy import ANONYMOUS

pytestmark = pytest.mark.django_db
API = "/api/v1/strategy/targets"


def walk(client: Client, address: str) -> list[dict]:
    """All items of a paged list."""
    items, cursor = [], ""
    while True:
        body = client.get(address + (f"&cursor={cursor}" if cursor else "")).json()
        items += body["items"]
        cursor = body["next_cursor"]
        if not cursor:
            return items


def test_the_api_pages_through_all_fifty_targets_in_the_order_of_the_decision(client: Client) -> None:
    items = walk(client, f"{API}?limit=7")
    assert len(items) == 50
    assert [item["clause"] for item in items] == sorted(item["clause"] for item in items)
    first = items[1]
    assert first["id"] == "II.1.1-1b"
    assert (first["year"], first["value"], first["unit"], first["direction"]) == (2025, 80, "%", "at_least")
    assert first["sentence"].startswith("100% thủ tục hành chính có đủ điều kiện")
    assert first["owner"] is None
    assert first["current"] is None


def test_a_measured_target_gives_value_numerator_denominator_and_period(client: Client) -> None:
    with clock.pinned("2026-11-09T08:00:00+07:00"):
        current = client.get(f"{API}/II.2.1-1").json()["current"]
    assert current["numerator"] <= current["denominator"]
    assert current["value"] == pytest.approx(100 * current["numerator"] / current["denominator"], abs=0.01)
    assert current["period"] == "2026-11-09"
    assert current["unverified"] >= 1


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("q=tai khoan giao dich", {"II.1.3-2", "II.2.3-2"}),
        ("clause=II.2.1", {"II.2.1-1", "II.2.1-2", "II.2.1-3a", "II.2.1-3b", "II.2.1-4"}),
        ("year=2030&q=nền tảng số", {"II.2.2-5"}),
        ("measured=true", {"II.1.1-1a", "II.1.1-1b", "II.1.1-1c", "II.1.1-3a", "II.2.1-1"}),
    ],
)
def test_filters_find_what_they_name(client: Client, query: str, ids: set[str]) -> None:
    assert {item["id"] for item in client.get(f"{API}?limit=200&{query}").json()["items"]} == ids


@pytest.mark.parametrize("query", ["limit=0", "cursor=x", "year=1", "measured=maybe", f"q={'a' * 201}"])
def test_what_makes_no_sense_is_refused_in_words(client: Client, query: str) -> None:
    answer = client.get(f"{API}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_nul_bytes_and_strange_keys_are_not_found(client: Client) -> None:
    assert client.get(f"{API}/II.1.1-1z").status_code == 404
    assert client.get("/chien-luoc/muc-tieu/II%00.1").status_code == 404
    assert client.get("/api/v1/strategy/duties?clause=%00&q=%00x").status_code == 200
    assert client.get("/chien-luoc?q=%00&khoan=%00&moc=9&nam=%00&muc=x").status_code == 200
    assert client.get("/chien-luoc/muc-tieu/II.1.2-1/danh-sach").status_code == 404
    assert client.get("/chien-luoc/muc-tieu/II.1.1-1a/danh-sach?phan=x").status_code == 404
    assert client.get("/chien-luoc/muc-tieu/II.1.1-1a/danh-sach?co-quan=x&don-vi=%00").status_code == 200


def test_the_table_of_the_page_the_csv_and_the_workbook_hold_the_same_targets(client: Client) -> None:
    page = client.get("/chien-luoc?moc=2030").content.decode()
    rows = list(csv.reader(io.StringIO(client.get("/chien-luoc/muc-tieu.csv?moc=2030").content.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(client.get("/chien-luoc/muc-tieu.xlsx?moc=2030").content))
    sheet = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert len(rows) == len(sheet) == 23
    assert [row[0] for row in rows] == [row[0] for row in sheet]
    for row in rows[1:]:
        assert f"/chien-luoc/muc-tieu/{row[0]}?" in page
    sentences = set(Target.objects.filter(year=2030).values_list("sentence", flat=True))
    assert {row[3] for row in rows[1:]} == sentences


def test_a_text_that_would_be_a_formula_is_text_in_the_csv() -> None:
    Target.objects.filter(key="II.1.1-1a").update(title='=HYPERLINK("http://vidu.vn")')
    found, _next = targets(ANONYMOUS)
    text = csv_of(found).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text


def test_every_target_has_a_page_that_says_its_words(client: Client) -> None:
    for key, title in Target.objects.values_list("key", "title"):
        page = client.get(f"/chien-luoc/muc-tieu/{key}").content.decode()
        assert title in page
        assert "Quyết định không giao riêng cho cơ quan nào" in page


def test_the_board_costs_the_same_queries_for_one_target_and_for_all(client: Client, django_assert_num_queries) -> None:
    client.get("/chien-luoc")
    with django_assert_num_queries(6):
        client.get("/chien-luoc?q=duoc cung cap duoi dang")
    with django_assert_num_queries(6):
        client.get("/chien-luoc")
    with django_assert_num_queries(4):
        client.get(f"{API}?limit=200")


def test_a_board_of_the_decisions_own_time_is_drawn(client: Client) -> None:
    with clock.pinned("2022-09-05T08:00:00+07:00"):
        found, _next = targets(ANONYMOUS)
        assert {facts.status for facts in found if not facts.measure} == {"none"}
        assert client.get("/chien-luoc").status_code == 200
        assert found[1].expected < 1


def test_only_what_the_pack_names_is_listed(client: Client) -> None:
    Target.objects.filter(key="II.1.1-1a").update(listed=False)
    assert client.get(f"{API}/II.1.1-1a").status_code == 404
    assert len(walk(client, f"{API}?limit=200")) == 49
