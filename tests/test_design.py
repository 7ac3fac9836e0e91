"""The design system in a real browser: readable by everyone, usable by thumb, whole without a script."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenContext, axe, no_sideways_scroll, picture

pytestmark = pytest.mark.browser

SMALL = """() => [...document.querySelectorAll('.btn, .file-box, .input, .select, summary, [type=submit]')]
  .filter((e) => e.offsetParent && !e.closest('[aria-hidden]') && e.getBoundingClientRect().height < 43.5)
  .map((e) => e.outerHTML.slice(0, 80))"""


def _width(page: Page) -> int:
    return page.viewport_size["width"] if page.viewport_size else 0


def test_every_component_is_accessible_and_fits_the_telephone(each_width: Page) -> None:
    each_width.goto("/design")

    axe(each_width)
    no_sideways_scroll(each_width)
    assert each_width.evaluate(SMALL) == []
    picture(each_width, f"design-{_width(each_width)}")


def test_a_page_that_is_not_there_says_where_to_go(each_width: Page) -> None:
    each_width.goto("/khong-co-trang-nay")

    expect(each_width.get_by_role("heading", level=1)).to_have_text("Không tìm thấy")
    expect(each_width.get_by_role("link", name="Về trang đầu")).to_be_visible()
    axe(each_width)
    no_sideways_scroll(each_width)
    picture(each_width, f"error-404-{_width(each_width)}")


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/design")

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Ngày phải trước hoặc đúng hôm nay").click()
    assert page.evaluate("location.hash") == "#sample-day-year"


def test_the_bulk_bar_counts_what_is_picked_and_leaves_with_the_last(page: Page) -> None:
    page.goto("/design")
    bar = page.locator(".bulk")

    expect(bar).to_be_visible()
    page.get_by_label("Chọn H33.09-250425-0032").uncheck()

    expect(bar).to_be_hidden()


def test_a_queue_is_worked_by_keyboard(page: Page) -> None:
    page.goto("/design")
    rows = page.locator(".desk-table tbody tr")
    second = page.get_by_label("Chọn H33.09-250425-0032")

    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class("is-cursor")
    page.keyboard.press("x")
    expect(second).not_to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.get_by_label("Chọn H33.09-250425-0031")).to_be_checked()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#bang"


def test_keys_are_letters_while_one_types(page: Page) -> None:
    page.goto("/design")
    field = page.get_by_label("Nơi", exact=True)

    field.fill("")
    field.press_sequentially("jkx")

    expect(field).to_have_value("jkx")
    expect(page.locator(".desk-table tbody tr").first).to_have_class("is-cursor")


def test_the_language_is_chosen_without_a_script(open_context: OpenContext) -> None:
    page = open_context("desktop", java_script_enabled=False).new_page()
    page.goto("/design")

    page.get_by_role("button", name="English").last.click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Design system")


def test_details_and_menus_open_without_a_script(open_context: OpenContext) -> None:
    page = open_context("phone", java_script_enabled=False).new_page()
    page.goto("/design")

    page.get_by_text("Menu", exact=True).click()

    expect(page.get_by_role("link", name="Đăng nhập").last).to_be_visible()


def test_the_first_visit_moves_less_than_150_kb(page: Page) -> None:
    """As a browser really loads it: fonts that the page does not use stay where they are."""
    moved: list[int] = []
    page.on("requestfinished", lambda request: moved.append(request.sizes()["responseBodySize"]))

    page.goto("/design", wait_until="networkidle")

    assert sum(moved) < 150 * 1024
