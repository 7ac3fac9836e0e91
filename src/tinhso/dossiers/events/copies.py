"""Certified electronic copies."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class CopyEvent(Event):
    """Base of what happens to a certified electronic copy."""

    TYPE: ClassVar[str] = ""
    copy: UUID
    agency: UUID


@dataclass(frozen=True)
class CopyAttested(CopyEvent):
    """An official saw the original and says that the scanned pages are like it."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-attested"
    pages: int


@dataclass(frozen=True)
class CopyOrdered(CopyEvent):
    """Signature or seal was ordered; the job makes it."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-ordered"
    kind: str
    number: str


@dataclass(frozen=True)
class CopyRefused(CopyEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-refused"


@dataclass(frozen=True)
class CopyRevoked(CopyEvent):
    """Taken back after it was issued: whoever checks the file is told."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-revoked"
    person: UUID
    title: str
    number: str


@dataclass(frozen=True)
class CopySigned(CopyEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-signed"
    kind: str
    digest: str


@dataclass(frozen=True)
class CopyIssued(CopyEvent):
    """Person and agency have signed: the copy is in force."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-issued"
    person: UUID
    title: str
    number: str
    file: UUID
    issued_at: datetime
