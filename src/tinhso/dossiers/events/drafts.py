"""Applications before they are sent."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class DraftStarted(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.draft-started"
    draft: UUID
    procedure: str
    agency: UUID


@dataclass(frozen=True)
class TopicSaved(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.topic-saved"
    draft: UUID
    topic: str
    version: int


@dataclass(frozen=True)
class DraftRenewed(Event):
    """A draft was brought to the law of another day; ``asked_anew``: its form asks otherwise, so that its author looks
    at it again."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.draft-renewed"
    draft: UUID
    since: date
    asked_anew: bool


@dataclass(frozen=True)
class PaperAdded(Event):
    """A paper was put into a draft or into the answer to a supplement request."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-added"
    component: str
    file: UUID
    draft: UUID | None = None
    dossier: UUID | None = None


@dataclass(frozen=True)
class PaperRemoved(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-removed"
    draft: UUID
    component: str
    file: UUID


@dataclass(frozen=True)
class PaperReused(Event):
    """A paper that the state holds already was put into a draft: nobody brings it again."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-reused"
    draft: UUID
    component: str
    holding: UUID


@dataclass(frozen=True)
class DraftErased(Event):
    """A draft that was never sent is gone at its author's own request."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.draft-erased"
    draft: UUID
