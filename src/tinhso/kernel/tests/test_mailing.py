"""Letters go through a mail server with TLS and a password; one that is away, or refuses, loses none of them."""

import json
import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.peers.post_office import LOGIN, PASSWORD, PostOffice, post_office
from tests.peers.tls import Issuer, issuer

from tinhso.kernel.ids import new_id
from tinhso.kernel.mailing import trust
from tinhso.kernel.models import NotificationSending, SendingState
from tinhso.kernel.notify import Contact, Notice, notify, sending
from tinhso.kernel.notify.kinds import _notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def ca(tmp_path: Path) -> Issuer:
    return issuer(tmp_path / "ca")


@pytest.fixture(params=["starttls", "implicit"])
def office(request: pytest.FixtureRequest, ca: Issuer, settings: Any) -> Iterator[PostOffice]:
    """The province's mail server in both ways of TLS, and the house told of it."""
    implicit = request.param == "implicit"
    with post_office(ca.server("localhost"), implicit=implicit) as made:
        settings.EMAIL_BACKEND = "tinhso.kernel.mailing.Smtp"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", made.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = LOGIN, PASSWORD
        settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = implicit, not implicit
        settings.EMAIL_AUTHORITIES = str(ca.root)
        yield made


@pytest.fixture
def letter(monkeypatch: pytest.MonkeyPatch) -> Iterator[NotificationSending]:
    """One that waits to be sent to Lan."""
    kind = Notice("test.letter", title="Xong", body="Xong.", outside="Hồ sơ %(code)s đã có kết quả.", url="/ho-so")
    _notices.register(kind.name, kind)
    monkeypatch.setattr(sending, "contact", lambda account: Contact("lan@example.vn", ""))
    notify([new_id()], kind.name, {"code": "H33-1"}, subject="dossier:d1")
    yield NotificationSending.objects.get()
    del _notices._things[kind.name]


def tried(letter: NotificationSending, attempt: int = 1) -> tuple[str, str]:
    sending.send(sending=str(letter.id), attempt=attempt)
    letter.refresh_from_db()
    return letter.state, letter.fault


def queued() -> list[dict[str, Any]]:
    """What waits in the queue to be tried later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'kernel.send_notification' "
            "AND status = 'todo' AND scheduled_at IS NOT NULL"
        )
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def test_a_letter_is_taken_after_tls_and_password(office: PostOffice, letter: NotificationSending) -> None:
    assert tried(letter) == (SendingState.SENT, "")
    ((to, content),) = office.taken
    assert to == ["lan@example.vn"]
    assert f"Message-ID: <{letter.id}@".encode() in content
    assert office.in_the_clear == 0


def test_a_server_of_another_authority_gets_no_password(
    office: PostOffice, letter: NotificationSending, tmp_path: Path, settings: Any
) -> None:
    settings.EMAIL_AUTHORITIES = str(issuer(tmp_path / "other").root)
    assert tried(letter) == (SendingState.WAITING, "SSLCertVerificationError")
    assert office.taken == []


def test_a_certificate_of_another_name_is_not_taken(
    ca: Issuer, office: PostOffice, letter: NotificationSending, settings: Any
) -> None:
    with post_office(ca.server("mail.example.vn"), implicit=settings.EMAIL_USE_SSL) as other:
        settings.EMAIL_PORT = other.port
        assert tried(letter) == (SendingState.WAITING, "SSLCertVerificationError")
    assert other.taken == []


def test_a_wrong_password_is_tried_again_and_the_letter_goes_once_it_is_mended(
    office: PostOffice, letter: NotificationSending, settings: Any
) -> None:
    settings.EMAIL_HOST_PASSWORD = "mat-khau-cu-da-doi"
    assert tried(letter) == (SendingState.WAITING, "SMTPAuthenticationError")
    (later,) = queued()
    assert (later["sending"], later["attempt"]) == (str(letter.id), 2)
    settings.EMAIL_HOST_PASSWORD = PASSWORD
    assert tried(letter, 2) == (SendingState.SENT, "")
    assert len(office.taken) == 1


def test_a_server_that_is_away_loses_nothing(letter: NotificationSending, ca: Issuer, settings: Any) -> None:
    """Away for a whole day: the job stands still before the operators, who have it tried again when it is back."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "tinhso.kernel.mailing.Smtp", "localhost"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = LOGIN, PASSWORD
    settings.EMAIL_USE_TLS, settings.EMAIL_AUTHORITIES = True, str(ca.root)
    with post_office(ca.server("localhost")) as office:
        settings.EMAIL_PORT = office.port
    assert tried(letter) == (SendingState.WAITING, "ConnectionRefusedError")
    assert [later["attempt"] for later in queued()] == [2]
    with pytest.raises(ConnectionRefusedError):  # so the job is failed, and shown
        sending.send(sending=str(letter.id), attempt=sending.TRIES)
    letter.refresh_from_db()
    assert letter.state == SendingState.WAITING
    with post_office(ca.server("localhost")) as office:
        settings.EMAIL_PORT = office.port
        assert tried(letter, sending.TRIES) == (SendingState.SENT, "")  # the operator's «Thử lại»
        assert len(office.taken) == 1


def test_the_tries_go_on_for_a_day_at_least_once_an_hour(letter: NotificationSending, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "tinhso.kernel.mailing.Smtp", "127.0.0.1", 9
    waits = []
    for attempt in range(1, sending.TRIES):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
            tried(letter, attempt)
            cursor.execute("SELECT extract(epoch FROM scheduled_at - clock_timestamp()) FROM procrastinate_jobs")
            waits.append(float(cursor.fetchone()[0]))
    assert max(waits) <= 3600
    assert 23 * 3600 < sum(waits) < 26 * 3600


def test_an_address_that_does_not_exist_is_given_up_at_once(
    letter: NotificationSending, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(row: NotificationSending) -> None:
        raise smtplib.SMTPRecipientsRefused({"lan@example.vn": (550, b"no such user")})

    monkeypatch.setattr(sending, "_send", refuse)
    assert tried(letter) == (SendingState.FAILED, "SMTPRecipientsRefused")
    assert queued() == []


def test_the_machine_s_own_authorities_are_trusted_without_a_file() -> None:
    assert trust("").verify_mode is ssl.CERT_REQUIRED
    assert trust("").check_hostname
