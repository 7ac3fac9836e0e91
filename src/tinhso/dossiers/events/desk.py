"""What officers do with many dossiers at once: acts, views, exports, maps, trials."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class BulkDone(Event):
    """One official did one act on many dossiers: the list of all, and what was refused. Each dossier's own event stands
    beside it, for its own timeline and clock."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.bulk-done"
    bulk: UUID
    act: str
    done: list[UUID]
    refused: list[UUID]


@dataclass(frozen=True)
class BulkUndone(Event):
    """A bulk act was taken back, where nobody had acted since; ``kept``: what could not be."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.bulk-undone"
    bulk: UUID
    undone: list[UUID]
    kept: list[UUID]


@dataclass(frozen=True)
class ViewSaved(Event):
    """Filters were kept under a name; ``agency``: shared with those who work on dossiers there."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.view-saved"
    view: UUID
    agency: UUID | None


@dataclass(frozen=True)
class ViewRemoved(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.view-removed"
    view: UUID
    agency: UUID | None


@dataclass(frozen=True)
class ExportAsked(Event):
    """A list of dossiers was asked for as a file."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.export-asked"
    export: UUID
    agency: UUID


@dataclass(frozen=True)
class ExportMade(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.export-made"
    export: UUID
    agency: UUID
    rows: int
    digest: str


@dataclass(frozen=True)
class ExportTaken(Event):
    """An official took the file: the reading of everybody in it is noted."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.export-taken"
    export: UUID
    agency: UUID


@dataclass(frozen=True)
class MapAsked(Event):
    """A process map was asked for: whose dossiers of which procedure."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.map-asked"
    map: UUID
    agencies: list[UUID]
    procedure: str


@dataclass(frozen=True)
class MapMade(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.map-made"
    map: UUID
    dossiers: int
    took_ms: int


@dataclass(frozen=True)
class ProcessTried(Event):
    """Last year's dossiers were sent through a draft of a process; nothing of them changes."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.process-tried"
    trial: UUID
    draft: UUID
    procedure: str
    draft_version: int
