"""The account pages in a real browser, at phone and desktop width, with nothing for axe to find."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect
from tests.browser import looked_at
from tests.live import Live

pytestmark = pytest.mark.browser

MOTHER = "me.hontre@vidu.vn"
STRANGER = "chua.xacminh@vidu.vn"


def sign_in(page: Page, live: Live, login: str, then: str = "/tai-khoan/") -> None:
    page.goto(f"/dang-nhap/?next={then}")
    page.get_by_label("Số điện thoại").fill(login)
    page.get_by_label("Mật khẩu").fill(live.accounts[login].password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def test_pages_for_visitors(each_width: Page, live: Live):
    page = each_width
    for path, name in (("/dang-nhap/", "sign-in"), ("/dang-ky/", "register"), ("/quen-mat-khau/", "reset")):
        page.goto(path)
        looked_at(page, name)
    page.goto("/dang-nhap/")
    page.get_by_label("Số điện thoại").fill("khong.co@vidu.vn")
    page.get_by_label("Mật khẩu").fill("sai mật khẩu")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("chưa đúng")
    looked_at(page, "sign-in-refused")


def test_an_unverified_account_says_what_that_means(each_width: Page, live: Live):
    page = each_width
    sign_in(page, live, STRANGER)
    expect(page.get_by_text("Danh tính chưa xác minh")).to_be_visible()
    looked_at(page, "account-unverified")
    page.goto("/tai-khoan/danh-tinh/")
    page.get_by_role("button", name="Lưu").click()
    looked_at(page, "claim-refused")


def test_a_verified_account_and_its_protection(each_width: Page, live: Live):
    page = each_width
    sign_in(page, live, MOTHER)
    expect(page.get_by_text("Danh tính đã xác minh")).to_be_visible()
    looked_at(page, "account")
    for path, name in (("mat-khau", "password"), ("hai-lop", "second-factors"), ("thiet-bi", "devices")):
        page.goto(f"/tai-khoan/{path}/")
        looked_at(page, name)


def test_the_counter_finds_an_account(each_width: Page, live: Live):
    page = each_width
    sign_in(page, live, "hontre.tiepnhan", "/can-bo/xac-minh-danh-tinh/")
    page.get_by_label("Mã tài khoản").fill(STRANGER)
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.get_by_text("Ghi theo giấy tờ bạn đang cầm")).to_be_visible()
    looked_at(page, "counter")


def test_a_leader_signs_in_with_two_factors(each_width: Page, live: Live):
    page = each_width
    width = page.viewport_size["width"]
    login = "hontre.phochutich" if width == 360 else "rachgia.phochutich"
    sign_in(page, live, login)
    expect(page.get_by_role("heading", name="Mã xác thực")).to_be_visible()
    looked_at(page, "second-factor")
    code = format_hotp_value(hotp_value(live.accounts[login].totp, int(time.time()) // 30))
    page.get_by_label("Mã 6 chữ số").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).to_have_url(re.compile("/tai-khoan/"))
