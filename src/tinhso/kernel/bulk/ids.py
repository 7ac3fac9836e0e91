"""Ids that know their text: a row is written from texts, and an id stands in many rows."""

from uuid import UUID

from uuid_utils import uuid7


class Id(UUID):
    """A UUID kept as its text; its number is read from that when somebody compares it."""

    __slots__ = ("text",)

    text: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "text", text)

    @property  # type: ignore[misc]
    def int(self) -> int:
        """The number, as every UUID has it."""
        return int(self.text.replace("-", ""), 16)

    def __str__(self) -> str:
        return self.text


def fresh_id() -> Id:
    """A fresh UUIDv7, as `kernel.ids.new_id` makes it."""
    return Id(str(uuid7()))


def known_id(id: UUID) -> Id:
    """The id of something that is there already."""
    return Id(str(id))
