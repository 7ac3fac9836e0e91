"""Audit rows as the sealer and the checker see them: in order of transactions, each linked to the one before."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tinhso.kernel.canonical import canonical

#: A seal keeps for each row its id (16 bytes) and its link (32 bytes).
MEMBER = 48
START = bytes(32)

_ROWS = """
SELECT id, created_at, actor_account, actor_name, request_id, position, xact, act, subject, event, data::text
FROM kernel_audit WHERE xact >= %s AND xact < %s ORDER BY xact, position
"""


@dataclass(frozen=True)
class Row:
    """One audit row: its id, its canonical bytes, and what it vouches for."""

    id: UUID
    at: datetime
    content: bytes
    act: str
    subject: str
    event: UUID | None
    data: str
    xact: int  #: the transaction that wrote it


def rows_of(since: int, until: int) -> Iterator[Row]:
    """All rows that the transactions ``[since, until)`` wrote, in order; read in portions."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, [since, until])
        while portion := cursor.fetchmany(2000):
            for values in portion:
                content = canonical(list(values))
                yield Row(values[0], values[1], content, values[7], values[8], values[9], values[10], values[6])


def link(previous: bytes, content: bytes) -> bytes:
    """The row's link in the chain."""
    return hashlib.sha256(previous + content).digest()


@dataclass(frozen=True)
class Member:
    """What a seal remembers of one row."""

    id: UUID
    link: bytes


def members_in(packed: bytes) -> list[Member]:
    return [
        Member(UUID(bytes=packed[at : at + 16]), packed[at + 16 : at + MEMBER]) for at in range(0, len(packed), MEMBER)
    ]
