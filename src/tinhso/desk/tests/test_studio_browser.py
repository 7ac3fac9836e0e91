"""The process studio in a real browser under our own CSP: seen, drawn, a fee changed, saved; axe finds nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect
from tests.browser import looked_at
from tests.live import Live
from tests.ways.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.proof]

CODE = "2.000635"  # it has a fee table
#: dmn-js writes its mark with a style attribute; studio.css says the same (decision 0193). Nothing else may be refused.
ITS_MARK = ("r3vOsuepBDg6tz/cOusiNJ9Y4Lp9hGQTT7pzDks1Xxc=", "CA/eh4+2R0J7cEQ14gBMtx834RIOjzMUqCM+evtrkp4=")

#: What the editors themselves draw: the mark that must stay as it is, the empty corner of the fee table.
ITS_OWN = ("target-size", "empty-table-header")


def test_a_process_is_seen_changed_in_the_browser_and_said_in_words(page: Page, phone: Page, live: Live) -> None:
    refused: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text and not any(mark in message.text for mark in ITS_MARK):
            refused.append(message.text)

    for one in (page, phone):
        one.on("console", heard)
    sign_in(page, live, "tinh.quantri", f"/ban-lam-viec/quy-trinh/{CODE}")
    phone.context.add_cookies(page.context.cookies())
    for one in (page, phone):
        one.goto("/ban-lam-viec/quy-trinh")
        looked_at(one, "studio-list")
        one.goto(f"/ban-lam-viec/quy-trinh/{CODE}")
        expect(one.locator("[data-drawing][data-ready]")).to_be_visible()
        expect(one.locator("[data-drawing] .studio-term").first).to_have_text("1 giờ")
        looked_at(one, "studio-process")
    page.get_by_role("button", name="Lập bản thảo").click()
    expect(page.locator("[data-drawing][data-ready]")).to_be_visible()
    expect(page.locator("[data-table][data-ready]")).to_be_visible()
    page.get_by_label("Chọn phần tử").select_option(label="Thẩm định hồ sơ")
    page.get_by_label("Giờ làm việc").fill("3")
    page.get_by_label("Giờ làm việc").press("Tab")
    expect(page.locator("[data-drawing]").get_by_text("3 giờ")).to_be_visible()
    cell = page.locator("[data-table] td").get_by_text("8000", exact=True)
    cell.click()
    page.keyboard.press("End")
    page.keyboard.type("0")
    page.keyboard.press("Tab")
    phone.goto(page.url)
    expect(phone.locator("[data-drawing][data-ready]")).to_be_visible()
    for one in (page, phone):
        looked_at(one, "studio-edit", ignore=ITS_OWN)
    page.get_by_role("button", name="Lưu và kiểm tra").first.click()
    page.wait_for_url(lambda url: not url.endswith("/sua"))
    expect(page.get_by_text("Bước “Thẩm định hồ sơ”: thời hạn 2 giờ làm việc → 3 giờ làm việc.")).to_be_visible()
    expect(page.get_by_text("mức thu 8.000 đồng → 80.000 đồng")).to_be_visible()
    expect(page.get_by_role("heading", name="Còn")).to_have_count(0)
    phone.get_by_label("Chọn phần tử").select_option(label="Thẩm định hồ sơ")
    phone.get_by_label("Tên", exact=True).fill("Xem hồ sơ")
    phone.get_by_label("Tên", exact=True).press("Tab")
    phone.get_by_role("button", name="Lưu và kiểm tra").first.click()
    expect(phone.get_by_role("alert")).to_contain_text("chưa mất gì")
    expect(phone.get_by_text("Bước “Thẩm định hồ sơ” đổi tên thành “Xem hồ sơ”.")).to_be_visible()
    assert "Xem hồ sơ" in phone.locator("#bpmn").input_value()
    phone.goto(page.url)
    for one in (page, phone):
        looked_at(one, "studio-draft")
    assert not refused, refused


@pytest.fixture
def last_year(live: Live) -> Iterator[None]:
    """What two hundred invented people filed last year, mostly births."""
    live.tinhso("simulate", "--persons", "200", "--dossiers", "300", "--workers", "1")
    yield
    live.tinhso("simulate", "--remove")


def test_last_years_dossiers_go_through_a_draft(page: Page, phone: Page, live: Live, last_year: None) -> None:
    sign_in(page, live, "tinh.quantri", "/ban-lam-viec/quy-trinh/1.001193")
    phone.context.add_cookies(page.context.cookies())
    page.get_by_role("button", name="Lập bản thảo").click()
    expect(page.locator("[data-drawing][data-ready]")).to_be_visible()
    page.get_by_label("Chọn phần tử").select_option(label="Thẩm định hồ sơ")
    page.get_by_label("Giờ làm việc").fill("1")
    page.get_by_label("Giờ làm việc").press("Tab")
    page.get_by_role("button", name="Lưu và kiểm tra").first.click()
    page.wait_for_url(lambda url: not url.endswith("/sua"))
    draft = page.url
    page.get_by_role("button", name="Chạy thử").click()
    expect(page.get_by_role("heading", name="Số này nói được gì")).to_be_visible(timeout=60_000)
    phone.goto(page.url)
    for one in (page, phone):
        expect(one.get_by_role("heading", name="Phần trễ hạn")).to_be_visible()
        looked_at(one, "studio-trial")
    page.goto(draft)
    page.get_by_role("button", name="Bỏ bản thảo").click()
