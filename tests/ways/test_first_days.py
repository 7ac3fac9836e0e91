"""The guides' first parts, step by step in a browser: somebody new among the citizens, somebody new at an office."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import OpenContext
from tests.first_steps import chosen
from tests.live import Live
from tests.three_thousand import Listed, workbook
from tests.ways.filed import acted, filed
from tests.ways.people import sign_in
from tests.ways.posted import code_in_letter
from tinhso.config import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.proof]

RECEIVER, SPECIALIST, AGENCY_ADMIN = "hontre.tiepnhan", "hontre.hotich", "hontre.quantri"
PROVINCE_ADMIN = "tinh.quantri"
GUIDES = {
    name: " ".join((ROOT / "docs" / f"{name}.md").read_text().split())
    for name in ("citizens.vi", "officials.vi", "operators")
}


def named(guide: str, words: str) -> str:
    """A word on a button or page, which the guide must call so."""
    assert f"**{words}**" in GUIDES[guide], f"{guide} does not name «{words}»"
    return words


def press(page: Page, guide: str, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=named(guide, words), exact=True).click()


def follow(page: Page, guide: str, words: str) -> None:
    page.get_by_role("link", name=named(guide, words), exact=True).first.click()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def sign_in_links(page: Page) -> Locator:
    """In the menu of whoever is not signed in, also while it is closed."""
    return page.locator("header a[href^='/dang-nhap/']")


def registered(page: Page, live: Live, contact: str, name: str) -> None:
    """docs/citizens.vi.md, part 1."""
    page.goto("/")
    page.locator("summary", has_text=named("citizens.vi", "Menu")).filter(visible=True).click()
    follow(page, "citizens.vi", "Đăng nhập")
    follow(page, "citizens.vi", "Chưa có tài khoản? Đăng ký")
    page.locator("input[name=full_name]").fill(name)
    page.locator("input[name=contact]").fill(contact)
    page.locator("input[name=password]").fill(chosen(contact))
    press(page, "citizens.vi", "Nhận mã")
    page.locator("input[name=code]").fill(code_in_letter(live, contact, 1))
    press(page, "citizens.vi", "Tạo tài khoản")
    expect(sign_in_links(page)).to_have_count(0)


def test_a_forgotten_password_is_set_anew_with_a_code(open_context: OpenContext, live: Live) -> None:
    contact = f"quen.{uuid4().hex[:8]}@vidu.vn"
    page = open_context("phone").new_page()
    registered(page, live, contact, "Danh Thị Quên")
    other = open_context("phone").new_page()  # another telephone, where nobody is signed in
    other.goto("/dang-nhap/")
    follow(other, "citizens.vi", "Quên mật khẩu")
    other.locator("input[name=contact]").fill(contact)
    press(other, "citizens.vi", "Nhận mã")
    other.locator("input[name=code]").fill(code_in_letter(live, contact, 2))
    other.locator("input[name=password]").fill("mot-mat-khau-moi-hon-2174")
    press(other, "citizens.vi", "Đặt mật khẩu")
    for password, fine in ((chosen(contact), False), ("mot-mat-khau-moi-hon-2174", True)):
        other.goto("/dang-nhap/")
        other.locator("input[name=login]").fill(contact)
        other.locator("input[name=password]").fill(password)
        press(other, "citizens.vi", "Đăng nhập")
        (expect(sign_in_links(other)).to_have_count(0) if fine else expect(sign_in_links(other)).not_to_have_count(0))


def test_a_person_is_identified_at_the_counter_and_asks_for_erasure(open_context: OpenContext, live: Live) -> None:
    """Parts 2 and 7 of the citizens' guide, part 3 of the officials', *Every day* of the operators'."""
    contact = f"quay.{uuid4().hex[:8]}@vidu.vn"
    citizen = open_context("phone").new_page()
    registered(citizen, live, contact, "Thị Bé Tư")
    for closed in ("/kho-giay-to", "/ai-da-xem"):
        citizen.goto(closed)
        expect(citizen.get_by_role("main")).to_contain_text("xác minh")
    citizen.goto("/tai-khoan/")
    expect(heading(citizen)).to_have_text(named("citizens.vi", "Tài khoản của tôi"))
    code = citizen.get_by_role("main").locator("b.num").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{8}", code)

    officer = open_context("desktop").new_page()
    sign_in(officer, live, RECEIVER)
    officer.goto("/ban-lam-viec/")
    follow(officer, "officials.vi", "Xác minh danh tính")
    officer.get_by_label(named("officials.vi", "Mã tài khoản hoặc tên đăng nhập")).fill(code)
    press(officer, "officials.vi", "Tìm")
    expect(officer.get_by_role("main")).to_contain_text("Thị Bé Tư")
    officer.locator("select[name=kind]").select_option("cccd")
    officer.locator("input[name=number]").fill(f"091198{uuid4().int % 10**6:06}")
    officer.locator("input[name=full_name]").fill("Thị Bé Tư")
    officer.locator("input[name=birth_date]").fill("05/09/1998")
    officer.locator("select[name=sex]").select_option(label="Nữ")
    officer.locator("input[name=residence]").fill("Ấp I, Hòn Tre, Kiên Hải")
    officer.get_by_label("Tôi đã xem giấy tờ gốc").check()
    with officer.expect_navigation():
        press(officer, "officials.vi", "Xác minh danh tính")
    expect(officer.locator("[data-error-summary], .text-late")).to_have_count(0)

    citizen.goto("/thong-bao")
    expect(citizen.get_by_role("main")).to_contain_text("Danh tính của bạn đã được xác minh")
    citizen.goto("/kho-giay-to")
    expect(heading(citizen)).to_have_text(named("citizens.vi", "Kho giấy tờ của tôi"))
    expect(citizen.get_by_role("main")).not_to_contain_text("chưa xác minh")
    citizen.goto("/thu-tuc/1.001193?noi=Kiên Hải")
    citizen.locator("select[name=agency]").select_option(index=0)
    press(citizen, "citizens.vi", "Bắt đầu điền")
    expect(citizen.locator("input[name=full_name]")).to_have_value("Thị Bé Tư")  # filled in beforehand
    erased(citizen, open_context, live)


def erased(citizen: Page, open_context: OpenContext, live: Live) -> None:
    """Asked for by the person, approved by somebody of the province; the job runs ten minutes later."""
    citizen.goto("/du-lieu-cua-toi")
    section = citizen.get_by_role("region", name=named("citizens.vi", "Xóa dữ liệu"))
    section.locator("summary", has_text=named("citizens.vi", "Yêu cầu xóa")).click()
    section.get_by_label("Lý do").fill("Tôi chuyển đi tỉnh khác.")
    section.get_by_role("button", name=named("citizens.vi", "Tôi hiểu, gửi yêu cầu xóa")).click()
    asked = citizen.get_by_role("region", name="Yêu cầu của bạn")
    expect(asked).to_contain_text("Thị Bé Tư yêu cầu lúc")
    expect(asked).not_to_contain_text("Đang làm")

    operator = open_context("desktop").new_page()
    sign_in(operator, live, PROVINCE_ADMIN)
    operator.goto("/van-hanh/")
    operator.get_by_role("link", name="Yêu cầu xóa dữ liệu").first.click()
    operator.get_by_role("main").get_by_role("link", name="Yêu cầu lúc").last.click()
    expect(operator.get_by_role("main")).to_contain_text("Tôi chuyển đi tỉnh khác.")
    assert "*Duyệt xóa*" in GUIDES["operators"]
    with operator.expect_navigation():
        operator.get_by_role("button", name="Duyệt xóa", exact=True).click()
    citizen.goto("/du-lieu-cua-toi")
    expect(asked).to_contain_text("Đang làm")


def test_a_colleague_comes_by_a_list_signs_in_and_is_handed_a_dossier(open_context: OpenContext, live: Live) -> None:
    """docs/officials.vi.md: the list (part 8), the first log-in (part 1), handing over (part 4). Before it nobody at
    the sample agency shares the role, and the page says so."""
    dossier = filed(live)
    acted(live, dossier, RECEIVER, "reception")
    specialist = open_context("desktop").new_page()
    sign_in(specialist, live, SPECIALIST)
    specialist.goto(f"/ban-lam-viec/ho-so/{dossier}")
    press(specialist, "officials.vi", "Nhận xử lý")
    expect(specialist.get_by_text("Bạn đang giữ hồ sơ này.")).to_be_visible()
    follow(specialist, "officials.vi", "Chuyển người khác")
    expect(specialist.get_by_text("Hôm nay cơ quan không có ai khác giữ vai trò này.")).to_be_visible()

    login, name = f"hontre.moi{uuid4().hex[:6]}", "Lê Thị Hộ Tịch Mới"
    first = listed_by_the_admin(open_context, live, login, name)
    colleague = open_context("desktop").new_page()
    first_log_in(colleague, login, first)

    specialist.goto(f"/ban-lam-viec/ho-so/{dossier}")
    follow(specialist, "officials.vi", "Chuyển người khác")
    specialist.get_by_label("Người nhận").select_option(label=f"{name}, Công chức")
    specialist.get_by_label("Ghi chú nội bộ").fill("Tôi nghỉ phép từ mai.")
    press(specialist, "officials.vi", "Chuyển người khác")
    specialist.wait_for_load_state()
    colleague.goto("/ban-lam-viec/?nguoi=toi")
    expect(colleague.get_by_role("main").locator(f"a[href*='{dossier}']").first).to_be_visible()
    colleague.goto(f"/ban-lam-viec/ho-so/{dossier}")
    expect(colleague.get_by_role("main")).to_contain_text("Tôi nghỉ phép từ mai.")
    expect(colleague.get_by_role("button", name=named("officials.vi", "Đạt, trình ký"))).to_be_visible()
    expect(colleague.get_by_role("listitem").filter(has_text="Thẩm định hồ sơ").last).to_contain_text(name)


def listed_by_the_admin(open_context: OpenContext, live: Live, login: str, name: str) -> str:
    """One line in a workbook, sent, looked at, carried out; the first password from the slip."""
    with live.connect() as link:
        row = link.execute(
            "SELECT a.code FROM places_agency a JOIN people_post p ON p.agency_id = a.id "
            "JOIN people_official o ON o.id = p.official_id JOIN people_account c ON c.id = o.account_id "
            "WHERE c.login = %s ORDER BY a.valid_from DESC LIMIT 1",
            [SPECIALIST],
        ).fetchone()
    assert row
    content = workbook([Listed(login, name, row[0], "Chuyên môn thụ lý")])
    admin = open_context("desktop").new_page()
    sign_in(admin, live, AGENCY_ADMIN)
    admin.goto("/can-bo/danh-sach/")
    expect(heading(admin)).to_have_text(named("officials.vi", "Nhập cán bộ từ Excel"))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    admin.get_by_label("Tệp danh sách").set_input_files({"name": "can-bo.xlsx", "mimeType": kind, "buffer": content})
    press(admin, "officials.vi", "Gửi và kiểm tra")
    live.wait_for_jobs(60)
    admin.reload()
    press(admin, "officials.vi", "Nhập danh sách")
    live.wait_for_jobs(60)
    admin.reload()
    press(admin, "officials.vi", "Hiện mật khẩu đầu để in")
    slip = admin.get_by_role("listitem").filter(has_text=login)
    return slip.locator("dd").nth(1).inner_text()


def first_log_in(page: Page, login: str, first: str) -> None:
    page.goto("/dang-nhap/")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(first)
    press(page, "officials.vi", "Đăng nhập")
    page.goto("/ban-lam-viec/")  # whatever is opened, the password comes first
    expect(heading(page)).to_have_text(named("officials.vi", "Đổi mật khẩu"))
    page.locator("input[name=oldpassword]").fill(first)
    page.locator("input[name=password1]").fill(chosen(login))
    page.locator("input[name=password2]").fill(chosen(login))
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_load_state()
    page.goto("/ban-lam-viec/")
    expect(heading(page)).not_to_have_text("Đổi mật khẩu")
