"""How rows get into the append-only tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection

from tinhso.kernel import clock
from tinhso.kernel.canonical import canonical, digest
from tinhso.kernel.ids import new_id
from tinhso.kernel.months import open_month
from tinhso.kernel.policy import Actor

_AUDIT = """
INSERT INTO kernel_audit (id, created_at, actor_account, actor_name, request_id, act, subject, event, data)
VALUES (%(audit)s, %(at)s, %(account)s, %(name)s, %(request)s, %(act)s, %(subject)s, %(event)s, %(audited)s::jsonb)
"""

#: Only the constant above is put in; values are parameters.
_EVENT = f"""
WITH event AS (
    INSERT INTO kernel_event (id, created_at, actor_account, actor_name, request_id, type, subject, data)
    VALUES (%(event)s, %(at)s, %(account)s, %(name)s, %(request)s, %(act)s, %(subject)s, %(data)s::jsonb)
), audit AS ({_AUDIT})
INSERT INTO kernel_delivery (id, created_at, event, event_at, reaction, state, attempts, due_at, fault)
SELECT id, %(at)s, %(event)s, %(at)s, reaction, 'pending', 0, %(due)s, ''
FROM unnest(%(deliveries)s::uuid[], %(reactions)s::text[]) AS d (id, reaction)
"""  # noqa: S608


@dataclass(frozen=True)
class Envelope:
    """What is known about an event besides its own fields."""

    id: UUID
    at: datetime  #: business time
    type: str
    subject: str  #: what it happened to, "dossier:<uuid>"
    actor_account: UUID | None
    actor_name: str
    request_id: str


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def seal_of_event(envelope: Envelope, data: object) -> str:
    """The digest by which the audit trail vouches for a row of the outbox."""
    return digest(
        {
            "id": envelope.id,
            "at": envelope.at,
            "type": envelope.type,
            "subject": envelope.subject,
            "account": envelope.actor_account,
            "name": envelope.actor_name,
            "request": envelope.request_id,
            "data": data,
        }
    )


def append_event(
    actor: Actor, kind: str, *, subject: str, data: Mapping[str, object], reactions: Sequence[str], due: datetime
) -> tuple[Envelope, list[UUID]]:
    """Write event, audit row and one delivery per reaction in one statement; the ids of the deliveries."""
    envelope = Envelope(new_id(), clock.now(), kind, subject, actor.account, actor.name, _request_id())
    deliveries = [new_id() for _reaction in reactions]
    open_month(envelope.at)
    with connection.cursor() as cursor:
        cursor.execute(
            _EVENT,
            {
                "event": envelope.id,
                "audit": new_id(),
                "at": envelope.at,
                "account": envelope.actor_account,
                "name": envelope.actor_name,
                "request": envelope.request_id,
                "act": kind,
                "subject": subject,
                "data": canonical(data).decode(),
                "audited": canonical({"sha256": seal_of_event(envelope, data)}).decode(),
                "due": due,
                "deliveries": deliveries,
                "reactions": list(reactions),
            },
        )
    return envelope, deliveries


def append_audit(actor: Actor, act: str, *, subject: str, data: Mapping[str, str | int | bool | None]) -> None:
    """Write a row of the trail that stands for no event."""
    at = clock.now()
    open_month(at)
    with connection.cursor() as cursor:
        cursor.execute(
            _AUDIT,
            {
                "audit": new_id(),
                "at": at,
                "account": actor.account,
                "name": actor.name,
                "request": _request_id(),
                "act": act,
                "subject": subject,
                "event": None,
                "audited": canonical(data).decode(),
            },
        )
