"""The desk at size in a real browser: search, many at once by the keyboard, the board, an export; axe agrees."""

import httpx
import pytest
from playwright.sync_api import expect
from tests.browser import OpenContext, looked_at
from tests.filing import MOTHER, agency_of, drafted
from tests.filing import sign_in as enter
from tests.live import Live
from tests.ways.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.proof]


@pytest.fixture
def two(live: Live) -> None:
    """Two dossiers of the mother, just sent."""
    with httpx.Client(base_url=live.url, timeout=60) as http:
        enter(http, [{"login": MOTHER, "password": live.accounts[MOTHER].password}], MOTHER)
        for _number in range(2):
            sent = http.post(f"/api/v1/drafts/{drafted(http, agency_of(http))}/submit")
            assert sent.status_code == 201, sent.text


def test_many_are_taken_by_the_keyboard_looked_at_first_and_given_back(
    open_context: OpenContext, live: Live, two: None
) -> None:
    desk, narrow = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(desk, live, "hontre.tiepnhan", "/ban-lam-viec/")
    narrow.context.add_cookies(desk.context.cookies())
    for page in (desk, narrow):
        for path, name in (("?nguoi=chua", "queue"), ("bang", "desk-board"), ("tim?q=be+ba", "desk-search")):
            page.goto(f"/ban-lam-viec/{path}")
            looked_at(page, name)
        page.goto("/ban-lam-viec/xuat?nguoi=chua")
        looked_at(page, "desk-exports")
    desk.goto("/ban-lam-viec/?nguoi=chua")
    desk.keyboard.press("a")
    expect(desk.get_by_role("button", name="Nhận xử lý")).to_be_visible()
    looked_at(desk, "queue-picked")
    desk.get_by_role("button", name="Nhận xử lý").click()
    expect(desk.get_by_text("Đây là bản xem trước")).to_be_visible()
    looked_at(desk, "bulk-preview")
    desk.set_viewport_size({"width": 360, "height": 800})
    looked_at(desk, "bulk-preview")
    desk.get_by_role("button", name="Nhận xử lý").click()
    expect(desk.get_by_role("heading", name="Đã làm")).to_be_visible()
    narrow.goto(desk.url)
    desk.set_viewport_size({"width": 1280, "height": 900})
    for page in (desk, narrow):
        looked_at(page, "bulk-done")
    desk.get_by_role("button", name="Hoàn tác").click()
    expect(desk.get_by_text("Đã hoàn tác lúc")).to_be_visible()
