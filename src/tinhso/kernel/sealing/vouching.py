"""What audit rows vouch for by digest: events of the outbox, batches of disclosures."""

import json
from collections.abc import Sequence

from tinhso.kernel.appending import seal_of_event
from tinhso.kernel.disclosure_loading import TAKEN, batch_digest
from tinhso.kernel.events.history import envelope_of
from tinhso.kernel.models import Disclosure, EventRecord
from tinhso.kernel.sealing.dropped import dropped
from tinhso.kernel.sealing.rows import Row

#: Events are looked up in portions of so many rows.
VOUCHED_AT_ONCE = 500

Fault = tuple[str, str]


def vouched_fault(rows: Sequence[Row]) -> Fault | None:
    """The first event or batch that is not as the rows say it was."""
    if not rows:
        return None
    instants = [row.at for row in rows]
    events = EventRecord.objects.filter(
        id__in=[row.event for row in rows if row.event],
        created_at__range=(min(instants), max(instants)),
    ).in_bulk()
    for row in rows:
        fault = _event_fault(row, events.get(row.event)) if row.event else _batch_fault(row)
        if fault:
            return fault
    return None


def _event_fault(row: Row, record: EventRecord | None) -> Fault | None:
    if record is None:
        return "event-deleted", f"event {row.event}"
    if seal_of_event(envelope_of(record), record.data) != json.loads(row.data)["sha256"]:
        return "event-changed", f"event {row.event}"
    return None


def _batch_fault(row: Row) -> Fault | None:
    if row.act != TAKEN:
        return None
    batch = row.subject.partition(":")[2]
    rows = list(Disclosure.objects.filter(batch=batch))
    if batch_digest(rows) == json.loads(row.data)["sha256"] or dropped().excuses(batch, row.at, len(rows)):
        return None
    return "disclosures-changed", f"batch {batch}"
