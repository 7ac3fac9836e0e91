"""A process map is asked for, drawn and opened, and the ratings pages are looked at, in a real browser; axe agrees."""

import httpx
import pytest
from playwright.sync_api import expect
from tests.browser import OpenContext, looked_at
from tests.filing import MOTHER, agency_of, drafted
from tests.filing import sign_in as enter
from tests.live import Live
from tests.ways.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.proof]


def test_a_map_is_computed_drawn_and_opens_to_its_dossiers(open_context: OpenContext, live: Live) -> None:
    with httpx.Client(base_url=live.url, timeout=60) as http:
        enter(http, [{"login": MOTHER, "password": live.accounts[MOTHER].password}], MOTHER)
        sent = http.post(f"/api/v1/drafts/{drafted(http, agency_of(http))}/submit").json()
    wide, narrow = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(wide, live, "hontre.tiepnhan", "/ban-lam-viec/ban-do")
    wide.get_by_role("button", name="Tính bản đồ").click()
    expect(wide.get_by_role("alert")).to_contain_text("Chọn một thủ tục")
    looked_at(wide, "maps")
    wide.get_by_label("Thủ tục").select_option("1.001193")
    wide.get_by_role("button", name="Tính bản đồ").click()
    expect(wide.locator("svg.flow")).to_be_visible(timeout=30_000)
    narrow.context.add_cookies(wide.context.cookies())
    narrow.goto(wide.url)
    expect(wide.get_by_role("navigation").locator("[aria-current=page]")).to_have_text("Bảng theo dõi")
    for page in (wide, narrow):
        looked_at(page, "map")
        page.locator("svg.flow a", has_text="Tiếp nhận hồ sơ").click()
        expect(page.get_by_role("link", name=sent["code"])).to_be_visible()
        looked_at(page, "map-dossiers")
    narrow.goto("/ban-lam-viec/ban-do")
    looked_at(narrow, "maps")


def test_the_public_board_and_the_desk_of_ratings(open_context: OpenContext, live: Live) -> None:
    wide, narrow = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(wide, live, "hontre.tiepnhan", "/ban-lam-viec/danh-gia")
    looked_at(wide, "ratings-desk")
    narrow.context.add_cookies(wide.context.cookies())
    narrow.goto("/ban-lam-viec/danh-gia")
    looked_at(narrow, "ratings-desk")
    wide.get_by_role("link", name="Trang công khai của cơ quan").click()
    expect(wide.get_by_text("Chưa có nguồn số liệu")).to_have_count(3)
    narrow.goto(wide.url)
    for page in (wide, narrow):
        looked_at(page, "ratings-agency")
        page.goto("/danh-gia")
        looked_at(page, "ratings")
