"""What an account reads of its notifications, and its choice of channels."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.models import Channel, ChannelChoice, Notification, SendingState
from tinhso.kernel.notify.events import ChannelsChosen
from tinhso.kernel.notify.kinds import Topic, every_notice, every_topic, known
from tinhso.kernel.notify.registry import contact
from tinhso.kernel.notify.words import worded
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
    said = worded(row.kind)
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


@dataclass(frozen=True)
class ToldCount:
    """How often an account was told of one thing: in the house, how many of these it read, and what was sent out."""

    in_house: int
    read: int
    email: int
    sms: int


def told_of(account: UUID, subject: str) -> ToldCount:
    """What an account was told about a subject ("dossier:<uuid>"); one query. Whoever calls decided who may ask."""
    sent = Q(sendings__state=SendingState.SENT)
    counts = Notification.objects.filter(account=account, subject=subject).aggregate(
        in_house=Count("id", distinct=True),
        read=Count("id", distinct=True, filter=Q(read_at__isnull=False)),
        email=Count("sendings", distinct=True, filter=sent & Q(sendings__channel=Channel.EMAIL)),
        sms=Count("sendings", distinct=True, filter=sent & Q(sendings__channel=Channel.SMS)),
    )
    return ToldCount(**counts)


@dataclass(frozen=True)
class Way:
    """A channel of an account: where it leads, masked, and why it is not there if it is not."""

    channel: Channel
    address: str
    usable: bool
    why: str


@dataclass(frozen=True)
class TopicChoice:
    """A topic with what the account gets by each way; ``chosen``: what it decided itself."""

    topic: Topic
    wanted: dict[Channel, bool]
    chosen: dict[Channel, bool]


def ways(actor: Actor) -> list[Way]:
    """The ways out of the house for this account. Raises NotFound for a visitor."""
    to = contact(_account(actor))
    return [
        _way(Channel.EMAIL, to.email, to.email_confirmed, _masked_mail(to.email)),
        _way(Channel.SMS, to.phone, to.phone_confirmed, f"••••••{to.phone[-4:]}" if to.phone else ""),
    ]


def _way(channel: Channel, address: str, confirmed: bool, masked: str) -> Way:
    if not address:
        why = _("Tài khoản chưa có số điện thoại.") if channel == Channel.SMS else _("Tài khoản chưa có địa chỉ thư.")
    else:
        why = "" if confirmed else _("Địa chỉ này chưa được xác nhận, nên chúng tôi không gửi tới đó.")
    return Way(channel, masked, bool(address) and confirmed, why)


def _masked_mail(address: str) -> str:
    name, _at, domain = address.partition("@")
    return f"{name[:2]}•••@{domain}" if domain else ""


def choices(actor: Actor) -> list[TopicChoice]:
    """Every topic that concerns the actor, with what is decided; a kind's default holds where nothing is."""
    rows = ChannelChoice.objects.filter(account=_account(actor))
    chosen = {(row.topic, Channel(row.channel)): row.wanted for row in rows}
    kinds = list(every_notice().values())
    found = []
    for topic in every_topic():
        mine = [kind for kind in kinds if kind.topic == topic.name]
        if not mine or (topic.at_work and not actor.grants):
            continue
        usual = {Channel.EMAIL: any(k.email for k in mine), Channel.SMS: any(k.sms for k in mine)}
        own = {} if topic.fixed else {c: chosen[topic.name, c] for c in Channel if (topic.name, c) in chosen}
        every = {c: chosen["", c] for c in Channel if ("", c) in chosen}
        found.append(TopicChoice(topic, {**usual, **every, **own}, own))
    return found


@transaction.atomic
def choose(actor: Actor, channel: Channel, wanted: bool, topic: str = "") -> None:
    """Always or never by this channel, for one topic; without one for all that have no choice of their own. Nothing is
    written when it is so already. Raises NotFound for a visitor, Invalid for an unknown topic, Conflict for a fixed
    one."""
    account = _account(actor)
    if topic:
        known_topic = next((one.topic for one in choices(actor) if one.topic.name == topic), None)
        if known_topic is None:
            raise Invalid(_("Không có loại tin này. Tải lại trang rồi chọn lại."))
        if known_topic.fixed:
            raise Conflict(_("Tin về an toàn tài khoản không tắt được."))
    row, made = ChannelChoice.objects.get_or_create(
        account=account, topic=topic, channel=channel, defaults={"wanted": wanted}
    )
    if not made and row.wanted == wanted:
        return
    if not made:
        row.wanted = wanted
        row.save(update_fields=["wanted"])
    emit(actor, ChannelsChosen(account, topic, str(channel), wanted), subject=f"account:{account}")
