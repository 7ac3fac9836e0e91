"""A dossier on its way through the process: from filing to its end."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class DossierEvent(Event):
    """Base of what happens to a dossier; ``version`` is the dossier's after the act."""

    TYPE: ClassVar[str] = ""
    dossier: UUID
    version: int


@dataclass(frozen=True)
class Submitted(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.submitted"
    code: str
    procedure: str
    agency: UUID
    draft: UUID
    presence: UUID | None = None  #: filed at the counter for a person who stood there


@dataclass(frozen=True)
class Received(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.received"
    due_at: datetime | None
    at: datetime | None = None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class LawChanged(DossierEvent):
    """On receipt another law of its procedure was in force than when it was sent: it follows that one from here on."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.law-changed"
    since: date  #: the first day of that law


@dataclass(frozen=True)
class Claimed(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.claimed"
    step: UUID
    task: str


@dataclass(frozen=True)
class HandedOver(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.handed-over"
    step: UUID
    task: str
    to_account: UUID


@dataclass(frozen=True)
class ReturnedToQueue(DossierEvent):
    """Nobody holds the step now: its holder left or is on leave and nobody stands in, or a bulk act was taken back."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.returned-to-queue"
    step: UUID
    task: str


@dataclass(frozen=True)
class StepEnded(DossierEvent):
    """The process moved on: a step ended with an outcome. These alone rebuild the engine."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.step-ended"
    step: UUID
    task: str
    outcome: str


@dataclass(frozen=True)
class SupplementRequested(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.supplement-requested"
    supplement: UUID
    number: int
    at: datetime | None = None


@dataclass(frozen=True)
class SupplementAnswered(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.supplement-answered"
    supplement: UUID
    due_at: datetime | None
    at: datetime | None = None


@dataclass(frozen=True)
class Extended(DossierEvent):
    """The result will be late: apology and new date, once (Decree 61/2018/NĐ-CP, art. 19.9)."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.extended"
    extension: UUID
    at: datetime
    until: datetime


@dataclass(frozen=True)
class ApologyIssued(DossierEvent):
    """Of releases before `PaperIssued`: form 04 was drawn; ``digest`` is the SHA-256 of its file."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.apology-issued"
    extension: UUID
    digest: str


@dataclass(frozen=True)
class Refused(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.refused"
    reason: str


@dataclass(frozen=True)
class Proposed(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.proposed"
    proposal: UUID


@dataclass(frozen=True)
class Returned(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.returned"
    result: UUID


@dataclass(frozen=True)
class Withdrawn(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.withdrawn"
