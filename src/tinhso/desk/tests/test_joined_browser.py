"""A joined filing in a real browser, from the life event to the page with every part, and the desk's own page."""

from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.browser import OpenContext, looked_at
from tests.filing import FORM, MOTHER, agency_of, picture
from tests.filing import sign_in as enter
from tests.live import Live
from tests.ways.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.proof]


def began(live: Live) -> str:
    """The birth part filled in by a program; the rest is the browser's. The joint's id."""
    born = (date.today() - timedelta(days=21)).isoformat()
    with httpx.Client(base_url=live.url, timeout=60) as http:
        enter(http, [{"login": MOTHER, "password": live.accounts[MOTHER].password}], MOTHER)
        begun = http.post("/api/v1/joints", json={"joined": "khai-sinh", "agency": agency_of(http)})
        assert begun.status_code == 201, begun.text
        draft, version = begun.json()["drafts"]["birth"], 1
        for topic, values in {**FORM, "child": {**FORM["child"], "birth_date": born}}.items():
            saved = http.put(
                f"/api/v1/drafts/{draft}/topics/{topic}", json=values, headers={"If-Match": f'"{version}"'}
            )
            assert saved.status_code == 200, saved.text
            version = saved.json()["version"]
        files = {"file": ("giay.png", picture())}
        paper = http.post(f"/api/v1/drafts/{draft}/files", data={"component": "birth_paper"}, files=files)
        assert paper.status_code == 201, paper.text
        return str(begun.json()["id"])


def test_three_things_are_filed_once_and_each_has_a_date_of_its_own(
    each_width: Page, live: Live, tmp_path: Path
) -> None:
    page = each_width
    page.goto("/su-kien/co-con")
    page.get_by_role("link", name="Xem và nộp một lần").click()
    expect(page.get_by_text("Cơ quan bảo hiểm xã hội")).to_be_visible()
    looked_at(page, "joined-offer")
    joint = began(live)
    sign_in(page, live, MOTHER, f"/lam-chung/ho-so/{joint}/kiem-tra")
    expect(page.get_by_role("heading", name="Còn chỗ cần sửa trước khi nộp")).to_be_visible()
    looked_at(page, "joined-review")
    page.get_by_role("link", name="Sửa Chỗ ở mới").click()
    page.get_by_label("Địa chỉ xin đăng ký").fill("Ấp 1, đặc khu Kiên Hải, tỉnh An Giang")
    came = date.today() - timedelta(days=20)
    arrived = page.get_by_role("group", name="Ở đây từ ngày")
    for label, number in (("Ngày", came.day), ("Tháng", came.month), ("Năm", came.year)):
        arrived.get_by_label(label, exact=True).fill(str(number))
    page.get_by_label("Nhà của tôi hoặc của gia đình tôi").check()
    looked_at(page, "joined-topic")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    photo = tmp_path / "giay.png"
    photo.write_bytes(picture())
    page.get_by_label("Chụp hoặc chọn tệp").first.set_input_files(photo)
    page.get_by_role("button", name="Thêm", exact=True).first.click()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Nộp một lần").click()
    expect(page.get_by_role("heading", name="Một mã cho tất cả")).to_be_visible()
    expect(page.get_by_text("Chờ xong: Đăng ký khai sinh")).to_have_count(2)
    looked_at(page, "joined")


def test_the_desk_sees_where_the_other_parts_stand_and_what_waits_for_agencies_outside(
    open_context: OpenContext, live: Live
) -> None:
    page, phone = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(page, live, "hontre.tiepnhan", "/ban-lam-viec/lien-thong")
    phone.context.add_cookies(page.context.cookies())
    for one in (page, phone):
        one.goto("/ban-lam-viec/lien-thong")
        expect(one.get_by_text("Không có phần nào đang chờ")).to_be_visible()
        looked_at(one, "outside-empty")
