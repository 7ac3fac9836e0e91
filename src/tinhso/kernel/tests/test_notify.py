"""People are told inside the house; outside it they hear only that there is something to read."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.core import mail
from django.utils import translation

from tinhso.kernel import jobs
from tinhso.kernel.contrib.filedrop import FileDrop
from tinhso.kernel.errors import NotFound
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import Channel, NotificationSending, SendingState
from tinhso.kernel.notify import Contact, Notice, choose, failed_sendings, inbox, mark_read, notify, sending, unread
from tinhso.kernel.notify.base import GatewayFault
from tinhso.kernel.notify.kinds import _notices
from tinhso.kernel.policy import Actor

pytestmark = pytest.mark.django_db
LAN, BINH = Actor(account=new_id()), Actor(account=new_id())
CONTEXT = {"code": "H33-1", "name": "<b>Nguyễn Văn A</b>", "dossier": "d1"}


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A kind of notification, known addresses, and SMS dropped into a folder."""
    kind = Notice(
        "test.done",
        title="Hồ sơ %(code)s xong",
        body="%(name)s được cấp giấy.",
        outside="Hồ sơ %(code)s đã có kết quả.",
        url="/ho-so/%(dossier)s",
        sms=True,
    )
    _notices.register(kind.name, kind)
    monkeypatch.setattr(sending, "contact", lambda account: Contact("lan@example.vn", "0912345678"))
    monkeypatch.setattr(sending, "sms_gateway", lambda: FileDrop(tmp_path))
    with translation.override("vi"):
        yield tmp_path
    del _notices._things[kind.name]


def tell(*accounts: UUID | None) -> None:
    notify([a for a in accounts if a], "test.done", CONTEXT, subject="dossier:d1")


def test_an_account_reads_its_own_notifications() -> None:
    tell(LAN.account)
    (told,) = inbox(LAN)
    assert (told.title, told.url, told.read) == ("Hồ sơ H33-1 xong", "/ho-so/d1", False)
    assert inbox(BINH) == []


def test_reading_is_counted_and_only_ones_own() -> None:
    tell(LAN.account, BINH.account)
    (told,) = inbox(LAN)
    with pytest.raises(NotFound):
        mark_read(BINH, told.id)
    assert unread(LAN) == 1
    mark_read(LAN, told.id)
    assert (unread(LAN), unread(BINH)) == (0, 1)


def test_mail_and_sms_name_no_person(house: Path) -> None:
    tell(LAN.account)
    jobs.run_waiting()
    (letter,) = mail.outbox
    assert letter.subject == "Hồ sơ H33-1 đã có kết quả."
    (text,) = (json.loads(path.read_text())["text"] for path in house.glob("*.json"))
    assert text == "Ho so H33-1 da co ket qua."
    assert "Nguyễn" not in letter.body
    assert "/ho-so/d1" in letter.body


def test_a_context_with_a_line_break_makes_no_mail_header() -> None:
    notify([new_id()], "test.done", {**CONTEXT, "code": "1\nBcc: x@example.vn"}, subject="dossier:d1")
    jobs.run_waiting()
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["lan@example.vn"]


def test_an_account_chooses_its_channels(house: Path) -> None:
    choose(LAN, Channel.SMS, False)
    choose(LAN, Channel.EMAIL, False)
    tell(LAN.account)
    jobs.run_waiting()
    assert (mail.outbox, list(house.iterdir())) == ([], [])
    assert unread(LAN) == 1


class Deaf:
    def send(self, number: str, text: str, key: str) -> None:
        raise GatewayFault


def test_a_gateway_that_does_not_answer_is_asked_again_and_then_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "sms_gateway", Deaf)
    tell(LAN.account)
    row = NotificationSending.objects.get(channel=Channel.SMS)
    sending.send(sending=str(row.id), attempt=1)
    row.refresh_from_db()
    assert (row.state, row.fault) == (SendingState.WAITING, "GatewayFault")
    with pytest.raises(GatewayFault):  # the job fails, and lies before the operators
        sending.send(sending=str(row.id), attempt=sending.TRIES)
    row.refresh_from_db()
    assert row.state == SendingState.WAITING


def test_a_message_without_an_address_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(LAN.account)
    row = NotificationSending.objects.get(channel=Channel.SMS)
    monkeypatch.setattr(sending, "contact", lambda account: Contact("lan@example.vn", ""))
    sending.send(sending=str(row.id), attempt=1)
    (failed,) = failed_sendings()
    assert (failed.id, failed.kind, failed.fault) == (row.id, "test.done", "NoAddress")


def test_a_job_that_runs_twice_sends_once() -> None:
    tell(LAN.account)
    row = NotificationSending.objects.get(channel=Channel.EMAIL)
    for _time in range(2):
        sending.send(sending=str(row.id), attempt=1)
    assert len(mail.outbox) == 1


def test_a_missing_value_is_noticed_when_telling_not_when_reading() -> None:
    with pytest.raises(KeyError):
        notify([new_id()], "test.done", {"code": "1"}, subject="dossier:d1")
