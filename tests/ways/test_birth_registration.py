"""The mother's and the officers' way through the pages, in a real browser, on a phone and at a desk."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import EACH_WIDTH, OpenContext, looked_at
from tests.live import Live
from tests.ways.people import sign_in
from tinhso.kernel import clock

pytestmark = pytest.mark.browser

MOTHER, RECEIVER, SPECIALIST = "me.hontre@vidu.vn", "hontre.tiepnhan", "hontre.hotich"
LEADER, CLERK = "hontre.phochutich", "hontre.vanthu"


def photograph(folder: Path) -> Path:
    content = io.BytesIO()
    Image.effect_noise((900, 1200), 40).convert("RGB").save(content, "JPEG", quality=70)
    path = folder / "giay-chung-sinh.jpg"
    path.write_bytes(content.getvalue())
    return path


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu và tiếp tục").click()


def fill_date(page: Page, name: str, day: str, month: str, year: str) -> None:
    for part, value in (("day", day), ("month", month), ("year", year)):
        page.locator(f"input[name='{name}-{part}']").fill(value)


def mother_files(page: Page, live: Live, folder: Path, given: str) -> str:
    """From the first page to the acknowledgement; the dossier's address."""
    page.goto("/")
    looked_at(page, "home")
    page.get_by_role("main").get_by_role("searchbox").fill("lam khai sinh")
    page.get_by_role("button", name="Tìm").click()
    looked_at(page, "search")
    page.get_by_role("main").get_by_role("link", name="Đăng ký khai sinh").first.click()
    looked_at(page, "procedure")
    sign_in(page, live, MOTHER)
    page.goto("/thu-tuc/1.001193?noi=Kiên Hải")
    page.locator("select[name=agency]").select_option(index=0)
    page.get_by_role("button", name="Bắt đầu điền").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Người đi đăng ký")
    expect(page.locator("input[name=full_name]")).to_have_value("Nguyễn Thị Bé Ba")
    looked_at(page, "fill-applicant")
    page.locator("input[name=relation][value=mother]").check()
    page.locator("input[name=phone]").fill("0912345418")
    save(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thông tin về trẻ")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at(page, "fill-errors")
    born = clock.today() - timedelta(days=2)
    page.locator("input[name=family_name]").fill("Lê")
    page.locator("input[name=given_name]").fill(given)
    fill_date(page, "birth_date", f"{born.day}", f"{born.month}", f"{born.year}")
    page.locator("input[name=sex][value=female]").check()
    page.locator("input[name=birth_place]").fill("Trung tâm Y tế Kiên Hải")
    page.locator("input[name=birth_paper][value=certificate]").check()
    page.locator("input[name=ethnicity]").fill("Kinh")
    page.locator("input[name=nationality]").fill("Việt Nam")
    page.locator("input[name=home_place]").fill("Hòn Tre, Kiên Hải")
    save(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Cha và mẹ")
    page.locator("input[name=mother_recorded][value=yes]").check()
    page.locator("input[name=father_recorded][value=no]").check()
    save(page)
    if page.locator("input[name=mother_name]").input_value() == "":
        page.locator("input[name=mother_name]").fill("Nguyễn Thị Bé Ba")
        fill_date(page, "mother_birth_date", "14", "3", "1998")
        page.locator("input[name=mother_residence]").fill("Ấp I, Hòn Tre, Kiên Hải")
    page.locator("input[name=mother_ethnicity]").fill("Kinh")
    page.locator("input[name=mother_nationality]").fill("Việt Nam")
    looked_at(page, "fill-parents")
    save(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Giấy tờ kèm theo")
    page.locator("input[type=file]").first.set_input_files(photograph(folder))
    page.get_by_role("button", name="Thêm").first.click()
    expect(page.get_by_role("link", name="giay-chung-sinh.jpg")).to_be_visible()
    looked_at(page, "papers")
    page.get_by_role("button", name="Tiếp tục").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Kiểm tra và nộp")
    expect(page.get_by_text(given).first).to_be_visible()
    looked_at(page, "review")
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Giữ lại mã hồ sơ này")
    looked_at(page, "submitted")
    page.get_by_role("link", name="Xem hồ sơ").click()
    looked_at(page, "dossier")
    address, code = page.url, page.get_by_text("H33.31108-").first.inner_text()
    page.goto("/tra-cuu")
    looked_at(page, "track")
    page.get_by_role("main").locator("input[name=code]").fill(code)
    page.get_by_role("main").locator("input[name=last4]").fill("5418")
    page.get_by_role("main").locator("form button").click()
    expect(page.get_by_role("main")).to_contain_text(code)
    looked_at(page, "tracked")
    return address.rstrip("/").rsplit("/", 1)[-1]


def officer(open_context: OpenContext, live: Live, login: str, width: str) -> tuple[BrowserContext, Page]:
    context = open_context(width)
    page = context.new_page()
    sign_in(page, live, login)
    return context, page


@pytest.mark.parametrize("width", EACH_WIDTH)
def test_a_birth_is_registered_from_the_first_page_to_the_vault(
    width: str, open_context: OpenContext, live: Live, tmp_path: Path
) -> None:
    given = {"phone": "Ngọc", "desktop": "Vy"}[width]
    mother = open_context(width).new_page()
    dossier = mother_files(mother, live, tmp_path, given)

    _context, receiver = officer(open_context, live, RECEIVER, width)
    receiver.goto("/ban-lam-viec/")
    looked_at(receiver, "inbox")
    receiver.goto(f"/ban-lam-viec/ho-so/{dossier}")
    looked_at(receiver, "record")
    receiver.get_by_role("button", name="Tiếp nhận").click()
    expect(receiver.get_by_text("Đã tiếp nhận. Thời hạn bắt đầu tính.")).to_be_visible()

    _context, specialist = officer(open_context, live, SPECIALIST, width)
    specialist.goto(f"/ban-lam-viec/ho-so/{dossier}")
    specialist.get_by_role("link", name="Yêu cầu bổ sung").click()
    looked_at(specialist, "act-supplement")
    specialist.locator("#dieu-1").fill("Chụp lại giấy chứng sinh cho rõ con dấu")
    specialist.get_by_role("button", name="Yêu cầu bổ sung").click()

    mother.goto(f"/ho-so/{dossier}/bo-sung")
    looked_at(mother, "supplement")
    mother.locator("textarea[name=text]").fill("Con dấu rõ ở góc phải.")
    mother.get_by_role("button", name="Gửi bổ sung").click()
    expect(mother.get_by_text("Đã gửi bổ sung.")).to_be_visible()

    specialist.goto(f"/ban-lam-viec/ho-so/{dossier}")
    specialist.get_by_role("button", name="Đạt, trình ký").click()
    expect(specialist.get_by_text("Đã trình lãnh đạo ký.")).to_be_visible()

    _context, leader = officer(open_context, live, LEADER, width)
    leader.goto(f"/ban-lam-viec/ho-so/{dossier}/sign")
    looked_at(leader, "act-sign")
    leader.get_by_role("button", name="Ký", exact=True).click()
    live.wait_for_jobs()

    _context, clerk = officer(open_context, live, CLERK, width)
    clerk.goto(f"/ban-lam-viec/ho-so/{dossier}")
    clerk.get_by_role("button", name="Đóng dấu").click()
    live.wait_for_jobs()
    clerk.goto(f"/ban-lam-viec/ho-so/{dossier}")
    looked_at(clerk, "record-sealed")
    clerk.get_by_role("button", name="Trả kết quả").click()
    live.wait_for_jobs()

    mother.goto("/kho-giay-to")
    looked_at(mother, "vault")
    with mother.expect_download() as saved:
        mother.get_by_role("link", name="Tải").first.click()
    certificate = tmp_path / "giay-khai-sinh.pdf"
    saved.value.save_as(certificate)

    mother.goto("/thong-bao")
    looked_at(mother, "notices")

    stranger = open_context(width).new_page()
    stranger.goto("/chung-thu-goc")
    looked_at(stranger, "root")
    stranger.goto("/kiem-tra")
    looked_at(stranger, "verify")
    stranger.locator("input[type=file]").set_input_files(certificate)
    stranger.get_by_role("button", name="Kiểm tra").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Văn bản này là thật và còn hiệu lực")
    looked_at(stranger, "verified")

    mother.goto("/ai-da-xem")
    looked_at(mother, "disclosures")
    mother.goto("/ho-so")
    looked_at(mother, "dossiers")
