"""Identity of things: opaque, time-ordered ids (UUIDv7, RFC 9562)."""

import time
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7. Ordered by creation, so it also serves as a paging key."""
    return uuid7()


def id_beside(other: UUID) -> UUID:
    """A fresh UUIDv7 of the same millisecond as that one: for what is written later and belongs to that moment."""
    return UUID(int=other.int >> 80 << 80 | uuid7().int & (1 << 80) - 1)


def id_at(instant: datetime) -> UUID:
    """The smallest UUIDv7 of that moment: every id made before is smaller."""
    return UUID(int=int(instant.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62)


#: In a statement that makes many rows: an id of this moment, with ``%(ids)s`` from `ids_of_now`.
NEW_ID = "(%(ids)s || substr(gen_random_uuid()::text, 16))::uuid"


def ids_of_now() -> str:
    """The first 48 bits and the version of UUIDv7s made now, for `NEW_ID`."""
    stamp = f"{time.time_ns() // 1_000_000:012x}"
    return f"{stamp[:8]}-{stamp[8:]}-7"
