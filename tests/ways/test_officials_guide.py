"""docs/officials.vi.md, step by step in a browser, beyond what the way of a birth registration walks already: the words
on the buttons are those of the guide."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenContext
from tests.live import Live
from tests.ways.filed import acted, filed
from tests.ways.people import sign_in
from tinhso.config import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.proof]

RECEIVER, SPECIALIST, LEADER, CLERK = "hontre.tiepnhan", "hontre.hotich", "hontre.phochutich", "hontre.vanthu"
GUIDE = (ROOT / "docs" / "officials.vi.md").read_text()


def official(open_context: OpenContext, live: Live, login: str) -> Page:
    page = open_context("desktop").new_page()
    sign_in(page, live, login)
    return page


def record(page: Page, dossier: str) -> None:
    page.goto(f"/ban-lam-viec/ho-so/{dossier}")


def press(page: Page, words: str, *, kind: str = "button") -> None:
    """A button or link of that name; the guide must call it so."""
    assert f"**{words}**" in GUIDE, f"the guide does not name «{words}»"
    page.get_by_role("main").get_by_role(kind, name=words, exact=True).first.click()  # type: ignore[arg-type]


def test_the_queue_is_worked_by_keyboard_and_several_are_taken_at_once(open_context: OpenContext, live: Live) -> None:
    """Part 2: J and K, X, Enter, ?; filters; several at once."""
    for _number in range(2):
        filed(live)
    page = official(open_context, live, RECEIVER)
    page.goto("/ban-lam-viec/")
    for words in ("Quá hạn", "Sắp đến hạn", "Đúng hạn", "Chưa tiếp nhận", "Tạm dừng", "Của tôi", "Chưa ai nhận"):
        assert f"**{words}**" in GUIDE.replace("\n", " ")
        expect(page.get_by_role("main").get_by_text(words).first).to_be_attached()
    page.keyboard.press("?")
    expect(page.locator("dialog[data-keys]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[data-keys]")).to_be_hidden()
    page.keyboard.press("x")  # the first row is where one begins
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".desk-table .row-check input:checked")).to_have_count(2)
    page.keyboard.press("k")
    expect(page.locator(".desk-table tr.is-cursor")).to_have_count(1)
    press(page, "Nhận xử lý")
    page.get_by_role("button", name="Nhận xử lý 2 hồ sơ").click()  # after a look at what would be done
    expect(page.get_by_role("main")).to_contain_text("Hoàn tác")
    page.goto("/ban-lam-viec/")
    page.get_by_role("main").get_by_role("link", name="Của tôi").click()
    page.wait_for_url("**nguoi=toi**")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ban-lam-viec/ho-so/**")
    expect(page.get_by_role("button", name="Tiếp nhận", exact=True)).to_be_visible()


def test_a_dossier_outside_the_agencys_power_is_refused_with_its_ground(open_context: OpenContext, live: Live) -> None:
    """Part 3."""
    dossier = filed(live)
    page = official(open_context, live, RECEIVER)
    record(page, dossier)
    press(page, "Từ chối, nêu lý do", kind="link")
    page.locator("input[name=reason]").first.check()
    page.get_by_label("Giải thích cho người nộp").fill("Nơi cư trú của cha mẹ ở tỉnh khác. Nộp tại nơi cư trú.")
    press(page, "Từ chối, nêu lý do")
    expect(page.get_by_text("Đã từ chối, người nộp nhận được lý do.")).to_be_visible()


def test_a_leader_sends_back_signs_reissues_and_revokes(open_context: OpenContext, live: Live, tmp_path: Path) -> None:
    """Parts 5 to 7: what is not well goes back, is proposed anew, signed, sealed, returned; then given anew and taken
    back, and whoever checks a file is told."""
    dossier = filed(live)
    acted(live, dossier, RECEIVER, "reception")
    specialist = official(open_context, live, SPECIALIST)
    record(specialist, dossier)
    press(specialist, "Đạt, trình ký")

    leader = official(open_context, live, LEADER)
    record(leader, dossier)
    press(leader, "Trả lại thẩm định", kind="link")
    leader.get_by_label("Điều cần thẩm định lại").fill("Đối chiếu lại ngày sinh với giấy chứng sinh.")
    press(leader, "Trả lại thẩm định")
    expect(leader.get_by_text("Đã trả lại để thẩm định.")).to_be_visible()
    mother = open_context("phone").new_page()
    sign_in(mother, live, "me.hontre@vidu.vn")
    mother.goto(f"/ho-so/{dossier}")
    expect(mother.get_by_text("Đối chiếu lại ngày sinh")).to_have_count(0)  # the applicant does not see the note

    record(specialist, dossier)
    expect(specialist.get_by_text("Đối chiếu lại ngày sinh").first).to_be_visible()
    press(specialist, "Đạt, trình ký")
    record(leader, dossier)
    press(leader, "Ký", kind="link")
    expect(leader.get_by_text("Ký thay (KT.)")).to_be_visible()
    press(leader, "Ký")
    live.wait_for_jobs()
    clerk = official(open_context, live, CLERK)
    sealed(live, clerk, dossier)
    press(clerk, "Trả kết quả")
    live.wait_for_jobs()
    first = downloaded(mother, dossier, tmp_path / "first.pdf")

    record(leader, dossier)
    press(leader, "Cấp lại", kind="link")
    leader.get_by_label("Lý do").fill("Sai chữ trong nơi sinh.")
    press(leader, "Cấp lại")
    live.wait_for_jobs()
    sealed(live, clerk, dossier)
    live.wait_for_jobs()
    second = downloaded(mother, dossier, tmp_path / "second.pdf")
    assert first.read_bytes() != second.read_bytes()
    assert "thay thế" in verdict(open_context, first)
    assert "còn hiệu lực" in verdict(open_context, second)

    record(leader, dossier)
    press(leader, "Thu hồi kết quả", kind="link")
    leader.get_by_label("Lý do").fill("Đăng ký trùng.")
    press(leader, "Thu hồi kết quả")
    expect(leader.get_by_text("Đã thu hồi. Ai kiểm tra tệp cũ sẽ thấy điều này.")).to_be_visible()
    assert "thu hồi" in verdict(open_context, second)


def sealed(live: Live, clerk: Page, dossier: str) -> None:
    """Part 6, step 1: press, wait a moment, load the page anew."""
    record(clerk, dossier)
    press(clerk, "Đóng dấu")
    live.wait_for_jobs()
    record(clerk, dossier)


def downloaded(page: Page, dossier: str, target: Path) -> Path:
    page.goto(f"/ho-so/{dossier}")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Tải bản điện tử (PDF)").click()
    saved.value.save_as(target)
    return target


def verdict(open_context: OpenContext, file: Path) -> str:
    """What anybody is told who checks that file."""
    page = open_context("phone").new_page()
    page.goto("/kiem-tra")
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_role("button", name="Kiểm tra").click()
    return page.get_by_role("main").inner_text()


def test_every_button_that_the_desk_has_is_named_in_the_guide() -> None:
    from tinhso.desk.pages.record import ACTS

    plain = re.sub(r"\s+", " ", GUIDE)
    assert not [str(act.words) for act in ACTS.values() if f"**{act.words}**" not in plain]
