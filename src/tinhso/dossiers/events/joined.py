"""Joined-up filings: one filing, several agencies."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class JointEvent(Event):
    """Base of what happens to a joined filing."""

    TYPE: ClassVar[str] = ""
    joint: UUID


@dataclass(frozen=True)
class JointBegun(JointEvent):
    """A joined form was begun, with these parts."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-begun"
    key: str
    agency: UUID
    parts: tuple[str, ...]


@dataclass(frozen=True)
class JointSubmitted(JointEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-submitted"
    code: str


@dataclass(frozen=True)
class PartBegun(JointEvent):
    """A part runs now: as a dossier, or (``dossier`` None) ready to be handed to an agency outside the system."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-part-begun"
    part: str
    dossier: UUID | None = None


@dataclass(frozen=True)
class PartMoved(JointEvent):
    """A part that is a dossier was received, answered, decided or ended: what follows is read anew."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-part-moved"
    dossier: UUID


@dataclass(frozen=True)
class PartDropped(JointEvent):
    """A part can never begin: ``because`` names the part that came to nothing."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-part-dropped"
    part: str
    because: str


@dataclass(frozen=True)
class PartWithdrawn(JointEvent):
    """A part that had no dossier yet was taken back by the applicant."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-part-withdrawn"
    part: str


@dataclass(frozen=True)
class OutsideSent(JointEvent):
    """The office handed a part to the agency outside."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.outside-sent"
    part: str


@dataclass(frozen=True)
class OutsideAnswered(JointEvent):
    """The agency outside has done it or refused, as the office records."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.outside-answered"
    part: str
    done: bool


@dataclass(frozen=True)
class ReturnChosen(JointEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-return-chosen"
    each: bool


@dataclass(frozen=True)
class JointClosed(JointEvent):
    """Every part has come to its end."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-closed"
