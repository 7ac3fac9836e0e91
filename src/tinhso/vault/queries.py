"""What can be asked of the vault: a person's own holdings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.kernel import disclosure, files
from tinhso.kernel.disclosure import Seen
from tinhso.kernel.errors import Invalid, NotFound
from tinhso.kernel.http import decode_cursor, encode_cursor, paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.vault.models import Holding, HoldingState
from tinhso.vault.policies import OWN, OWN_READINGS


@dataclass(frozen=True)
class Held:
    """A holding as its person sees it."""

    id: UUID
    kind: str
    title: str
    number: str
    issuer: str
    issued_at: datetime
    state: str
    state_words: str
    ended_at: datetime | None
    dossier: UUID | None
    media_type: str
    size: int


@dataclass(frozen=True)
class Download:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


def holdings(
    actor: Actor, person: UUID, *, cursor: str | None = None, limit: int = 20
) -> tuple[list[Held], str | None]:
    """A page of the person's holdings, the newest first, and the cursor of the next; two queries.

    Only for that person with a verified identity, else NotFound.
    """
    OWN.require(actor, person)
    found, following = paged(
        Holding.objects.filter(person_id=person).select_related("file"), cursor=cursor, limit=limit, by=("-id",)
    )
    issuers = places.names({row.issuer_id for row in found if row.issuer_id is not None})
    return [_held(row, issuers) for row in found], following


def readings(actor: Actor, *, cursor: str | None = None, limit: int = 50) -> tuple[list[Seen], str | None]:
    """Who read the actor's own data, latest first ("Ai đã xem dữ liệu của tôi"). Raises Denied, Invalid."""
    OWN_READINGS.require(actor)
    found = disclosure.seen_by_others(*own_ids(actor), after=_after(cursor), limit=limit + 1)
    if len(found) <= limit:
        return found, None
    return found[:limit], encode_cursor(str(found[limit - 1].id))


def own_ids(actor: Actor) -> tuple[UUID, ...]:
    """The ids under which readings of the actor's own data are noted: the verified person's and the account's."""
    return tuple(id for id in (actor.subject if actor.assured else None, actor.account) if id is not None)


def _after(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(decode_cursor(cursor)[0])
    except ValueError:
        raise Invalid(_("Con trỏ trang không đọc được. Xem lại từ đầu.")) from None


@dataclass(frozen=True)
class Reusable:
    """A document in force that a counter may put into an application instead of asking for it."""

    id: UUID
    kind: str
    title: str
    number: str
    issued_at: datetime
    issuer: str
    file: UUID


def held_of(person: UUID, kinds: Iterable[str]) -> list[Reusable]:
    """What is in force of these kinds for that person, the newest first; two queries. Whoever calls decided that the
    reader may, and notes the reading."""
    rows = list(
        Holding.objects.filter(person_id=person, kind__in=set(kinds), state=HoldingState.ACTIVE).order_by("-issued_at")[
            :50
        ]
    )
    issuers = places.names({row.issuer_id for row in rows if row.issuer_id is not None})
    return [
        Reusable(
            id=row.id,
            kind=row.kind,
            title=row.title,
            number=row.number,
            issued_at=row.issued_at,
            issuer=issuers.get(row.issuer_id, "") if row.issuer_id else "",
            file=row.file_id,
        )
        for row in rows
    ]


def held_for(person: UUID, holding_id: UUID) -> Reusable | None:
    """That document, when it is in force and of that person; None otherwise."""
    kind = Holding.objects.filter(id=holding_id, person_id=person).values_list("kind", flat=True).first()
    return next((one for one in held_of(person, [kind]) if one.id == holding_id), None) if kind else None


def download(actor: Actor, holding_id: UUID) -> Download:
    """The held file itself. Somebody else's holding: NotFound."""
    holding = Holding.objects.select_related("file").filter(id=holding_id).first()
    if holding is None:
        raise NotFound
    OWN.require(actor, holding)
    return Download(holding.file.name, holding.file.media_type, files.read(holding.file_id))


def _held(row: Holding, issuers: dict[UUID, str]) -> Held:
    return Held(
        id=row.id,
        kind=row.kind,
        title=row.title,
        number=row.number,
        issuer=issuers.get(row.issuer_id, "") if row.issuer_id else "",
        issued_at=row.issued_at,
        state=row.state,
        state_words=str(HoldingState(row.state).label),
        ended_at=row.ended_at,
        dossier=row.dossier,
        media_type=row.file.media_type,
        size=row.file.size,
    )
