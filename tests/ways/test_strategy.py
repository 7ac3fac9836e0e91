"""The strategy in a real browser: anybody reads it, an official of the province writes, a leader signs the year."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenContext, axe, no_sideways_scroll, picture
from tests.live import Live
from tests.ways.people import sign_in

pytestmark = pytest.mark.browser

PAGES = {
    "board": "/chien-luoc",
    "board-filtered": "/chien-luoc?q=kinh+te+so&moc=2030",
    "board-empty": "/chien-luoc?q=khong+co+dau",
    "target": "/chien-luoc/muc-tieu/II.1.1-1a",
    "target-none": "/chien-luoc/muc-tieu/II.1.3-9",
    "target-records": "/chien-luoc/muc-tieu/II.1.1-1a/danh-sach",
    "target-records-closed": "/chien-luoc/muc-tieu/II.1.1-1b/danh-sach",
    "tasks": "/chien-luoc/nhiem-vu",
    "duties": "/chien-luoc/phan-cong",
    "undertaking": "/chien-luoc/viec/III.4-6",
    "snapshots": "/chien-luoc/ban-chup",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_strategy_is_accessible_and_fits(each_width: Page, name: str) -> None:
    each_width.goto(PAGES[name])
    axe(each_width)
    no_sideways_scroll(each_width)
    width = each_width.viewport_size["width"] if each_width.viewport_size else 0
    picture(each_width, f"strategy-{name}-{width}")


def test_the_administrator_writes_a_plan_and_evidence_and_the_public_reads_them(
    open_context: OpenContext, live: Live
) -> None:
    admin = open_context("desktop").new_page()
    sign_in(admin, live, "tinh.quantri")
    admin.goto("/chien-luoc/viec/III.1-1")
    axe(admin)
    picture(admin, "strategy-undertaking-writing-1280")
    admin.get_by_role("button", name="Ghi kế hoạch").click()
    axe(admin)
    assert admin.get_by_role("alert").is_visible()
    picture(admin, "strategy-undertaking-refused-1280")
    admin.get_by_label("Sẽ làm gì, ai làm").fill("Ban hành quy chế quản lý dữ liệu trong quý này.")
    admin.get_by_label("Đã làm tới đâu").select_option(label="Đang làm")
    admin.get_by_role("button", name="Ghi kế hoạch").click()
    admin.get_by_label("Tên minh chứng").fill("Dự thảo quy chế")
    admin.get_by_label("Địa chỉ trên mạng").fill("https://vidu.vn/quy-che")
    admin.get_by_role("button", name="Thêm minh chứng").click()
    admin.get_by_label("Điều cần trao đổi").fill("Xin góp ý trước thứ Sáu.")
    admin.get_by_role("button", name="Gửi trao đổi").click()
    expect(admin.get_by_text("Xin góp ý trước thứ Sáu.")).to_be_visible()

    reader = open_context("phone", java_script_enabled=False).new_page()
    reader.goto("/chien-luoc/viec/III.1-1")
    expect(reader.get_by_text("Ban hành quy chế quản lý dữ liệu trong quý này.")).to_be_visible()
    expect(reader.get_by_role("link", name="Dự thảo quy chế")).to_be_visible()
    expect(reader.get_by_text("Xin góp ý trước thứ Sáu.")).to_have_count(0)
    picture(reader, "strategy-undertaking-360")


def test_the_year_is_frozen_signed_sealed_published_and_checked(
    open_context: OpenContext, live: Live, tmp_path: Path
) -> None:
    def act(login: str, button: str) -> Page:
        page = open_context("desktop").new_page()
        sign_in(page, live, login)
        page.goto("/chien-luoc/ban-chup")
        picture(page, f"strategy-snapshots-{login}-1280")
        axe(page)
        page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
        live.wait_for_jobs()
        return page

    act("tinh.quantri", "Chụp số liệu")
    act("tinh.phochutich", "Ký")
    act("tinh.vanthu", "Đóng dấu")
    phone = open_context("phone").new_page()
    phone.goto("/chien-luoc/ban-chup")
    axe(phone)
    no_sideways_scroll(phone)
    picture(phone, "strategy-snapshots-issued-360")
    with phone.expect_download() as waiting:
        phone.get_by_role("link", name="PDF đã ký").first.click()
    signed = tmp_path / "ban-chup.pdf"
    waiting.value.save_as(signed)
    phone.goto("/kiem-tra")
    phone.locator("input[type=file]").first.set_input_files(signed)
    phone.get_by_role("button", name="Kiểm tra").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Văn bản này là thật và còn hiệu lực")
    expect(phone.get_by_text("Số liệu chiến lược năm").first).to_be_visible()
