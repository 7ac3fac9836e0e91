"""The kernel's adapters against peers that behave like the real thing, and against ones that do not."""

import io
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest

from tests.peers.clamd import THREAT, Clamd, clamd
from tests.peers.smtp import Mailbox, smtp
from tinhso.kernel.contrib.clamav import ClamAV
from tinhso.kernel.files.base import ScannerSilent
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import NotificationSending, SendingState
from tinhso.kernel.notify import Contact, Notice, notify, sending
from tinhso.kernel.notify.kinds import _notices


@pytest.fixture
def scanner() -> Iterator[tuple[ClamAV, Clamd]]:
    with clamd() as peer:
        yield ClamAV("127.0.0.1", peer.port), peer


def test_clamav_sees_the_whole_content(scanner: tuple[ClamAV, Clamd]) -> None:
    content = b"x" * 3_000_000
    assert scanner[0].scan(io.BytesIO(content)).threat == ""
    assert scanner[1].seen == [content]


def test_clamav_names_what_it_found(scanner: tuple[ClamAV, Clamd]) -> None:
    assert scanner[0].scan(io.BytesIO(b"..." + THREAT)).threat == "Test.Threat"


@pytest.mark.parametrize("manner", ["error", "garbage", "hang up"])
def test_a_misbehaving_clamav_is_silent_not_clean(manner: str, scanner: tuple[ClamAV, Clamd]) -> None:
    scanner[1].manner = manner
    with pytest.raises(ScannerSilent):
        scanner[0].scan(io.BytesIO(b"x"))


@pytest.fixture
def mailbox(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    _notices.register("test.mail", Notice("test.mail", title="Xong", outside="Hồ sơ %(code)s đã có kết quả."))
    monkeypatch.setattr(sending, "contact", lambda account: Contact("lan@example.vn"))
    with smtp() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box
    del _notices._things["test.mail"]


def told() -> NotificationSending:
    notify([new_id()], "test.mail", {"code": "H33-1"}, subject="dossier:1")
    return NotificationSending.objects.get()


@pytest.mark.django_db
def test_a_letter_reaches_the_mail_server(mailbox: Mailbox) -> None:
    row = told()
    sending.send(sending=str(row.id), attempt=1)
    (letter,) = (message_from_bytes(raw) for raw in mailbox.letters)
    assert str(make_header(decode_header(letter["Subject"]))) == "Hồ sơ H33-1 đã có kết quả."
    assert (letter["To"], letter["Message-ID"][1:37]) == ("lan@example.vn", str(row.id))


@pytest.mark.django_db
def test_a_letter_that_is_refused_waits_for_another_try(mailbox: Mailbox) -> None:
    row = told()
    mailbox.refusing = True
    sending.send(sending=str(row.id), attempt=1)
    row.refresh_from_db()
    assert (row.state, mailbox.letters) == (SendingState.WAITING, [])
    mailbox.refusing = False
    sending.send(sending=str(row.id), attempt=2)
    row.refresh_from_db()
    assert (row.state, len(mailbox.letters)) == (SendingState.SENT, 1)
