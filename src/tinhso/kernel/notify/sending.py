"""Sending messages: those told at once go in one job; what the other side does not take is offered again alone."""

import time
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.jobs import job
from tinhso.kernel.models import Channel, NotificationSending, SendingState
from tinhso.kernel.notify.base import GatewayFault
from tinhso.kernel.notify.kinds import Notice, topic_of
from tinhso.kernel.notify.registry import Contact, contact, sms_gateway
from tinhso.kernel.notify.words import worded
from tinhso.kernel.prepared import first, prepared

#: After 15 s, 1, 4, 16 minutes, then hourly: a day. Then an operator sees it stand still, and has it tried again.
TRIES = 28
LONGEST_WAIT = timedelta(hours=1)
SMS_LENGTH = 160
#: Messages that one job sends.
AT_ONCE = 20
#: Seconds after which the job lets others have its place.
SENDS_FOR = 5.0

log = structlog.get_logger()


class NoAddress(Exception):
    """The account gave no address for this channel, or none that anybody confirmed."""


@prepared
def _sending(sending: UUID) -> "QuerySet[NotificationSending]":
    return NotificationSending.objects.select_related("notification").filter(id=sending)


@job(name="kernel.send_notification", queue="messages")
def send(sending: str, attempt: int) -> None:
    """Send one message unless it was sent. At least once: the other side may get it twice, never not at all."""
    row = first(_sending(sending=UUID(sending)))
    fault = _tried(row, attempt) if row is not None else None
    if fault is not None and attempt >= TRIES:
        raise fault  # the job has failed: it lies before the operators, the message still waits


@job(name="kernel.send_together", queue="messages")
def send_together(sendings: list[str]) -> None:
    """The first try of several messages, for to find and to end a job costs more than a letter.

    Nobody waits behind another's trouble: once one is not taken the rest go alone, and behind a slow server they are
    queued again after some seconds, so that other work gets its turn.
    """
    until = time.monotonic() + SENDS_FOR
    for place, sending in enumerate(sendings):
        if time.monotonic() > until:
            queue(sendings[place:])
            return
        try:
            row = first(_sending(sending=UUID(sending)))
            taken = row is None or _tried(row, 1) is None
        except Exception as error:  # nothing a server answers: alone it lies before the operators, and holds up nobody
            log.warning("message goes alone", sending=sending, fault=type(error).__name__)
            _alone(sendings[place:])
            return
        if not taken:
            _alone(sendings[place + 1 :])
            return


def _alone(sendings: Sequence[str]) -> None:
    send.defer_many([{"sending": sending, "attempt": 1} for sending in sendings])


def _tried(row: NotificationSending, attempt: int) -> Exception | None:
    """Send it unless it was sent; what hindered it, where a further try may help."""
    if row.state != SendingState.WAITING:
        return None
    try:
        _send(row)
    except (OSError, SMTPException, GatewayFault, NoAddress, LookupError) as error:
        _note_failure(row, attempt, error)
        return None if _hopeless(error) else error
    NotificationSending.objects.filter(id=row.id).update(state=SendingState.SENT, sent_at=clock.now(), fault="")
    return None


def queue(sendings: Sequence[str]) -> None:
    """Defer the first try of these."""
    send_together.defer_many([{"sendings": list(sendings[n : n + AT_ONCE])} for n in range(0, len(sendings), AT_ONCE)])


def _send(row: NotificationSending) -> None:
    to = contact(row.notification.account)
    with translation.override(to.language):
        said = worded(row.notification.kind)
        if row.channel == Channel.EMAIL:
            _mail(row, said, to)
        else:
            _text(row, said, to)


def _mail(row: NotificationSending, said: Notice, to: Contact) -> None:
    if not to.email or not (to.email_confirmed or topic_of(said).fixed):
        raise NoAddress
    words = said.fill(said.outside, row.notification.context)
    url = said.fill(said.url, row.notification.context)
    lines = [words, "", _("Xem chi tiết sau khi đăng nhập: %(url)s") % {"url": settings.SITE_URL + url}]
    lines += ["", _("Thư này được gửi tự động. Cơ quan nhà nước không hỏi mật khẩu hay mã xác thực của bạn.")]
    EmailMessage(
        subject=" ".join(words.split())[:120],
        body="\n".join(lines),
        to=[to.email],
        headers={"Message-ID": f"<{row.id}@{settings.SITE_HOST}>", "Auto-Submitted": "auto-generated"},
    ).send()


def _text(row: NotificationSending, said: Notice, to: Contact) -> None:
    if not to.phone or not (to.phone_confirmed or topic_of(said).fixed):
        raise NoAddress
    words = " ".join(unaccented(said.fill(said.outside, row.notification.context)).split())
    sms_gateway().send(to.phone, words[:SMS_LENGTH], str(row.id))


def unaccented(text: str) -> str:
    """Vietnamese without its marks, as text messages are written so that they fit one SMS."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).encode("ascii", "ignore").decode()


def _hopeless(error: Exception) -> bool:
    """No further try would help: there is no address, or the mail server says for good that there is none (5yz)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, NoAddress | LookupError)


def _note_failure(row: NotificationSending, attempt: int, error: Exception) -> None:
    hopeless = _hopeless(error)
    with transaction.atomic():
        NotificationSending.objects.filter(id=row.id).update(
            state=SendingState.FAILED if hopeless else SendingState.WAITING, fault=type(error).__name__
        )
        if not hopeless and attempt < TRIES:
            wait = min(timedelta(seconds=15 * 4 ** min(attempt - 1, 9)), LONGEST_WAIT)
            send.defer(sending=str(row.id), attempt=attempt + 1, after=wait)
    log.warning("message not sent", sending=str(row.id), channel=row.channel, fault=type(error).__name__)
