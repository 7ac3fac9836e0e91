"""What happens around the strategy, told to the rest of the house."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class Planned(Event):
    """A plan was written for a task or duty; ``number`` rises with each."""

    TYPE: ClassVar[str] = "vn.tinhso.indicators.planned"
    undertaking: UUID
    key: str
    number: int
    progress: str


@dataclass(frozen=True)
class EvidenceAdded(Event):
    TYPE: ClassVar[str] = "vn.tinhso.indicators.evidence-added"
    undertaking: UUID
    key: str
    evidence: UUID
    file: UUID | None


@dataclass(frozen=True)
class EvidenceRemoved(Event):
    TYPE: ClassVar[str] = "vn.tinhso.indicators.evidence-removed"
    undertaking: UUID
    key: str
    evidence: UUID


@dataclass(frozen=True)
class Commented(Event):
    TYPE: ClassVar[str] = "vn.tinhso.indicators.commented"
    undertaking: UUID
    key: str
    comment: UUID


@dataclass(frozen=True)
class SnapshotTaken(Event):
    """The targets of a year were frozen."""

    TYPE: ClassVar[str] = "vn.tinhso.indicators.snapshot-taken"
    snapshot: UUID
    year: int
    number: int
    data_digest: str


@dataclass(frozen=True)
class SnapshotSignatureAsked(Event):
    """A leader ordered the signature, or the clerk the seal; the job makes it."""

    TYPE: ClassVar[str] = "vn.tinhso.indicators.snapshot-signature-asked"
    snapshot: UUID
    kind: str


@dataclass(frozen=True)
class SnapshotSigned(Event):
    """A signature was made; after the seal the snapshot is in force."""

    TYPE: ClassVar[str] = "vn.tinhso.indicators.snapshot-signed"
    snapshot: UUID
    kind: str
    digest: str
