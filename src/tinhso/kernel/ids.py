"""Identity of things: opaque, time-ordered ids (UUIDv7, RFC 9562)."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7. Ordered by creation, so it also serves as a paging key."""
    return uuid7()
