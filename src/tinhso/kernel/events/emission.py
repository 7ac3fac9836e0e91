"""Telling that something happened."""

from collections.abc import Sequence

from django.db import connection

from tinhso.kernel.appending import Envelope, Told, append_events
from tinhso.kernel.events.definition import Event, data_of, reactions_to
from tinhso.kernel.events.deliveries import goes_alone, queue, real_now
from tinhso.kernel.policy import Actor


def emit(actor: Actor, event: Event, *, subject: str) -> Envelope:
    """Tell that something happened to ``subject`` ("dossier:<uuid>"), as part of the current transaction.

    Writes the event, its audit row and a delivery for each reaction, and queues the deliveries. When the
    transaction is rolled back nothing happened. Raises RuntimeError outside a transaction.
    """
    return emit_all(actor, [event], subject=subject)[0]


def emit_all(actor: Actor, events: Sequence[Event], *, subject: str) -> list[Envelope]:
    """Tell of several things that one act did to ``subject``, in order, in one statement. Raises like `emit`."""
    return emit_each(actor, [(event, subject) for event in events])


def emit_each(actor: Actor, events: Sequence[tuple[Event, str]]) -> list[Envelope]:
    """Tell of things that one act did to several, each with its subject, in one statement. Raises like `emit`."""
    if not events:
        return []
    if not connection.in_atomic_block:
        kind = events[0][0].TYPE
        raise RuntimeError(f"{kind} is emitted outside a transaction: use transaction.atomic() around the act")
    told = [Told(event.TYPE, subject, data_of(event), reactions_to(event.TYPE)) for event, subject in events]
    envelopes, deliveries = append_events(actor, told, due=real_now())
    waiting = zip(deliveries, (name for one in told for name in one.reactions), strict=True)
    queue([delivery for delivery, name in waiting if goes_alone(name)])
    return envelopes
