"""The thread between applicant and officers."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class MessageSent(Event):
    """Applicant or agency wrote in a dossier's thread; the words stay in the row."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.message-sent"
    dossier: UUID
    message: UUID
    from_office: bool
    files: int


@dataclass(frozen=True)
class MessagesRead(Event):
    """The other side opened the thread for the first time since these were written."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.messages-read"
    dossier: UUID
    messages: tuple[UUID, ...]
    by_office: bool
