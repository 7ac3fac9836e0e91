"""Messages, ways of being told and old papers in a real browser, on both sides and at both widths; axe agrees."""

import io
import zipfile
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect
from tests.browser import OpenContext, both
from tests.filing import MOTHER
from tests.live import Live
from tests.ways.people import sign_in
from tests.ways.sending import sent_by_mother

from tinhso.dossiers.digitising.lines import COLUMNS
from tinhso.dossiers.notices import DESK_MESSAGES, DESK_TURNS
from tinhso.kernel.pdf.render import render

pytestmark = [pytest.mark.browser, pytest.mark.proof]


def test_applicant_and_agency_write_to_each_other(open_context: OpenContext, live: Live) -> None:
    address = sent_by_mother(live)
    mother, narrow = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(mother, live, MOTHER, f"{address}/trao-doi")
    mother.get_by_role("button", name="Gửi", exact=True).click()
    expect(mother.get_by_role("alert")).to_contain_text("Ghi điều bạn muốn hỏi")
    mother.get_by_label("Viết cho cơ quan").fill(
        "Bản sao giấy kết hôn tôi nộp sau tại quầy được không?\nTôi làm ca đêm."
    )
    mother.get_by_role("button", name="Gửi", exact=True).click()
    expect(mother.get_by_text("Bên kia chưa mở")).to_be_visible()

    desk, small = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(desk, live, "hontre.tiepnhan", "/ban-lam-viec/tin-nhan")
    both(desk, small, "/ban-lam-viec/tin-nhan", "threads")
    desk.goto(f"/ban-lam-viec{address}/trao-doi")
    desk.get_by_label("Viết cho người nộp").fill("Được. Chị mang bản chính tới quầy 2 để đối chiếu.")
    desk.get_by_role("button", name="Gửi", exact=True).click()
    expect(desk.get_by_text("Đã gửi cho người nộp.")).to_be_visible()
    both(desk, small, f"/ban-lam-viec{address}/trao-doi", "thread-desk")
    both(mother, narrow, f"{address}/trao-doi", "thread")
    expect(mother.get_by_text("Bên kia mở lúc")).to_be_visible()
    both(mother, narrow, "/tai-khoan/tin-bao/", "channels")
    box = mother.get_by_role("group", name="Tin nhắn về hồ sơ").get_by_label("Thư điện tử")
    box.uncheck()
    mother.get_by_role("button", name="Lưu", exact=True).click()
    expect(mother.get_by_text("Đã lưu cách nhận tin.")).to_be_visible()
    expect(box).not_to_be_checked()


def test_an_official_with_an_address_chooses_what_comes_by_letter(open_context: OpenContext, live: Live) -> None:
    desk, small = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(desk, live, "rachgia.hotich", "/tai-khoan/tin-bao/")
    both(desk, small, "/tai-khoan/tin-bao/", "channels-no-address")
    address = (
        "from tinhso.people.models import Account; Account.objects.filter(login='rachgia.hotich').update(email={!r})"
    )
    live.manage("shell", "-c", address.format("thi.soc.kha@vidu.vn"))
    both(desk, small, "/tai-khoan/tin-bao/", "channels-desk")
    headings = small.get_by_role("main").get_by_role("heading", level=2)
    expect(headings).to_have_text(["Việc ở cơ quan", "Việc của riêng bạn"])
    for topic in (DESK_TURNS, DESK_MESSAGES):
        expect(small.get_by_role("group", name=str(topic.title)).get_by_label("Thư điện tử")).not_to_be_checked()
    live.manage("shell", "-c", address.format(""))


def archive_of(folder: Path, lines: list[list[str]], name: str) -> Path:
    """A list and its scans, as an officer packs them."""
    text = "\n".join(";".join(cells) for cells in [[str(title) for title in COLUMNS.values()], *lines])
    with zipfile.ZipFile(folder / name, "w") as made:
        made.writestr("danh-sach.csv", "\ufeff" + text)
        for cells in lines:
            if cells[-1].endswith("1.pdf"):
                made.writestr(cells[-1], render(f"<h1>Giấy khai sinh số {cells[0]}</h1>", title=cells[0]))
    return folder / name


def test_old_papers_are_checked_signed_and_found_by_whoever_checks(
    open_context: OpenContext, live: Live, tmp_path: Path
) -> None:
    good = ["101", "05/09/2011", "Giấy khai sinh", "091055001234", "Trần Văn Xưa", "", "", "so-1.pdf"]
    wrong = [*good[:3], "09105500123", *good[4:7], "mat.pdf"]
    desk, small = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(desk, live, "hontre.hotich", "/ban-lam-viec/so-hoa")
    desk.goto("/ban-lam-viec/so-hoa")
    desk.get_by_label("Tệp nén, hoặc danh sách").set_input_files(archive_of(tmp_path, [good, wrong], "so-2011-sai.zip"))
    desk.get_by_role("button", name="Gửi và kiểm tra").click()
    live.wait_for_jobs()
    both(desk, small, desk.url.removeprefix(live.url), "digitised-faults")
    expect(desk.get_by_text("Không có tệp này trong tệp nén.")).to_be_visible()
    right = archive_of(tmp_path, [good, ["102", *good[1:7], ""]], "so-2011.zip")
    desk.goto("/ban-lam-viec/so-hoa")
    desk.get_by_label("Tệp nén, hoặc danh sách").set_input_files(right)
    desk.get_by_role("button", name="Gửi và kiểm tra").click()
    live.wait_for_jobs()
    batch = desk.url.removeprefix(live.url)
    desk.goto(batch)
    expect(desk.get_by_text("Chờ người có quyền ký")).to_be_visible()

    head, narrow = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(head, live, "hontre.phochutich", batch)
    head.goto(batch)
    head.get_by_role("button", name="Ký 1 bản quét").click()
    live.wait_for_jobs()
    both(head, narrow, batch, "digitised-done")
    link = head.get_by_role("link", name="Xem bản quét").get_attribute("href")
    signed = head.context.request.get(f"{live.url}{link}").body()
    answer = httpx.post(f"{live.url}/api/v1/verifications", files={"file": ("a.pdf", io.BytesIO(signed))}, timeout=60)
    assert answer.json()["valid"], answer.text
    both(head, narrow, "/ban-lam-viec/so-hoa", "digitised-share")
