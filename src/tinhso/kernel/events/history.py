"""Reading back what happened."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from tinhso.kernel.appending import Envelope
from tinhso.kernel.events.definition import Event, data_of, event_from
from tinhso.kernel.models import EventRecord


@dataclass(frozen=True)
class Happened:
    """An event read back."""

    envelope: Envelope
    event: Event


def envelope_of(row: EventRecord) -> Envelope:
    return Envelope(row.id, row.created_at, row.type, row.subject, row.actor_account, row.actor_name, row.request_id)


def history(subject: str) -> list[Happened]:
    """All that happened to a subject, in order: for timelines and to rebuild what is derived from events."""
    rows = EventRecord.objects.filter(subject=subject).order_by("position")
    return [Happened(envelope_of(row), event_from(row.type, row.data)) for row in rows]


def as_cloudevent(envelope: Envelope, event: Event) -> dict[str, Any]:
    """The event as it travels outside: CloudEvents 1.0, JSON format."""
    return {
        "specversion": "1.0",
        "id": str(envelope.id),
        "source": f"/tinhso/{envelope.type.split('.')[2]}",
        "type": envelope.type,
        "subject": envelope.subject,
        "time": envelope.at.astimezone(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": data_of(event),
    }
