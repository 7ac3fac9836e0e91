"""One agency asks another for its opinion and reads the answer, in a real browser at both widths; axe agrees."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect
from tests.browser import OpenContext, both, looked_at
from tests.filing import MOTHER
from tests.live import Live
from tests.ways.people import sign_in
from tests.ways.sending import sent_by_mother

pytestmark = [pytest.mark.browser, pytest.mark.proof]


def test_one_agency_asks_and_the_other_answers(open_context: OpenContext, live: Live) -> None:
    address = sent_by_mother(live)
    desk = f"/ban-lam-viec{address}"

    def pages() -> tuple[Page, Page]:
        return open_context("desktop").new_page(), open_context("phone").new_page()

    counter, _narrow = pages()
    sign_in(counter, live, "hontre.tiepnhan", desk)
    counter.get_by_role("button", name="Tiếp nhận").click()
    asker, narrow = pages()
    sign_in(asker, live, "hontre.hotich", desk)
    asker.get_by_role("link", name="Lấy ý kiến cơ quan khác").click()
    both(asker, narrow, f"{desk}/ask_opinion", "opinion-form")
    asker.get_by_label("Nội dung cần cho ý kiến").fill("Cha của cháu có hộ khẩu tại phường không?")
    asker.get_by_role("button", name="Lấy ý kiến cơ quan khác").click()
    expect(asker.get_by_role("alert")).to_contain_text("Chọn một cơ quan")
    expect(asker.get_by_label("Nội dung cần cho ý kiến")).to_have_value("Cha của cháu có hộ khẩu tại phường không?")
    looked_at(asker, "opinion-form-wrong")
    asker.get_by_label("Cơ quan được hỏi").select_option(label="Ủy ban nhân dân phường Rạch Giá")
    asker.get_by_label("Bao nhiêu").fill("1")
    asker.get_by_label("Tính bằng").select_option("hours")
    asker.get_by_label("Giấy chứng sinh").check()
    asker.get_by_role("button", name="Lấy ý kiến cơ quan khác").click()
    expect(asker.get_by_text("Đã gửi câu hỏi.")).to_be_visible()
    both(asker, narrow, desk, "opinion-asked")
    asked = asker.get_by_role("link", name="Rút câu hỏi").get_attribute("href") or ""
    both(asker, narrow, asked, "opinion-take-back")

    neighbour, narrow = pages()
    sign_in(neighbour, live, "rachgia.hotich", "/ban-lam-viec/y-kien")
    both(neighbour, narrow, "/ban-lam-viec/y-kien", "opinions-waiting")
    neighbour.get_by_role("link", name="Đăng ký khai sinh").click()
    both(neighbour, narrow, neighbour.url.removeprefix(live.url), "opinion-answer")
    neighbour.get_by_role("button", name="Gửi ý kiến").click()
    expect(neighbour.get_by_role("alert")).to_contain_text("Chọn một loại ý kiến")
    neighbour.get_by_label("Đồng ý", exact=True).check()
    neighbour.get_by_label("Nội dung trả lời").fill("Có, tại tổ 5.")
    neighbour.get_by_role("button", name="Gửi ý kiến").click()
    expect(neighbour.get_by_text("Đã gửi ý kiến.")).to_be_visible()
    expect(neighbour.get_by_text("Không có câu hỏi nào chờ trả lời")).to_be_visible()
    both(neighbour, narrow, "/ban-lam-viec/y-kien/da-tra-loi", "opinions-given")
    expect(neighbour.get_by_text("Đồng ý")).to_be_visible()

    asker.goto(desk)
    expect(asker.get_by_text("Có, tại tổ 5.").first).to_be_visible()
    looked_at(asker, "opinion-given")
    mother, narrow = pages()
    sign_in(mother, live, MOTHER, address)
    expect(mother.get_by_text("phường Rạch Giá đã cho ý kiến")).to_be_visible()
    expect(mother.get_by_text("Có, tại tổ 5.")).to_have_count(0)
    looked_at(mother, "opinion-mine")


def test_the_answer_of_somebody_outside_is_recorded(open_context: OpenContext, live: Live) -> None:
    address = sent_by_mother(live)
    desk = f"/ban-lam-viec{address}"
    counter = open_context("desktop").new_page()
    sign_in(counter, live, "hontre.tiepnhan", desk)
    counter.get_by_role("button", name="Tiếp nhận").click()
    asker, narrow = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(asker, live, "hontre.hotich", f"{desk}/ask_opinion")
    asker.goto(f"{desk}/ask_opinion")
    asker.get_by_label("Nơi ngoài hệ thống").fill("Bệnh viện Đa khoa")
    asker.get_by_label("Nội dung cần cho ý kiến").fill("Giấy chứng sinh có phải do bệnh viện cấp không?")
    asker.get_by_label("Bao nhiêu").fill("1")
    asker.get_by_label("Tính bằng").select_option("hours")
    asker.get_by_role("button", name="Lấy ý kiến cơ quan khác").click()
    expect(asker.get_by_text("Hệ thống không gửi ra ngoài")).to_be_visible()
    page = asker.get_by_role("link", name="Ghi trả lời hoặc rút câu hỏi").get_attribute("href") or ""
    both(asker, narrow, page, "opinion-record")
    asker.get_by_label("Cung cấp thông tin").check()
    asker.get_by_label("Nội dung trả lời").fill("Bệnh viện đã cấp giấy này.")
    asker.get_by_role("button", name="Ghi trả lời").click()
    expect(asker.get_by_role("alert")).to_contain_text("Ghi số, ký hiệu văn bản trả lời")
    asker.get_by_label("Số, ký hiệu văn bản").fill("12/BV")
    asker.get_by_label("Ngày nhận văn bản trả lời").fill(f"{date.today():%d/%m/%Y}")
    asker.get_by_role("button", name="Ghi trả lời").click()
    expect(asker.get_by_text("theo văn bản số 12/BV")).to_be_visible()
    looked_at(asker, "opinion-recorded")
