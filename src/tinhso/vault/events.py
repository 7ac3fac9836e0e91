"""What happens to a person's holdings."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class Deposited(Event):
    TYPE: ClassVar[str] = "vn.tinhso.vault.deposited"
    holding: UUID
    kind: str
    origin: UUID


@dataclass(frozen=True)
class Ended(Event):
    """A holding was revoked or superseded."""

    TYPE: ClassVar[str] = "vn.tinhso.vault.ended"
    holding: UUID
    state: str
