"""The clock stops, runs on and is moved in a real browser, at the desk and as the applicant sees it; axe agrees."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser import OpenContext, both
from tests.filing import MOTHER
from tests.live import Live
from tests.ways.people import sign_in
from tests.ways.sending import sent_by_mother

pytestmark = [pytest.mark.browser, pytest.mark.proof]


def next_week() -> date:
    """A working day a week or so ahead, clear of the days off around it."""
    day = date.today() + timedelta(days=7)
    while day.weekday() > 3 or (day.month, day.day) in {(1, 1), (4, 30), (5, 1), (9, 2)}:
        day += timedelta(days=1)
    return day


def test_a_payment_a_suspension_and_a_new_date_are_asked_for_and_shown(open_context: OpenContext, live: Live) -> None:
    address = sent_by_mother(live)
    desk = f"/ban-lam-viec{address}"

    def pages() -> tuple[Page, Page]:
        return open_context("desktop").new_page(), open_context("phone").new_page()

    counter, narrow = pages()
    sign_in(counter, live, "hontre.tiepnhan", desk)
    counter.get_by_role("button", name="Tiếp nhận").click()
    expect(counter.get_by_text("Đã tiếp nhận. Thời hạn bắt đầu tính.")).to_be_visible()
    both(counter, narrow, f"{desk}/ask_fee", "fee-asked-form")
    counter.get_by_label("Số tiền (đồng)").fill("8.000")
    counter.get_by_label("Khoản phải nộp").fill("Lệ phí cấp bản sao trích lục")
    counter.get_by_role("button", name="Yêu cầu nộp phí").click()
    expect(counter.get_by_text("Lệ phí cấp bản sao trích lục:").first).to_be_visible()
    both(counter, narrow, desk, "fee-awaited")
    expect(counter.get_by_text("Ghi nhận đã nộp phí")).to_have_count(0)
    till, _narrow = pages()
    sign_in(till, live, "hontre.vanthu", desk)
    till.goto(f"{desk}/settle_fee")
    till.get_by_role("button", name="Ghi nhận đã nộp phí").click()
    expect(till.get_by_role("alert")).to_contain_text("số biên lai")
    till.get_by_label("Số biên lai hoặc số giao dịch").fill("BL 0017")
    till.get_by_role("button", name="Ghi nhận đã nộp phí").click()
    expect(till.get_by_text("Thời gian còn lại chạy tiếp")).to_be_visible()

    head, narrow = pages()
    sign_in(head, live, "hontre.phochutich", desk)
    both(head, narrow, desk, "leader-record")
    both(head, narrow, f"{desk}/extend", "extension-form")
    head.get_by_label("Ngày trả mới").fill(f"{next_week():%d/%m/%Y}")
    head.get_by_label("Vì sao chậm").fill("Máy in phôi giấy khai sinh của xã hỏng, đang chờ sửa.")
    head.get_by_role("button", name="Xin lỗi, hẹn lại").click()
    expect(head.get_by_text("Đã xin lỗi và hẹn lại: trả trước")).to_be_visible()
    head.goto(f"{desk}/suspend")
    head.get_by_label("Lý do").fill("Chờ kết quả giám định theo yêu cầu của tòa án.")
    head.get_by_role("button", name="Dừng giải quyết").click()
    both(head, narrow, desk, "suspended")

    mother, narrow = pages()
    sign_in(mother, live, MOTHER, address)
    expect(mother.get_by_text("Chờ kết quả giám định theo yêu cầu của tòa án.").first).to_be_visible()
    both(mother, narrow, address, "suspended-mine")
