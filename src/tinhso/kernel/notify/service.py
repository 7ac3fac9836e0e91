"""Writing notifications and queueing what leaves the house."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.kernel.among import among
from tinhso.kernel.appending import Envelope
from tinhso.kernel.ids import id_beside
from tinhso.kernel.models import Channel, ChannelChoice, Notification, NotificationSending, SendingState
from tinhso.kernel.notify.kinds import Context, Notice, notice, topic_of
from tinhso.kernel.notify.sending import queue


@dataclass(frozen=True)
class Telling:
    """One thing to tell one account."""

    account: UUID
    kind: str
    context: Context
    subject: str  #: "dossier:<uuid>"
    after: Envelope | None = None  #: what it tells of, if that was some time ago: it stands in the inbox as of then


def notify(accounts: Iterable[UUID], kind: str, context: Context, *, subject: str) -> None:
    """Tell accounts something, as part of the current transaction. Raises like `notify_each`."""
    notify_each([Telling(account, kind, context, subject) for account in sorted(set(accounts))])


def notify_each(tellings: Sequence[Telling]) -> None:
    """Tell each what it is to hear, in as many statements as for one, as part of the current transaction.

    Raises LookupError for an unknown kind and KeyError when a context lacks a value that its words need.
    """
    kinds = {name: notice(name) for name in {one.kind for one in tellings}}
    for one in tellings:
        said = kinds[one.kind]
        for words in (said.title, said.body, said.outside, said.url):
            said.fill(words, one.context)
    with transaction.atomic():
        rows = Notification.objects.bulk_create(
            Notification(
                account=one.account, kind=one.kind, context=dict(one.context), subject=one.subject, **_then(one.after)
            )
            for one in tellings
        )
        sendings = NotificationSending.objects.bulk_create(_sendings(kinds, rows))
        queue([str(sending.id) for sending in sendings])


def _then(after: Envelope | None) -> dict[str, Any]:
    """Place and time in the inbox."""
    return {} if after is None else {"id": id_beside(after.id), "created_at": after.at}


def _sendings(kinds: Mapping[str, Notice], rows: Sequence[Notification]) -> list[NotificationSending]:
    """One for each notification and channel: what the account chose for the topic, else for all, else what the kind
    does. A fixed topic asks nobody's choice."""
    going = [row for row in rows if kinds[row.kind].outside]
    if not going:
        return []
    asked = {name: [""] if topic_of(said).fixed else [said.topic, ""] for name, said in kinds.items()}
    chosen = {
        (choice.account, choice.channel, choice.topic): choice.wanted
        for choice in ChannelChoice.objects.filter(
            account__in=among({row.account for row in going}),
            topic__in={topic for of in asked.values() for topic in of},
        )
    }
    return [
        NotificationSending(notification=row, channel=channel)
        for row in going
        for channel, usual in ((Channel.EMAIL, kinds[row.kind].email), (Channel.SMS, kinds[row.kind].sms))
        if next((chosen[k] for t in asked[row.kind] if (k := (row.account, channel.value, t)) in chosen), usual)
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
