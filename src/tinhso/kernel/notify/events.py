"""What happens to an account's channels."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class ChannelsChosen(Event):
    """An account wants messages of a topic by a channel, or does not; without a topic, of all."""

    TYPE: ClassVar[str] = "vn.tinhso.kernel.channels-chosen"
    account: UUID
    topic: str
    channel: str
    wanted: bool
