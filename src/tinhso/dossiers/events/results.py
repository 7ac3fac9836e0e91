"""Results: signed, issued, revoked; and what the applicant thought of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tinhso.dossiers.events.course import DossierEvent
from tinhso.kernel.events import Event


@dataclass(frozen=True)
class SignatureAsked(DossierEvent):
    """A leader (or the clerk, for the seal) ordered the signature; the job makes it."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.signature-asked"
    result: UUID
    signature: UUID
    kind: str


@dataclass(frozen=True)
class SignatureMade(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.signature-made"
    result: UUID
    signature: UUID
    kind: str


@dataclass(frozen=True)
class ResultIssued(DossierEvent):
    """Person and agency have signed: the document is in force."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.result-issued"
    result: UUID
    person: UUID | None
    kind: str
    title: str
    number: str
    file: UUID
    digest: str
    issued_at: datetime
    issuer: UUID
    supersedes: UUID | None = None


@dataclass(frozen=True)
class ResultRevoked(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.result-revoked"
    result: UUID
    superseded: bool = False


@dataclass(frozen=True)
class ResultReissued(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.result-reissued"
    result: UUID
    replaces: UUID


@dataclass(frozen=True)
class Rated(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.rated"
    stars: int


@dataclass(frozen=True)
class RatingAnswered(Event):
    """The agency said what it did about a rating."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.rating-answered"
    dossier: UUID
    agency: UUID
    outcome: str
