"""The counter in a real browser, by keyboard: number, identity paper, form, receipt to print; axe agrees."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.browser import OpenContext, looked_at
from tests.filing import FORM, MOTHER, agency_of, picture
from tests.filing import sign_in as enter
from tests.live import Live
from tests.ways.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.proof]

RECEIVER = "hontre.tiepnhan"


def saved_by_program(live: Live, draft: str) -> None:
    """The topics saved by the same official: the pages of each are tested with the portal's."""
    with httpx.Client(base_url=live.url, timeout=60) as http:
        enter(http, [{"login": RECEIVER, "password": live.accounts[RECEIVER].password}], RECEIVER)
        mark = http.get(f"/api/v1/drafts/{draft}").headers["ETag"]
        for topic, values in FORM.items():
            saved = http.put(f"/api/v1/drafts/{draft}/topics/{topic}", json=values, headers={"If-Match": mark})
            assert saved.status_code == 200, saved.text
            mark = saved.headers["ETag"]


def agency(live: Live) -> str:
    with httpx.Client(base_url=live.url, timeout=60) as http:
        enter(http, [{"login": RECEIVER, "password": live.accounts[RECEIVER].password}], RECEIVER)
        return agency_of(http)


def test_from_a_number_to_the_printed_receipt(open_context: OpenContext, live: Live) -> None:
    wide, narrow, hall = (open_context(w).new_page() for w in ("desktop", "phone", "desktop"))
    sign_in(wide, live, RECEIVER, "/ban-lam-viec/quay")
    narrow.context.add_cookies(wide.context.cookies())

    def both(name: str) -> None:
        narrow.goto(wide.url)
        for page in (wide, narrow):
            looked_at(page, name)

    both("counter-empty")
    wide.get_by_role("button", name="A Hộ tịch và chứng thực").press("Enter")
    expect(wide.get_by_role("status").first).to_contain_text("Số A")
    wide.get_by_role("button", name="Gọi số tiếp theo").press("Enter")
    expect(wide.get_by_role("alert")).to_contain_text("Ghi số bàn")
    looked_at(wide, "counter-refused")
    wide.get_by_label("Bàn số").fill("2")
    wide.get_by_role("button", name="Gọi số tiếp theo").press("Enter")
    expect(wide.get_by_role("heading", name="Số ở bàn bạn")).to_be_visible()
    both("counter-called")
    hall.goto(f"/man-hinh/{agency(live)}")
    expect(hall.get_by_text(re.compile("A00[0-9]"))).to_be_visible()
    looked_at(hall, "screen")

    wide.keyboard.press("t")
    wide.wait_for_url(re.compile("doi-chieu"))
    wide.get_by_role("button", name="Tiếp người này").press("Enter")
    expect(wide.get_by_role("alert").first).to_contain_text("Lỗi")
    looked_at(wide, "identify-refused")
    narrow.goto("/ban-lam-viec/quay/doi-chieu")
    looked_at(narrow, "identify")
    wide.get_by_label("Số trên giấy tờ").fill("091198004127")
    wide.get_by_label("Họ và tên").fill("NGUYỄN THỊ BÉ BA")
    for label, typed in (("Ngày", "14"), ("Tháng", "3"), ("Năm", "1998")):
        wide.get_by_label(label, exact=True).fill(typed)
    wide.get_by_label("Nữ").check()
    wide.get_by_label("Tôi đã xem giấy tờ gốc").check()
    wide.get_by_role("button", name="Tiếp người này").press("Enter")
    expect(wide.get_by_role("heading", name="Nguyễn Thị Bé Ba")).to_be_visible()
    wide.get_by_label("Người dân cần làm gì").fill("làm khai sinh")
    wide.get_by_label("Người dân cần làm gì").press("Enter")
    expect(wide.get_by_role("button", name="Điền tờ khai").first).to_be_visible()
    both("visit-offered")
    visit = wide.url
    wide.locator("li", has_text="1.001193").get_by_role("button").press("Enter")
    wide.wait_for_url(re.compile("/to-khai/"))
    expect(wide.get_by_text("Tại quầy, cho")).to_be_visible()
    expect(wide.get_by_text("Điền sẵn từ").first).to_be_visible()
    expect(wide.get_by_text("Tỉnh ghi lần đầu ngày").first).to_be_visible()
    both("counter-topic")
    draft = wide.url.split("/to-khai/")[1].split("/")[0]
    saved_by_program(live, draft)

    wide.goto(f"/to-khai/{draft}/papers")
    pages = [{"name": f"trang-{n}.png", "mimeType": "image/png", "buffer": picture()} for n in (1, 2)]
    wide.locator("#tep-birth_paper").set_input_files(pages)  # type: ignore[arg-type]
    wide.get_by_role("button", name="Thêm").first.press("Enter")
    expect(wide.get_by_text("đã xem và trả bản chính")).to_be_visible()
    expect(wide.get_by_role("link", name="Giấy chứng sinh.pdf")).to_be_visible()
    both("counter-papers")
    wide.get_by_role("button", name="Tiếp tục").press("Enter")
    both("counter-review")
    wide.get_by_role("button", name="Nộp và tiếp nhận").press("Enter")
    expect(wide.get_by_role("status").first).to_contain_text("Đã tiếp nhận hồ sơ")
    assert wide.url.split("?")[0] == visit.split("?")[0]
    for _try in range(40):
        ask = wide.get_by_role("button", name="Lập giấy tiếp nhận")
        if _try == 0 and ask.count():
            ask.first.press("Enter")
            wide.wait_for_url(re.compile("/ho-so/"))
            wide.goto(visit)
        if wide.get_by_role("button", name="In giấy tiếp nhận").count():
            break
        wide.wait_for_timeout(500)
        wide.reload()
    both("visit-received")
    form = wide.locator("form", has=wide.get_by_role("button", name="In giấy tiếp nhận")).first
    printed = wide.context.request.post(
        f"{live.url}{form.get_attribute('action')}",
        form={"csrfmiddlewaretoken": form.locator("[name=csrfmiddlewaretoken]").input_value()},
        headers={"Referer": wide.url},
    )
    assert printed.ok
    assert printed.body().startswith(b"%PDF-")
    wide.goto(f"{visit.split('?')[0]}/ban-sao")
    both("attest")


def test_the_kiosk_gives_a_number(each_width: Page, live: Live) -> None:
    page = each_width
    sign_in(page, live, RECEIVER, "/ban-lam-viec/quay")
    page.get_by_role("button", name="Mở máy lấy số").click()
    told = page.get_by_role("status").first.inner_text()
    page.context.clear_cookies()
    page.goto(told[told.index("http") :].strip())
    looked_at(page, "kiosk")
    page.get_by_role("button", name="Đất đai").press("Enter")
    expect(page.get_by_role("heading", name="Số của bạn")).to_be_visible()
    looked_at(page, "kiosk-number")


def test_a_citizen_books_and_gives_back(each_width: Page, live: Live) -> None:
    page = each_width
    sign_in(page, live, MOTHER, "/lich-hen")
    looked_at(page, "appointments")
    page.get_by_label("Tới cơ quan nào").fill("kiên hải")
    page.get_by_label("Tới cơ quan nào").press("Enter")
    page.get_by_role("link", name="Kiên Hải").first.click()
    page.locator("ul li a.num").nth(1).click()
    looked_at(page, "appointment-slots")
    page.locator("input[type=radio]:not([disabled])").first.check()
    page.get_by_role("button", name="Đặt lịch").press("Enter")
    expect(page.get_by_text("Đã đặt lịch hẹn.")).to_be_visible()
    looked_at(page, "appointment-made")
    page.get_by_role("button", name="Hủy").first.press("Enter")
    expect(page.get_by_text("Đã hủy lịch hẹn.")).to_be_visible()
