"""The counter: who stood there, tickets, appointments."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class PersonIdentified(Event):
    """An official at the counter saw the identity paper of a person who stands there; its number is in the row."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.person-identified"
    presence: UUID
    person: UUID
    agency: UUID
    kind: str


@dataclass(frozen=True)
class OriginalMarked(Event):
    """What became of the original of a paper: seen, returned."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.original-marked"
    attachment: UUID
    original: str
    draft: UUID | None = None
    dossier: UUID | None = None


@dataclass(frozen=True)
class TicketDrawn(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.ticket-drawn"
    ticket: UUID
    agency: UUID
    window: str
    number: int


@dataclass(frozen=True)
class TicketMoved(Event):
    """A number was called (``calls``: which time), skipped or done with; ``waited``: seconds until the first call."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.ticket-moved"
    ticket: UUID
    agency: UUID
    state: str
    place: str
    calls: int
    waited: int | None


@dataclass(frozen=True)
class AppointmentMade(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.appointment-made"
    appointment: UUID
    agency: UUID
    starts_at: datetime
    seat: int


@dataclass(frozen=True)
class AppointmentEnded(Event):
    """It was cancelled, or its person came."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.appointment-ended"
    appointment: UUID
    state: str
