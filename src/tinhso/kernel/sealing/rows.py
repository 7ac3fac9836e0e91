"""Audit rows as the sealer and the checker see them: in order of transactions, each linked to the one before."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import NamedTuple
from uuid import UUID

from django.db import connection

#: A text as JSON, as `canonical` writes it.
_text = encode_basestring

#: A seal keeps for each row its id (16 bytes) and its link (32 bytes).
MEMBER = 48
START = bytes(32)

_ROWS = """
SELECT id, created_at, actor_account, actor_name, request_id, position, xact, act, subject, event, data::text
FROM kernel_audit WHERE xact >= %s AND xact < %s ORDER BY xact, position
"""


class Row(NamedTuple):
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
                content = content_of(*values)
                yield Row(values[0], values[1], content, values[7], values[8], values[9], values[10], values[6])


#: `content_of` as the database makes it: both escape a text's quotes, backslashes and control characters alike.
_CONTENTS = """
SELECT uuid_send(id), xact, convert_to('["' || id || '","'
    || to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
    || '",' || coalesce('"' || actor_account || '"', 'null') || ',' || to_json(actor_name) || ',' || to_json(request_id)
    || ',' || position || ',' || xact || ',' || to_json(act) || ',' || to_json(subject)
    || ',' || coalesce('"' || event || '"', 'null') || ',' || to_json(data::text) || ']', 'UTF8')
FROM kernel_audit WHERE xact >= %s AND xact < %s ORDER BY xact, position
"""


def contents_of(since: int, until: int) -> Iterator[tuple[bytes, int, bytes]]:
    """What the sealer needs of the same rows in the same order, cheaper: id, transaction, canonical bytes."""
    with connection.chunked_cursor() as cursor:
        raw = cursor.cursor
        raw.execute(_CONTENTS, [since, until], binary=True)
        while portion := raw.fetchmany(2000):
            yield from portion


def content_of(
    id: UUID,
    at: datetime,
    account: UUID | None,
    name: str,
    request: str,
    position: int,
    xact: int,
    act: str,
    subject: str,
    event: UUID | None,
    data: str,
) -> bytes:
    """A row's canonical bytes: `canonical` of its columns in this order, made several times faster."""
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    by, of = f'"{account}"' if account else "null", f'"{event}"' if event else "null"
    texts = f"{_text(act)},{_text(subject)},{of},{_text(data)}"
    return f'["{id}","{instant}",{by},{_text(name)},{_text(request)},{position},{xact},{texts}]'.encode()


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
