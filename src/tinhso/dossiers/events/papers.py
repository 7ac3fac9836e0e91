"""The papers of the one-stop shop."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tinhso.dossiers.events.course import DossierEvent
from tinhso.kernel.events import Event


@dataclass(frozen=True)
class ReceiptAsked(DossierEvent):
    """Somebody at the counter asked for the paper receipt."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.receipt-asked"


@dataclass(frozen=True)
class ReceiptIssued(DossierEvent):
    """Of releases before `PaperIssued`: form 01 was drawn; ``digest`` is the SHA-256 of its file."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.receipt-issued"
    receipt: UUID
    digest: str


@dataclass(frozen=True)
class PaperIssued(DossierEvent):
    """A paper of the dossier has its number and content; ``kind`` as the pack names it."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-issued"
    paper: UUID
    kind: str
    number: int
    year: int


@dataclass(frozen=True)
class ListIssued(Event):
    """A paper of an agency about several dossiers has its number: a hand-over list, a tracking book."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.list-issued"
    paper: UUID
    agency: UUID
    kind: str
    number: int
    year: int
    dossiers: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class PaperDrawn(Event):
    """The file of a paper is there, sealed where its form asks for it; ``digest`` is its SHA-256."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-drawn"
    paper: UUID
    digest: str
    sealed: bool
    dossier: UUID | None = None


@dataclass(frozen=True)
class PaperPrinted(Event):
    """Somebody printed a paper for the ``number``-th time; from 2 on the copy says so."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-printed"
    paper: UUID
    number: int
    dossier: UUID | None = None
