"""Writing notifications and queueing what leaves the house."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tinhso.kernel.models import Channel, ChannelChoice, Notification, NotificationSending, SendingState
from tinhso.kernel.notify.kinds import Context, Notice, notice, topic_of
from tinhso.kernel.notify.sending import send


def notify(accounts: Iterable[UUID], kind: str, context: Context, *, subject: str) -> None:
    """Tell accounts something, as part of the current transaction.

    Raises LookupError for an unknown kind and KeyError when the context lacks a value that its words need.
    """
    said = notice(kind)
    for words in (said.title, said.body, said.outside, said.url):
        said.fill(words, context)
    people = sorted(set(accounts))
    with transaction.atomic():
        rows = Notification.objects.bulk_create(
            Notification(account=account, kind=kind, context=dict(context), subject=subject) for account in people
        )
        sendings = NotificationSending.objects.bulk_create(_sendings(said, rows))
        send.defer_many([{"sending": str(sending.id), "attempt": 1} for sending in sendings])


def _sendings(said: Notice, rows: list[Notification]) -> list[NotificationSending]:
    """One for each notification and channel: what the account chose for the topic, else for all, else what the kind
    does. A fixed topic asks nobody's choice."""
    if not said.outside:
        return []
    topics = [""] if topic_of(said).fixed else [said.topic, ""]
    chosen = {
        (choice.account, choice.channel, choice.topic): choice.wanted
        for choice in ChannelChoice.objects.filter(account__in=[row.account for row in rows], topic__in=topics)
    }
    usual = {Channel.EMAIL: said.email, Channel.SMS: said.sms}
    return [
        NotificationSending(notification=row, channel=channel)
        for row in rows
        for channel, default in usual.items()
        if next((chosen[k] for t in topics if (k := (row.account, channel.value, t)) in chosen), default)
    ]


@dataclass(frozen=True)
class FailedSending:
    """A message that could not be sent, for the operators' page."""

    id: UUID
    channel: str
    kind: str
    fault: str


def failed_sendings(limit: int = 100) -> list[FailedSending]:
    """Messages given up, latest first."""
    rows = NotificationSending.objects.filter(state=SendingState.FAILED).select_related("notification")
    return [
        FailedSending(row.id, row.channel, row.notification.kind, row.fault) for row in rows.order_by("-id")[:limit]
    ]
