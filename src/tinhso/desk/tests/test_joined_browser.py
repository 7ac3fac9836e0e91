"""A joined filing in a real browser, from the life event to the page with every part, and the desk's own page."""

import re
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

from tinhso.dossiers.tests.joined import DEAD

pytestmark = [pytest.mark.browser, pytest.mark.proof]

RECEIVER = "hontre.tiepnhan"


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
    sign_in(page, live, RECEIVER, "/ban-lam-viec/lien-thong")
    phone.context.add_cookies(page.context.cookies())
    for one in (page, phone):
        one.goto("/ban-lam-viec/lien-thong")
        expect(one.get_by_text("Không có phần nào đang chờ")).to_be_visible()
        looked_at(one, "outside-empty")


def test_an_official_files_it_at_the_counter_for_the_person_who_stands_there(
    open_context: OpenContext, live: Live
) -> None:
    page, phone = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(page, live, RECEIVER, "/ban-lam-viec/quay")
    phone.context.add_cookies(page.context.cookies())

    def both(name: str) -> None:
        phone.goto(page.url)
        for one in (page, phone):
            looked_at(one, name)

    with httpx.Client(base_url=live.url, timeout=60) as http:
        enter(http, [{"login": RECEIVER, "password": live.accounts[RECEIVER].password}], RECEIVER)
        seen = {"kind": "cccd", "number": "091161000777", "full_name": "Danh Thị Sà Phol", "birth_date": "1961-04-12"}
        there = http.post("/api/v1/presences", json={"agency": agency_of(http), "papers_seen": True, **seen})
        assert there.status_code == 201, there.text
        page.goto(f"/ban-lam-viec/quay/nguoi/{there.json()['id']}?viec=khai+tử")
        expect(page.get_by_role("heading", name="hỗ trợ chi phí mai táng")).to_be_visible()
        both("visit-joined")
        page.get_by_role("button", name="Điền tờ khai chung").first.click()
        page.wait_for_url(re.compile("/to-khai/"))
        expect(page.get_by_text("Tại quầy, cho")).to_be_visible()
        draft = page.url.split("/to-khai/")[1].split("/")[0]
        whole = http.get(f"/api/v1/drafts/{draft}").json()["joint"]
        drafts = http.get(f"/api/v1/joints/{whole}").json()["drafts"]
        died = (date.today() - timedelta(days=5)).isoformat()
        for part, topics in DEAD.items():
            for topic, values in topics.items():
                days = {name: died for name in ("death_date", "funeral_date") if name in values}
                mark = http.get(f"/api/v1/drafts/{drafts[part]}").headers["ETag"]
                path = f"/api/v1/drafts/{drafts[part]}/topics/{topic}"
                saved = http.put(path, json={**values, **days}, headers={"If-Match": mark})
                assert saved.status_code == 200, saved.text
        files = {"file": ("giay.png", picture())}
        paper = http.post(f"/api/v1/drafts/{drafts['death']}/files", data={"component": "death_notice"}, files=files)
        assert paper.status_code == 201, paper.text
    page.goto(f"/lam-chung/ho-so/{whole}/kiem-tra")
    expect(page.get_by_role("button", name="Nộp và tiếp nhận một lần")).to_be_visible()
    both("joined-counter-review")
    page.get_by_role("button", name="Nộp và tiếp nhận một lần").click()
    expect(page.get_by_role("heading", name="Đã tiếp nhận, hồ sơ liên thông")).to_be_visible()
    both("visit-joined-received")
    page.locator("section", has_text="Đã tiếp nhận, hồ sơ liên thông").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Một mã cho tất cả")).to_be_visible()
    expect(page.get_by_role("button", name="Rút mọi việc")).to_have_count(0)
    both("joined-counter")
