"""The operators' and personal-data pages in a real browser, at phone and desktop width; axe finds nothing."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser import looked_at
from tests.live import Live
from tests.ways.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.proof]


def test_the_administrator_reads_the_state_and_tells_the_public(page: Page, phone: Page, live: Live):
    sign_in(page, live, "tinh.quantri", "/van-hanh/")
    phone.context.add_cookies(page.context.cookies())
    for one in (page, phone):
        one.goto("/van-hanh/")
        expect(one.get_by_role("heading", name="Cần làm gì")).to_be_visible()
        looked_at(one, "operations")
        one.goto("/van-hanh/luu-giu")
        looked_at(one, "retention")
        one.goto("/van-hanh/xoa-du-lieu")
        looked_at(one, "erasures")
    page.goto("/van-hanh/thong-bao/moi")
    page.get_by_role("button", name="Lưu bản nháp").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    looked_at(page, "service-notice-refused")
    page.get_by_label("Loại").select_option("incident")
    page.get_by_label("Mức độ").select_option("degraded")
    page.get_by_label("Tiêu đề", exact=True).fill("Nộp hồ sơ đang chậm")
    page.get_by_role("button", name="Lưu bản nháp").click()
    looked_at(page, "service-notice-draft")
    address = page.url
    page.get_by_role("button", name="Công bố").click()
    for one in (page, phone):
        one.goto("/tinh-trang")
        expect(one.get_by_role("heading", name="Nộp hồ sơ đang chậm")).to_be_visible()
        looked_at(one, "service-status")
        one.goto("/van-hanh/thong-bao")
        looked_at(one, "service-notices")
    phone.goto(address)
    looked_at(phone, "service-notice")
    phone.get_by_role("button", name="Đã chạy lại").click()
    expect(phone.get_by_text("Đã kết thúc", exact=True)).to_be_visible()


def test_the_counter_writes_a_request_down(each_width: Page, live: Live):
    page = each_width
    sign_in(page, live, "hontre.tiepnhan", "/ban-lam-viec/du-lieu-ca-nhan")
    looked_at(page, "data-counter")
    with page.expect_navigation():
        page.get_by_role("button", name="Ghi yêu cầu").click()
    looked_at(page, "data-counter-refused")


def test_a_person_asks_for_their_data(each_width: Page, live: Live):
    page = each_width
    sign_in(page, live, "me.hontre@vidu.vn", "/du-lieu-cua-toi")
    looked_at(page, "my-data")
    if page.viewport_size["width"] == 360:
        page.get_by_role("button", name="Yêu cầu bản dữ liệu").click()
        page.goto("/du-lieu-cua-toi")
    for _ in range(60):
        page.reload()
        if page.get_by_text("Tải bản đọc (PDF)").first.is_visible():
            break
        page.wait_for_timeout(500)
    looked_at(page, "my-data-ready")
