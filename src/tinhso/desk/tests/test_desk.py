"""The desk: the queue, the record, acts, and who is turned away."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Paper, Phase
from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    FORM,
    actor_of,
    agency,
    cast,
    fill,
    monday,
    mother,
    now_at,
    receiver,
    sent,
    specialist,
)
from tinhso.kernel.policy import Actor
from tinhso.people.models import Account

DESK = "/ban-lam-viec/"


def desk_of(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def address(dossier: Dossier, act: str = "") -> str:
    return f"{DESK}ho-so/{dossier.id}" + (f"/{act}" if act else "")


def test_a_new_dossier_waits_at_the_receivers_of_its_agency_only(sent: Dossier) -> None:  # noqa: F811
    assert sent.code in desk_of("hontre.tiepnhan").get(DESK).content.decode()
    assert sent.code not in desk_of("hontre.hotich").get(DESK).content.decode()
    assert sent.code not in desk_of("rachgia.tiepnhan").get(DESK).content.decode()


@pytest.mark.parametrize(
    ("query", "there"), [("han=none", True), ("han=late", False), ("nguoi=chua", True), ("nguoi=toi", False)]
)
def test_filters_are_in_the_address(sent: Dossier, query: str, there: bool) -> None:  # noqa: F811
    page = desk_of("hontre.tiepnhan").get(f"{DESK}?{query}").content.decode()
    assert (sent.code in page) is there


def test_a_code_opens_the_dossier_whatever_its_step(sent: Dossier) -> None:  # noqa: F811
    for login in ("hontre.tiepnhan", "hontre.vanthu"):
        found = desk_of(login).get(DESK, {"q": f" {sent.code.lower()} "})
        assert (found.status_code, found["Location"]) == (302, address(sent)), login


@pytest.mark.parametrize("code", [None, "H33.31108-000000-0000", "a\x00", "<b>", "%"])
def test_a_code_of_another_agency_is_like_one_that_does_not_exist(sent: Dossier, code: str | None) -> None:  # noqa: F811
    page = desk_of("rachgia.tiepnhan").get(DESK, {"q": code or sent.code})
    assert page.status_code == 200
    assert "Hãy xem lại mã trên giấy tiếp nhận." in page.content.decode()


def test_officials_elsewhere_and_citizens_do_not_find_it(sent: Dossier) -> None:  # noqa: F811
    elsewhere, citizen, visitor = desk_of("rachgia.tiepnhan"), desk_of("chua.xacminh@vidu.vn"), Client()
    for act in ("", "receive", "refuse", "ket-qua"):
        assert elsewhere.get(address(sent, act)).status_code == 404, act
        assert citizen.get(address(sent, act)).status_code == 403, act
        opened = visitor.get(address(sent, act))
        assert (opened.status_code, opened["Location"].split("?")[0]) == (302, "/dang-nhap/"), act
    for act in ("receive", "refuse", "giay-tiep-nhan"):
        assert elsewhere.post(address(sent, act), {"version": "1"}).status_code == 404, act
        assert citizen.post(address(sent, act), {"version": "1"}).status_code == 403, act
        assert visitor.post(address(sent, act), {"version": "1"}).status_code == 401, act
    for page in ("", "ket-qua"):
        assert elsewhere.post(address(sent, page), {"version": "1"}).status_code == 405, page
    sent.refresh_from_db()
    assert sent.phase == Phase.SUBMITTED


def test_who_acts_second_is_told_who_was_first_and_keeps_the_words(
    sent: Dossier,  # noqa: F811
    receiver: Actor,  # noqa: F811
) -> None:
    seen = now_at(sent)
    actions.receive(receiver, sent.id, version=seen)
    answer = desk_of("hontre.tiepnhan").post(
        address(sent, "refuse"), {"version": str(seen), "reason": "x", "text": "Thiếu giấy chứng sinh"}
    )
    page = answer.content.decode()
    assert answer.status_code == 412
    assert receiver.name in page
    assert "Thiếu giấy chứng sinh" in page


def test_a_supplement_is_asked_once_and_then_only_repeated(
    sent: Dossier,  # noqa: F811
    receiver: Actor,  # noqa: F811
    mother: Actor,  # noqa: F811
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    desk = desk_of("hontre.hotich")
    ask = address(sent, "request_supplement")
    none = desk.post(ask, {"version": now_at(sent), "point": ["", "", ""], "component": ["", "", ""]})
    assert none.status_code == 422
    first = {"version": now_at(sent), "point": ["Chụp lại giấy chứng sinh"], "component": ["birth_paper"]}
    assert desk.post(ask, first).status_code == 302
    actions.answer_supplement(mother, sent.id, text="Xong", version=now_at(sent))
    page = desk.get(ask).content.decode()
    assert "Điều nào chưa đáp ứng?" in page
    assert "Chụp lại giấy chứng sinh" in page
    another = desk.post(ask, {"version": now_at(sent), "point": ["Điều mới"], "component": [""]})
    assert another.status_code == 422


def test_a_refusal_needs_a_ground_of_the_law_and_an_explanation(sent: Dossier) -> None:  # noqa: F811
    desk = desk_of("hontre.tiepnhan")
    answer = desk.post(address(sent, "refuse"), {"version": now_at(sent), "text": "Không thuộc thẩm quyền"})
    assert answer.status_code == 422
    assert "Không thuộc thẩm quyền" in answer.content.decode()


def test_several_are_claimed_at_once_and_a_lost_race_is_said(sent: Dossier, mother: Actor, fill: Any) -> None:  # noqa: F811
    other = actions.submit(mother, fill(mother).id, "second")
    picks = [f"{sent.id}:{now_at(sent)}", f"{other.id}:999", "junk"]
    body = {"do": "claim", "pick": picks, "key": str(uuid4()), "confirm": "1"}
    page = desk_of("hontre.tiepnhan").post(f"{DESK}hang-loat", body, follow=True).content.decode()
    assert "Đã làm (" in page
    assert page.count("Tải lại trang") >= 1


def test_queue_and_record_stay_within_their_queries(sent: Dossier, mother: Actor, fill: Any) -> None:  # noqa: F811
    """6 and 10 for the data (STYLE); session and account are two more, and the record adds four for its trail."""
    for number in range(4):
        actions.submit(mother, fill(mother).id, f"more-{number}")
    desk = desk_of("hontre.tiepnhan")
    desk.get(DESK)
    with CaptureQueriesContext(
        connection,
    ) as queue:
        desk.get(DESK)
    with CaptureQueriesContext(connection) as record:
        desk.get(address(sent))
    assert len(queue) <= 8
    assert len(record) <= 14


def test_the_desk_is_worked_by_keyboard(sent: Dossier) -> None:  # noqa: F811
    page = desk_of("hontre.tiepnhan").get(address(sent)).content.decode()
    assert 'data-key="t"' in page
    assert 'data-key="g"' in page
    assert "data-keys" in page


def test_a_receipt_is_ordered_at_the_counter_and_printed_from_the_record(
    sent: Dossier,  # noqa: F811
    receiver: Actor,  # noqa: F811
) -> None:
    desk = desk_of("hontre.tiepnhan")
    early = desk.post(address(sent, "giay-tiep-nhan"))
    assert early.status_code == 409
    assert "chưa được tiếp nhận" in early.content.decode()
    actions.receive(receiver, sent.id, version=now_at(sent))
    assert "Chưa có giấy nào" in desk.get(address(sent)).content.decode()
    assert desk.post(address(sent, "giay-tiep-nhan")).status_code == 302
    page = desk.get(address(sent)).content.decode()
    made = Paper.objects.get(dossier=sent)
    assert f"/ban-lam-viec/giay-to/{made.id}" in page
    assert "Lập giấy tiếp nhận" not in page
    assert desk.post(f"/ban-lam-viec/giay-to/{made.id}/in").content.startswith(b"%PDF")
    assert "đã in 1 lần" in desk.get(address(sent)).content.decode()


def test_papers_and_lists_take_the_last_and_the_first_day_that_a_calendar_knows(
    sent: Dossier,  # noqa: F811
    receiver: Actor,  # noqa: F811
) -> None:
    desk, paths = (
        desk_of("hontre.tiepnhan"),
        (f"{DESK}giay-to?den=", f"{DESK}giay-to?tu=", f"{DESK}giay-to/ban-giao?ngay="),
    )
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.ask_receipt(receiver, sent.id)
    for path in paths:
        for day in ("31/12/9999", "01/01/0001", "9999-12-31"):
            page = desk.get(path + day)
            assert page.status_code in (200, 422), (path, day)
    assert sent.code in desk.get(paths[0] + "31/12/9999").content.decode()
    assert desk.get(paths[2] + "31/12/9999").status_code == 200


@pytest.mark.usefixtures("cast")
def test_who_has_no_desk_is_told_why_and_led_to_the_own_work_page() -> None:
    page = desk_of("tinh.kiemtra").get(DESK)
    words = page.content.decode()
    assert page.status_code == 403
    assert "Trang này dành cho vai trò khác" in words
    assert 'href="/can-bo/">Về trang làm việc của bạn' in words
    assert "data-desk-search" not in words
