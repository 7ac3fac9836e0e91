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


@dataclass(frozen=True)
class DataAskedFor(Event):
    """A person asked for their data, or asked to erase it. ``at_counter``: an official wrote it down for them."""

    TYPE: ClassVar[str] = "vn.tinhso.vault.data-asked-for"
    request: UUID
    kind: str
    at_counter: bool


@dataclass(frozen=True)
class DataRequestDecided(Event):
    """A second person decided on an erasure."""

    TYPE: ClassVar[str] = "vn.tinhso.vault.data-request-decided"
    request: UUID
    approved: bool


@dataclass(frozen=True)
class DataRequestDone(Event):
    """The export is ready, or the erasure is done: how many things of which scope, and how many files' keys."""

    TYPE: ClassVar[str] = "vn.tinhso.vault.data-request-done"
    request: UUID
    kind: str
    scopes: dict[str, int]
    files: int
