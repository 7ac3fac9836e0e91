"""docs/citizens.vi.md, step by step on a phone, beyond what the way of a birth registration walks already."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenContext
from tests.live import Live
from tests.ways.filed import acted, filed
from tests.ways.people import sign_in
from tinhso.cli.touring.journey import Journey
from tinhso.config import ROOT, instance

pytestmark = [pytest.mark.browser, pytest.mark.proof]

MOTHER, RECEIVER = "me.hontre@vidu.vn", "hontre.tiepnhan"
GUIDE = " ".join((ROOT / "docs" / "citizens.vi.md").read_text().split())


def mother(open_context: OpenContext, live: Live) -> Page:
    page = open_context("phone").new_page()
    sign_in(page, live, MOTHER)
    return page


def named(words: str) -> str:
    """A word on a button, which the guide must call so."""
    assert f"**{words}**" in GUIDE, f"the guide does not name «{words}»"
    return words


def test_a_dossier_is_withdrawn(open_context: OpenContext, live: Live) -> None:
    """Part 5, "Đổi ý"."""
    dossier = filed(live)
    acted(live, dossier, RECEIVER, "reception")
    page = mother(open_context, live)
    page.goto(f"/ho-so/{dossier}")
    page.get_by_text(named("Rút hồ sơ"), exact=True).click()
    page.get_by_role("button", name=named("Rút hồ sơ này")).click()
    expect(page.get_by_text("Bạn đã rút hồ sơ này.")).to_be_visible()


def test_a_result_is_rated_and_who_looked_is_listed(open_context: OpenContext, live: Live) -> None:
    """Parts 6 and 7: the dossier's page asks once; the log of readings names the officials."""
    journey = Journey(live.url, instance().home)
    for step in (
        *(journey.count_before, journey.find_procedure, journey.start, journey.fill, journey.photograph),
        *(journey.submit, journey.receive, journey.propose, journey.sign, journey.seal, journey.give_back),
    ):
        step()
    page = mother(open_context, live)
    page.goto(f"/ho-so/{journey.dossier['id']}")
    page.get_by_label("Rất hài lòng", exact=True).check()
    page.get_by_role("button", name=named("Gửi đánh giá")).click()
    expect(page.get_by_role("button", name="Gửi đánh giá")).to_have_count(0)
    journey.disclosures()  # the log is taken in from the spool within seconds
    page.goto("/ai-da-xem")
    expect(page.get_by_role("heading", level=1)).to_have_text(named("Ai đã xem dữ liệu của tôi"))
    expect(page.get_by_role("main")).to_contain_text("Trương Văn Lễ")


def test_all_that_is_held_of_a_person_is_fetched(open_context: OpenContext, live: Live, tmp_path: Path) -> None:
    """Part 7: asked for, made in the background, read as PDF and JSON."""
    page = mother(open_context, live)
    page.goto("/du-lieu-cua-toi")
    expect(page.get_by_role("heading", level=1)).to_have_text(named("Dữ liệu của tôi"))
    page.get_by_role("button", name=named("Yêu cầu bản dữ liệu")).click()
    live.wait_for_jobs(120)  # the PDF is made in the background
    page.goto("/du-lieu-cua-toi")
    for words, start in (("Tải bản đọc (PDF)", b"%PDF-"), ("Tải bản cho máy (JSON)", b"{")):
        with page.expect_download() as saved:
            page.get_by_role("link", name=named(words)).first.click()
        target = tmp_path / "mine"
        saved.value.save_as(target)
        assert target.read_bytes().startswith(start)
    assert "Nguyễn Thị Bé Ba" in json.dumps(json.loads(target.read_text()), ensure_ascii=False)


def test_an_erasure_says_what_goes_and_what_stays_before_it_is_asked_for(open_context: OpenContext, live: Live) -> None:
    """Part 7: the reasons stand on the page; nobody is erased by this test."""
    page = mother(open_context, live)
    page.goto("/du-lieu-cua-toi")
    section = page.get_by_role("region", name=named("Xóa dữ liệu"))
    expect(section).to_be_visible()
    expect(section.get_by_role("heading", name="Phải giữ lại")).to_be_visible()
    if section.locator("summary").count():
        section.locator("summary").click()
        expect(section.get_by_role("button", name=named("Tôi hiểu, gửi yêu cầu xóa"))).to_be_visible()
