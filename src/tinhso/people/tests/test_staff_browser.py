"""The pages of officials in a real browser, at phone and desktop width, with nothing for axe to find."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect
from tests.browser import looked_at
from tests.live import Live
from tests.ways.people import sign_in

from tinhso.people import lists

pytestmark = [pytest.mark.browser, pytest.mark.proof]


def a_list(folder: Path, code: str, mark: str) -> Path:
    """A filled-in list: one good line and one with mistakes."""
    book = Workbook()
    book.active.append([str(title) for title in lists.COLUMNS.values()])
    book.active.append([f"mau.{mark}1", "Lê Thị Bông", "Công chức", code, "Văn thư", "", "", ""])
    book.active.append([f"mau.{mark}2", "", "Công chức", code, "Vua", "31/02/2026", "", "khong-phai-thu"])
    path = folder / f"can-bo-{mark}.xlsx"
    book.save(path)
    return path


def test_an_administrator_finds_an_official_and_acts(each_width: Page, live: Live, tmp_path: Path):
    page = each_width
    width = page.viewport_size["width"]
    sign_in(page, live, "hontre.quantri" if width == 360 else "tinh.quantri", "/can-bo/")
    expect(page.get_by_role("heading", name="Cán bộ", exact=True)).to_be_visible()
    looked_at(page, "officials")
    page.get_by_label("Tên, có dấu hoặc không").fill("hoang phuc")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("link", name="Danh Hoàng Phúc").click()
    expect(page.get_by_role("heading", name="Danh Hoàng Phúc")).to_be_visible()
    looked_at(page, "official")
    page.get_by_role("link", name="Ghi nghỉ").click()
    page.get_by_role("button", name="Ghi nghỉ").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy ghi ngày đầu của kỳ nghỉ.")
    looked_at(page, "official-leave-refused")
    for path, name in (("quyen/", "rights"), ("quyen-ky/", "authorities"), ("danh-sach/", "lists")):
        page.goto(f"/can-bo/{path}")
        looked_at(page, name)
    code = page.request.get("/api/v1/officials?q=hoang+phuc").json()["items"][0]["posts"][0]["agency"]
    agencies = page.request.get("/api/v1/agencies").json()
    known = {agency["id"]: agency["code"] for agency in agencies.get("items", agencies)}
    page.goto("/can-bo/danh-sach/")
    page.get_by_label("Tệp danh sách").set_input_files(a_list(tmp_path, known[code], f"w{width}"))
    page.get_by_role("button", name="Gửi và kiểm tra").click()
    expect(page.get_by_text("Có dòng cần sửa")).to_be_visible(timeout=60_000)
    looked_at(page, "list-wrong")
    if width == 1280:
        page.goto("/can-bo/de-nghi/")
        looked_at(page, "proposals")


def test_an_officials_day_on_paper(each_width: Page, live: Live):
    page = each_width
    sign_in(page, live, "hontre.tiepnhan", "/ban-lam-viec/hom-nay")
    expect(page.get_by_role("heading", name="Việc hôm nay")).to_be_visible()
    looked_at(page, "day")
    page.goto("/tai-khoan/thiet-bi/")
    looked_at(page, "own-devices")
