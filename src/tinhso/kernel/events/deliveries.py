"""Bringing events to reactions: at least once, again after a failure, set aside when it keeps failing."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from tinhso.config import ROOT
from tinhso.kernel import clock
from tinhso.kernel.among import among
from tinhso.kernel.appending import Envelope
from tinhso.kernel.errors import Conflict, NotFound
from tinhso.kernel.events.definition import Reaction, event_from, reactions
from tinhso.kernel.events.history import envelope_of
from tinhso.kernel.ids import id_at
from tinhso.kernel.jobs import job, periodic, when_idle
from tinhso.kernel.models import Delivery, DeliveryState, EventRecord
from tinhso.kernel.prepared import first, prepared

#: Tries before a delivery is parked.
TRIES = 5
#: Deliveries that one job runs.
AT_ONCE = 20
#: Deliveries that a reaction takes together.
TOGETHER = 500
#: A delivery that was done is forgotten so long afterwards: what came of it stands where the reaction wrote it.
KEPT = timedelta(days=30)
#: Rows that one statement forgets.
PORTION = 10_000
#: Statements of one run; the next hour's goes on.
PORTIONS = 100
#: A pending delivery this long overdue has lost its job (a worker died with it).
LOST_AFTER = timedelta(seconds=60)

log = structlog.get_logger()


def real_now() -> datetime:
    """Retries are measured in real time, else a pinned business clock would stop them."""
    return clock.real()


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed tries: 5 s, 20 s, 80 s, 320 s."""
    return timedelta(seconds=5 * 4 ** (attempts - 1))


def where(error: BaseException) -> str:
    """Type and place of an error; its message may carry personal values and is left out."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(ROOT / "src")]
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} in {Path(frames[-1].filename).relative_to(ROOT / 'src')}:{frames[-1].lineno}"


@prepared
def _told(event: UUID, at: datetime) -> QuerySet[EventRecord]:
    return EventRecord.objects.filter(id=event, created_at=at)


@prepared
def _pending(delivery: UUID) -> QuerySet[Delivery]:
    return Delivery.objects.select_for_update(skip_locked=True).filter(state=DeliveryState.PENDING, id=delivery)


def _perform(delivery: Delivery) -> None:
    reaction = reactions.get(delivery.reaction)
    if reaction is None:
        raise LookupError(f"no reaction {delivery.reaction}")
    record = first(_told(event=delivery.event, at=delivery.event_at))
    if record is None:
        raise LookupError(f"no event {delivery.event}")
    reaction.act(event_from(record.type, record.data), envelope_of(record))


@job(name="kernel.deliver", queue="events")
def deliver(deliveries: list[str] | None = None, delivery: str = "") -> None:
    """Run these reactions one after the other, each in a transaction of its own: what fails is tried again alone.
    ``delivery``: one, as jobs say that were queued before several went in one."""
    for one in [*(deliveries or []), *([delivery] if delivery else [])]:
        _deliver(UUID(one))


def _deliver(delivery: UUID) -> None:
    """Run one reaction for one event, unless it is done, parked or just being run elsewhere."""
    try:
        with transaction.atomic():
            row = first(_pending(delivery=delivery))
            if row is not None:
                _attempt(row)
    except Exception as error:  # what only the end of the transaction shows: a row pointed at that is gone by now
        with transaction.atomic():
            row = first(_pending(delivery=delivery))
            if row is not None:
                row.attempts += 1
                _note_failure(row, error)
                _keep(row)


def _attempt(row: Delivery) -> None:
    row.attempts += 1
    try:
        with transaction.atomic():
            _perform(row)
    except Exception as error:
        _note_failure(row, error)
    else:
        row.state, row.done_at, row.fault = DeliveryState.DONE, real_now(), ""
    _keep(row)


def _keep(row: Delivery) -> None:
    row.save(update_fields=["attempts", "state", "done_at", "due_at", "fault"])


@periodic("* * * * * */5")
@job(name="kernel.deliver_together", queue="events", waiting_once=True)
def deliver_together() -> None:
    """Run the reactions that take many events at once."""
    while _all_together():
        pass


@when_idle
def _all_together() -> int:
    """A portion for each reaction that something waits for; how many deliveries."""
    with connection.cursor() as cursor:
        cursor.execute(_WANTED)
        names = [name for (name,) in cursor.fetchall() if name in reactions]
    return sum(_portion(reactions[name]) for name in sorted(names) if not goes_alone(name))


_WANTED = "SELECT DISTINCT reaction FROM kernel_delivery WHERE state = 'pending' AND attempts = 0 AND fault = ''"


#: What waits for one reaction and never failed. The state stands in words, which the partial index understands.
_WAITING = """
SELECT id, event, event_at FROM kernel_delivery
WHERE state = 'pending' AND reaction = %s AND attempts = 0 AND fault = ''
ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
"""


def _portion(reaction: Reaction) -> int:
    """All of these or none; when they fail together each goes alone, and only what is broken waits for its next try."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, [reaction.name, TOGETHER])
            rows = cursor.fetchall()
        if not rows:
            return 0
        ids, events, times = map(list, zip(*rows, strict=True))
        told = EventRecord.objects.filter(id__in=among(events), created_at__range=(min(times), max(times)))
        try:
            with transaction.atomic():
                _perform_together(reaction, list(told), len(ids))
        except Exception as error:
            log.warning("reaction failed for many", reaction=reaction.name, many=len(ids), fault=where(error))
        else:
            done = {"attempts": 1, "state": DeliveryState.DONE, "done_at": real_now()}
            Delivery.objects.filter(id__in=among(ids)).update(**done)
            return len(ids)
    for delivery in ids:
        _deliver(delivery)
    return len(ids)


def _perform_together(reaction: Reaction, told: list[EventRecord], wanted: int) -> None:
    if reaction.together is None or len(told) < wanted:
        raise LookupError("an event is gone")
    reaction.together([(event_from(record.type, record.data), envelope_of(record)) for record in told])


def _note_failure(row: Delivery, error: Exception) -> None:
    row.fault = where(error)
    if row.attempts >= TRIES:
        row.state = DeliveryState.PARKED
    else:
        wait = pause(row.attempts)
        row.due_at = real_now() + wait
        deliver.defer(deliveries=[str(row.id)], after=wait)
    log.error("reaction failed", reaction=row.reaction, event_id=str(row.event), attempts=row.attempts, fault=row.fault)


def queue(deliveries: Sequence[UUID]) -> None:
    """Defer jobs for these: what is told at once goes in one job, for to find and to end a job costs as much as most
    reactions; many are spread over the workers."""
    ids = [str(delivery) for delivery in deliveries]
    deliver.defer_many([{"deliveries": ids[n : n + AT_ONCE]} for n in range(0, len(ids), AT_ONCE)])


def goes_alone(reaction: str) -> bool:
    """Whether a delivery has a job of its own; the others are gathered."""
    return reactions[reaction].together is None


@periodic("* * * * *")
@job(name="kernel.sweep_deliveries", queue="events", waiting_once=True)
def sweep() -> None:
    """Queue again what is overdue because its job was lost."""
    with transaction.atomic():
        overdue = Delivery.objects.select_for_update(skip_locked=True).filter(
            state=DeliveryState.PENDING, due_at__lt=real_now() - LOST_AFTER
        )
        gathered = Q(reaction__in=[one.name for one in reactions.values() if one.together], attempts=0, fault="")
        lost = list(overdue.exclude(gathered).order_by("due_at")[:500])
        for row in lost:
            row.due_at = real_now()
        Delivery.objects.bulk_update(lost, ["due_at"])
        # one by one: what kills its job takes no other along
        deliver.defer_many([{"deliveries": [str(row.id)]} for row in lost])


@periodic("23 * * * *")
@job(name="kernel.forget_deliveries", queue="events", waiting_once=True, alone=True)
def forget() -> None:
    """Let go of what was done long ago, a dozen rows a dossier; what waits or was parked stays. By the ids, which are
    in the order of time: no index of its own."""
    before, last = id_at(real_now() - KEPT), UUID(int=0)
    for _portion in range(PORTIONS):
        old = Delivery.objects.filter(id__gt=last, id__lt=before, state=DeliveryState.DONE).order_by("id")
        ids = list(old.values_list("id", flat=True)[:PORTION])
        if not ids:
            return
        Delivery.objects.filter(id__in=ids).delete()
        last = ids[-1]


@dataclass(frozen=True)
class Parked:
    """A delivery that waits for an operator."""

    id: UUID
    reaction: str
    envelope: Envelope
    attempts: int
    fault: str


def parked(limit: int = 100) -> list[Parked]:
    """Deliveries set aside after failing again and again, oldest first."""
    rows = list(Delivery.objects.filter(state=DeliveryState.PARKED).order_by("id")[:limit])
    keys = {row.event for row in rows}
    records = {record.id: record for record in EventRecord.objects.filter(id__in=keys)}
    return [
        Parked(row.id, row.reaction, envelope_of(records[row.event]), row.attempts, row.fault)
        for row in rows
        if row.event in records
    ]


def retry(delivery: UUID) -> None:
    """Try a parked delivery again, with all its tries. Raises NotFound, or Conflict when it is not parked."""
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(id=delivery).first()
        if row is None:
            raise NotFound()
        if row.state != DeliveryState.PARKED:
            raise Conflict()
        row.state, row.attempts, row.due_at = DeliveryState.PENDING, 0, real_now()
        row.save(update_fields=["state", "attempts", "due_at"])
        queue([row.id])
