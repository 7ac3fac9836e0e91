"""Finding in a real Chromium: by typing, by a life event, without JavaScript; readable for everybody at both widths."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenContext, axe, no_sideways_scroll, picture

ADDRESSES = {
    "home": "/",
    "search": "/thu-tuc?q=kết hun",
    "filtered": "/thu-tuc?linh-vuc=Hộ tịch&cap=xa",
    "empty": "/thu-tuc?q=qwrtp",
    "procedure": "/thu-tuc/1.012784",
    "procedure-counter": "/thu-tuc/1.009122?noi=Kiên",
    "procedure-then": "/thu-tuc/1.001193?on=2022-09-05",
    "procedure-not-then": "/thu-tuc/1.001193?on=2010-09-05",
    "life-event": "/su-kien/nha-co-nguoi-mat",
    "life-events": "/su-kien",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_page_is_accessible_and_fits(each_width: Page, name: str) -> None:
    each_width.goto(ADDRESSES[name])

    axe(each_width)
    no_sideways_scroll(each_width)
    picture(each_width, f"finding/{name}-{each_width.viewport_size['width']}")  # type: ignore[index]


def test_suggestions_come_while_typing_and_lead_on_by_keyboard(each_width: Page) -> None:
    each_width.goto("/")
    each_width.get_by_role("searchbox", name="Tìm thủ tục").press_sequentially("ket hun")
    first = each_width.locator("#goi-y").get_by_role("link", name="Đăng ký kết hôn").first
    expect(first).to_be_visible()
    axe(each_width)
    first.focus()
    each_width.keyboard.press("Enter")

    expect(each_width.get_by_role("heading", level=1)).to_have_text("Đăng ký kết hôn")


def test_a_life_event_leads_to_filing(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Có con").click()
    page.get_by_role("link", name="Đăng ký khai sinh", exact=True).click()

    expect(page.get_by_role("button", name="Bắt đầu điền")).to_be_visible()


def test_finding_and_filtering_need_no_script(open_context: OpenContext) -> None:
    page = open_context("phone", java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_role("searchbox", name="Tìm thủ tục").fill("đk ks")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.get_by_role("link", name="Đăng ký khai sinh").first).to_be_visible()
    page.get_by_text("Lọc theo lĩnh vực, nơi làm").click()
    page.get_by_label("Chỉ thủ tục nộp được ngay trên trang này").check()
    page.get_by_role("button", name="Lọc", exact=True).click()

    assert "nop=1" in page.url
    expect(page.locator("main a[href^='/thu-tuc/']").first).to_have_attribute("href", "/thu-tuc/1.001193")

    page.get_by_label("Lĩnh vực").select_option("Cư trú")
    page.get_by_role("button", name="Lọc", exact=True).click()
    assert "nop=1" in page.url
    expect(page.locator("main a[href='/thu-tuc/1.001193']")).to_have_count(0)
