"""What happens to agencies, told to the rest of the house."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class ReorganisationProposed(Event):
    TYPE: ClassVar[str] = "vn.tinhso.places.reorganisation-proposed"
    reorganisation: UUID
    plan: str
    fingerprint: str


@dataclass(frozen=True)
class ReorganisationDecided(Event):
    """Approved, refused, withdrawn, or ordered to be carried out."""

    TYPE: ClassVar[str] = "vn.tinhso.places.reorganisation-decided"
    reorganisation: UUID
    plan: str
    state: str


@dataclass(frozen=True)
class AgencyReorganised(Event):
    """All that one plan moved from one agency: ``moved`` counts by "kind to agency", ``list_sha256`` is over the ids
    of the moved dossiers in order, which stand as rows of their own."""

    TYPE: ClassVar[str] = "vn.tinhso.places.agency-reorganised"
    reorganisation: UUID
    plan: str
    agency: UUID
    keeper: UUID | None
    moved: dict[str, int]
    list_sha256: str
