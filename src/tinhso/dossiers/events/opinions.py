"""Another agency is asked for its opinion."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tinhso.dossiers.events.course import DossierEvent


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
class OpinionGiven(DossierEvent):
    """The answer; by the agency itself, or recorded by who asked somebody outside."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.opinion-given"
    opinion: UUID
    recorded: bool


@dataclass(frozen=True)
class OpinionOverdue(DossierEvent):
    """The share is over without an answer; told once. ``version``: the dossier's then, which this leaves as it is."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.opinion-overdue"
    opinion: UUID
