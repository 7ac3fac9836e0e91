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

#: Rows stand in the trail in the order in which they were told.
_EVENTS = """
WITH told AS (
    SELECT * FROM unnest(
        %(events)s::uuid[], %(audits)s::uuid[], %(acts)s::text[], %(subjects)s::text[], %(data)s::jsonb[],
        %(audited)s::jsonb[]
    ) WITH ORDINALITY AS t (event, audit, act, subject, data, audited, place)
), event AS (
    INSERT INTO kernel_event (id, created_at, actor_account, actor_name, request_id, type, subject, data)
    SELECT event, %(at)s, %(account)s, %(name)s, %(request)s, act, subject, data FROM told ORDER BY place
), audit AS (
    INSERT INTO kernel_audit (id, created_at, actor_account, actor_name, request_id, act, subject, event, data)
    SELECT audit, %(at)s, %(account)s, %(name)s, %(request)s, act, subject, event, audited
    FROM told ORDER BY place
)
INSERT INTO kernel_delivery (id, created_at, event, event_at, reaction, state, attempts, due_at, fault)
SELECT id, %(at)s, event, %(at)s, reaction, 'pending', 0, %(due)s, ''
FROM unnest(%(deliveries)s::uuid[], %(delivered)s::uuid[], %(reactions)s::text[]) AS d (id, event, reaction)
"""


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


@dataclass(frozen=True)
class Told:
    """An event about to be written: its type, what it happened to, its fields as JSON, and who reacts to it."""

    kind: str
    subject: str
    data: Mapping[str, object]
    reactions: Sequence[str]


def append_events(actor: Actor, told: Sequence[Told], *, due: datetime) -> tuple[list[Envelope], list[UUID]]:
    """Write events, their audit rows and one delivery per reaction in one statement; the ids of the deliveries."""
    at, request = clock.now(), _request_id()
    envelopes = [Envelope(new_id(), at, t.kind, t.subject, actor.account, actor.name, request) for t in told]
    waiting = [(new_id(), e.id, r) for e, t in zip(envelopes, told, strict=True) for r in t.reactions]
    seals = [seal_of_event(e, t.data) for e, t in zip(envelopes, told, strict=True)]
    open_month(at)
    with connection.cursor() as cursor:
        cursor.execute(
            _EVENTS,
            {
                "events": [e.id for e in envelopes],
                "audits": [new_id() for _event in told],
                "acts": [t.kind for t in told],
                "subjects": [t.subject for t in told],
                "data": [canonical(t.data).decode() for t in told],
                "audited": [canonical({"sha256": seal}).decode() for seal in seals],
                "at": at,
                "account": actor.account,
                "name": actor.name,
                "request": request,
                "due": due,
                "deliveries": [delivery for delivery, _event, _reaction in waiting],
                "delivered": [event for _delivery, event, _reaction in waiting],
                "reactions": [reaction for _delivery, _event, reaction in waiting],
            },
        )
    return envelopes, [delivery for delivery, _event, _reaction in waiting]


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
