"""Another agency is asked for its opinion."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tinhso.dossiers.events.course import DossierEvent
from tinhso.kernel.events import Event


@dataclass(frozen=True)
class OpinionAsked(DossierEvent):
    """``agency``: None for somebody outside the house; ``due_at``: the end of their share when they were asked."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.opinion-asked"
    opinion: UUID
    agency: UUID | None
    due_at: datetime


@dataclass(frozen=True)
class OpinionTakenBack(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.opinion-taken-back"
    opinion: UUID


@dataclass(frozen=True)
class OpinionGiven(Event):
    """The answer; by the agency itself, or recorded by who asked somebody outside. The dossier's version stays."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.opinion-given"
    dossier: UUID
    opinion: UUID
    recorded: bool
