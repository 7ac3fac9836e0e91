"""What happens to processes in the studio, told to the rest of the house."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class DraftEvent(Event):
    """Base: ``version`` is the draft's after the act, ``content_sha256`` is over process, roles and fee table."""

    TYPE: ClassVar[str] = ""
    draft: UUID
    procedure: str
    version: int
    content_sha256: str


@dataclass(frozen=True)
class DraftBegun(DraftEvent):
    TYPE: ClassVar[str] = "vn.tinhso.procedures.process-draft-begun"


@dataclass(frozen=True)
class DraftSaved(DraftEvent):
    TYPE: ClassVar[str] = "vn.tinhso.procedures.process-draft-saved"


@dataclass(frozen=True)
class DraftProposed(DraftEvent):
    TYPE: ClassVar[str] = "vn.tinhso.procedures.process-proposed"
    valid_from: str


@dataclass(frozen=True)
class DraftDecided(DraftEvent):
    """``verdict``: refused or withdrawn (it is open again), discarded."""

    TYPE: ClassVar[str] = "vn.tinhso.procedures.process-decided"
    verdict: str


@dataclass(frozen=True)
class ProcessPublished(DraftEvent):
    """The second person approved: ``procedure_version`` is law from ``valid_from`` on."""

    TYPE: ClassVar[str] = "vn.tinhso.procedures.process-published"
    procedure_version: UUID
    valid_from: str


@dataclass(frozen=True)
class PublicationUndone(DraftEvent):
    """Before its first day: the law stays as it was."""

    TYPE: ClassVar[str] = "vn.tinhso.procedures.publication-undone"


@dataclass(frozen=True)
class PackYielded(Event):
    """A pack brought other content for a period that the studio replaced: it counts until the day before."""

    TYPE: ClassVar[str] = "vn.tinhso.procedures.pack-yielded"
    procedure: str
    procedure_version: UUID
    studio_version: UUID
