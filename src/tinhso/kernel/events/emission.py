"""Telling that something happened."""

from django.db import connection

from tinhso.kernel.appending import Envelope, append_event
from tinhso.kernel.events.definition import Event, data_of, reactions_to
from tinhso.kernel.events.deliveries import queue, real_now
from tinhso.kernel.policy import Actor


def emit(actor: Actor, event: Event, *, subject: str) -> Envelope:
    """Tell that something happened to ``subject`` ("dossier:<uuid>"), as part of the current transaction.

    Writes the event, its audit row and a delivery for each reaction, and queues the deliveries. When the
    transaction is rolled back nothing happened. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{event.TYPE} is emitted outside a transaction: use transaction.atomic() around the act")
    envelope, deliveries = append_event(
        actor, event.TYPE, subject=subject, data=data_of(event), reactions=reactions_to(event.TYPE), due=real_now()
    )
    queue(deliveries)
    return envelope
