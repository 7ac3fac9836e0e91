"""Old papers that become electronic, in batches."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class BatchEvent(Event):
    """Base of what happens to a batch of papers to digitise; names and numbers stay in the rows."""

    TYPE: ClassVar[str] = ""
    batch: UUID
    agency: UUID


@dataclass(frozen=True)
class BatchUploaded(BatchEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-uploaded"
    sha256: str


@dataclass(frozen=True)
class BatchOrdered(BatchEvent):
    """An officer ordered their signature on every scan; the job makes them."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-ordered"


@dataclass(frozen=True)
class BatchHalted(BatchEvent):
    """Stopped in between: what is signed stays, the rest waits."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-halted"


@dataclass(frozen=True)
class BatchDropped(BatchEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-dropped"
    lines: int


@dataclass(frozen=True)
class BatchSigned(BatchEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-signed"
    signed: int
    left: int


@dataclass(frozen=True)
class PaperListed(Event):
    """A paper of the book is known, on paper alone."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-listed"
    paper: UUID
    agency: UUID


@dataclass(frozen=True)
class PaperDigitised(Event):
    """A paper's scan is signed and in force; again when its holder became known."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-digitised"
    paper: UUID
    agency: UUID
    person: UUID | None
    kind: str
    title: str
    number: str
    file: UUID
    issued_at: datetime


@dataclass(frozen=True)
class PaperEnded(Event):
    """It counts no more: expired, revoked, or known on paper alone and now digitised (``how``)."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-ended"
    paper: UUID
    agency: UUID
    how: str
