"""The disclosure log: who read which data of whom, for which purpose ("Ai đã xem dữ liệu của tôi").

Noting costs one append to a file of this process, no database work: it neither slows a read nor is lost when the
read's transaction is rolled back. A job takes the files into the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from tinhso.kernel import clock
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import Disclosure
from tinhso.kernel.policy import Actor
from tinhso.kernel.spool import DISCLOSURES, append


def note(actor: Actor, *, person: UUID, record: str, fields: Iterable[str], purpose: str) -> None:
    """The actor was shown fields of a record ("dossier:<uuid>") about a person.

    ``person`` is the person's id, or that of the account as long as no person is known behind it (an official who
    never verified an identity). Reading one's own data is no disclosure, nor is work of the house itself that shows
    nothing to anybody.
    """
    if actor.system or person in (actor.subject, actor.account):
        return
    append(
        DISCLOSURES,
        {
            "id": new_id(),
            "at": clock.now(),
            "account": actor.account,
            "name": actor.name,
            "request": structlog.contextvars.get_contextvars().get("request_id", ""),
            "person": person,
            "record": record,
            "fields": sorted(set(fields)),
            "purpose": purpose,
        },
    )


@dataclass(frozen=True)
class Seen:
    """One reading of a person's data by somebody else."""

    id: UUID
    at: datetime
    reader_account: UUID | None
    reader_name: str
    record: str
    fields: tuple[str, ...]
    purpose: str


def seen_by_others(*ids: UUID, after: UUID | None = None, limit: int = 50) -> list[Seen]:
    """Who read the data of a person, given by the ids under which it was noted, latest first; ``after`` is the id of
    the last one of the page before."""
    rows = Disclosure.objects.filter(person__in=ids)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return [
        Seen(row.id, row.created_at, row.actor_account, row.actor_name, row.record, tuple(row.fields), row.purpose)
        for row in rows.order_by("-id")[:limit]
    ]
