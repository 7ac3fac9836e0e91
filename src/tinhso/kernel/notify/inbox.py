"""What an account reads of its notifications, and its choice of channels."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.models import Channel, ChannelChoice, Notification
from tinhso.kernel.notify.kinds import known, notice
from tinhso.kernel.policy import Actor


@dataclass(frozen=True)
class Told:
    """A notification in the reader's language. Plain text: templates escape it."""

    id: UUID
    at: datetime
    title: str
    body: str
    url: str
    subject: str
    read: bool


def _told(row: Notification) -> Told:
    said = notice(row.kind)
    title, body, url = (said.fill(words, row.context) for words in (said.title, said.body, said.url))
    return Told(row.id, row.created_at, title, body, url, row.subject, row.read_at is not None)


def _account(actor: Actor) -> UUID:
    """Whose notifications are meant. Raises NotFound for a visitor, who has none."""
    if actor.account is None:
        raise NotFound()
    return actor.account


def inbox(actor: Actor, after: UUID | None = None, limit: int = 20) -> list[Told]:
    """The actor's own notifications, latest first; ``after``: the id of the last one of the page before."""
    rows = Notification.objects.filter(account=_account(actor))
    if after is not None:
        rows = rows.filter(id__lt=after)
    return [_told(row) for row in rows.order_by("-id")[:limit] if known(row.kind)]


def unread(actor: Actor) -> int:
    """How many the actor has not read, counted up to 100."""
    if actor.account is None:
        return 0
    return Notification.objects.filter(account=actor.account, read_at=None)[:100].count()


def mark_read(actor: Actor, notification: UUID) -> None:
    """Raises NotFound, also for somebody else's."""
    mine = Notification.objects.filter(id=notification, account=_account(actor))
    if not mine.exists():
        raise NotFound()
    mine.filter(read_at=None).update(read_at=clock.now())


def mark_all_read(actor: Actor) -> None:
    Notification.objects.filter(account=_account(actor), read_at=None).update(read_at=clock.now())


def choices(actor: Actor) -> dict[Channel, bool]:
    """The channels on which the actor decided; a kind's default holds for the others."""
    rows = ChannelChoice.objects.filter(account=_account(actor))
    return {Channel(row.channel): row.wanted for row in rows}


def choose(actor: Actor, channel: Channel, wanted: bool) -> None:
    """Always or never by this channel. Raises NotFound for a visitor."""
    ChannelChoice.objects.update_or_create(account=_account(actor), channel=channel, defaults={"wanted": wanted})
