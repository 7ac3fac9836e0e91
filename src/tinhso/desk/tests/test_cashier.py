"""The cashier's pages: what waits, taking it once, the receipt, voiding by another, the day down to each receipt."""

import os
from io import BytesIO
from pathlib import Path

from allauth.account.internal.flows.login import record_authentication
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tinhso.desk.tests.test_desk import DESK, address, desk_of
from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, FeeDue, Payment
from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    agency,
    cast,
    fill,
    monday,
    mother,
    now_at,
    receiver,
)
from tinhso.dossiers.tests.fees.conftest import late  # noqa: F401  the fixture
from tinhso.dossiers.tests.fees.money import POOR, fee_of
from tinhso.kernel.policy import Actor
from tinhso.people.models import Account

FEES = f"{DESK}thu-phi"


def head_of(place: str) -> Client:
    """The leader there, with a second factor in this session."""
    client = desk_of(f"{place}.phochutich")
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, Account.objects.get(login=f"{place}.phochutich"), "mfa", type="totp")
    request.session.save()
    return client


def ask(client: Client, dossier: Dossier, name: str, **typed: str) -> int:
    fee = FeeDue.objects.get(dossier=dossier)
    page = f"{address(dossier)}/phi/{fee.id}/{name}"
    assert client.get(page).status_code == 200
    return client.post(page, {"version": str(now_at(dossier)), **typed}).status_code


def text(client: Client, where: str, name: str = "") -> str:
    page = client.get(where).content.decode()
    if name and "TINHSO_PAGES" in os.environ:
        Path(os.environ["TINHSO_PAGES"], f"{name}.html").write_text(page)
    return page


def test_from_the_confirmed_amount_to_the_list_that_closes_the_day(late: Dossier) -> None:  # noqa: F811
    counter, till, head = desk_of("hontre.tiepnhan"), desk_of("hontre.vanthu"), head_of("hontre")
    me = desk_of("me.hontre@vidu.vn")
    assert "Chưa có mức thu đã xác minh" in text(me, f"/ho-so/{late.id}", "portal-open")
    assert "Xác nhận và yêu cầu nộp" in text(counter, address(late), "record-open")
    text(counter, f"{address(late)}/phi/{fee_of(late).id}/yeu-cau", "ask")
    text(counter, f"{address(late)}/phi/{fee_of(late).id}/mien", "exempt")
    assert ask(counter, late, "yeu-cau", amount="", reason="Lệ phí") == 422
    assert ask(counter, late, "yeu-cau", amount="8.000", reason="Lệ phí đăng ký khai sinh không đúng hạn") == 302

    fee = fee_of(late)
    assert "Nộp tại quầy thu" in text(me, f"/ho-so/{late.id}", "portal-waiting")
    assert late.code in text(till, FEES, "fees")
    assert late.code not in text(till, f"{FEES}?ma=H33-000", "fees-none")
    page = f"{FEES}/{fee.id}"
    assert "8.000" in text(till, page, "collect")
    refused = till.post(page, {"amount": "8000", "method": "transfer", "payer": "Bà <b>Ngoại</b>"})
    assert refused.status_code == 422
    assert "số giao dịch" in refused.content.decode()
    assert "<b>Ngoại" not in refused.content.decode()
    taken = till.post(page, {"amount": "8000", "method": "cash", "payer": "Bà Ngoại"})
    again = till.post(page, {"amount": "8000", "method": "cash", "payer": "Bà Ngoại"})
    assert taken["Location"] == again["Location"] == till.get(page)["Location"]
    payment = Payment.objects.get()
    assert "01/2026" in text(till, taken["Location"], "receipt")
    assert "Hủy biên lai</a>" not in text(till, taken["Location"])
    assert "01/2026" in text(me, f"/ho-so/{late.id}/bien-lai/{payment.id}", "portal-receipt")
    text(me, f"/ho-so/{late.id}", "portal-paid")

    void = f"{FEES}/bien-lai/{payment.id}/huy"
    assert till.get(void).status_code == 409
    text(head, void, "void")
    assert head.post(void, {"reason": "Nhầm"}).status_code == 422
    assert head.post(void, {"reason": "Ghi nhầm cách nộp", "then": "again"}).status_code == 302
    assert late.code in text(till, FEES)
    till.post(page, {"amount": "8000", "method": "transfer", "reference": "=FT+1", "payer": "Bà Ngoại"})
    day = f"{FEES}/so-ngay"
    shown = text(till, f"{day}?thu-tuc=1.001193", "takings")
    assert all(words in shown for words in ("01/2026", "02/2026", "Ghi nhầm cách nộp"))
    text(till, f"{day}?ngay=01/11/2026", "takings-none")

    table = till.get(f"{day}/tai?dang=csv").content.decode("utf-8-sig").splitlines()
    assert len(table) == 4  # its head, two receipts, one void
    assert "'=FT+1" in table[2]
    book = load_workbook(BytesIO(till.get(f"{day}/tai?dang=xlsx").content))
    assert [cell.value for cell in book["Theo thủ tục"][3]][2:] == ["2", "8000", "8000", "8000", "8000"]


def test_exempt_and_let_go_at_the_desk(late: Dossier) -> None:  # noqa: F811
    counter = desk_of("hontre.tiepnhan")
    assert ask(counter, late, "mien", claim=POOR, note="") == 422
    assert ask(counter, late, "mien", claim=POOR, note="Giấy chứng nhận số 12") == 302
    assert "Giấy chứng nhận số 12" in text(counter, address(late), "record-free")
    assert "Giấy chứng nhận số 12" not in text(desk_of("me.hontre@vidu.vn"), f"/ho-so/{late.id}")


def test_the_record_says_that_a_charge_is_undecided_until_somebody_decides(late: Dossier) -> None:  # noqa: F811
    counter, undecided = desk_of("hontre.tiepnhan"), "Còn khoản phí, lệ phí chưa ai quyết"
    assert undecided in text(counter, address(late))
    assert ask(counter, late, "thoi-thu", reason="Tỉnh không thu") == 302
    assert undecided not in text(counter, address(late))


def test_a_charge_is_let_go_of_with_its_reason(late: Dossier) -> None:  # noqa: F811
    counter = desk_of("hontre.tiepnhan")
    assert ask(counter, late, "thoi-thu", reason="") == 422
    assert ask(counter, late, "thoi-thu", reason="Tỉnh không thu") == 302
    assert "Tỉnh không thu" in text(desk_of("me.hontre@vidu.vn"), f"/ho-so/{late.id}")


def test_other_agencies_and_other_roles_find_nothing(late: Dossier, receiver: Actor) -> None:  # noqa: F811
    actions.ask_fee(receiver, late.id, amount=8_000, reason="x", version=now_at(late), fee=fee_of(late).id)
    page = f"{FEES}/{fee_of(late).id}"
    assert desk_of("rachgia.vanthu").get(page).status_code == 404
    assert late.code not in text(desk_of("rachgia.vanthu"), FEES)
    assert desk_of("hontre.tiepnhan").get(FEES).status_code == 403
    assert desk_of("me.hontre@vidu.vn").get(FEES).status_code == 403
    there = f"{FEES}/so-ngay?co-quan={late.agency_id}"
    assert head_of("rachgia").get(there).status_code == 404
    assert head_of("hontre").get(there).status_code == 200


def test_the_list_of_what_waits_stays_within_its_queries(late: Dossier, receiver: Actor) -> None:  # noqa: F811
    actions.ask_fee(receiver, late.id, amount=8_000, reason="x", version=now_at(late), fee=fee_of(late).id)
    till = desk_of("hontre.vanthu")
    till.get(FEES)
    with CaptureQueriesContext(connection) as seen:
        till.get(FEES)
    assert len(seen) <= 7, [query["sql"][:90] for query in seen]
