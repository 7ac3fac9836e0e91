"""What the database holds and what it is slow at. Texts of statements are shown without their values."""

import re
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction


@dataclass(frozen=True)
class TableSize:
    """A table with its indexes and all its partitions. ``rows`` is the database's own estimate."""

    name: str
    bytes: int
    rows: int


@dataclass(frozen=True)
class SlowStatement:
    """A kind of statement of this application: how often, milliseconds on average and in all."""

    text: str
    calls: int
    mean_ms: float
    total_ms: float
    rows: int


_SIZES = """
SELECT coalesce(p.relname, c.relname), sum(pg_total_relation_size(c.oid))::bigint,
    sum(greatest(c.reltuples, 0))::bigint
FROM pg_class c
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
GROUP BY 1 ORDER BY 2 DESC LIMIT %s
"""
_SLOW = """
SELECT s.query, s.calls, s.mean_exec_time, s.total_exec_time, s.rows
FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid JOIN pg_database d ON d.oid = s.dbid
WHERE r.rolname = current_user AND d.datname = current_database() AND s.calls >= 3
ORDER BY s.mean_exec_time DESC LIMIT %s
"""
#: PostgreSQL may keep the text of a statement as it came when its own normalised form was lost under pressure.
_VALUES = re.compile(
    r"\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|[eEbBxXuU&]*'(?:[^']|'')*('|\Z)|/\*.*?(\*/|\Z)|--[^\n]*|(?<![\w$\".])\d[\w.]*",
    re.DOTALL,
)
LONGEST = 600


def without_values(statement: str) -> str:
    """The statement with every literal and comment taken out."""
    text = " ".join(_VALUES.sub("?", statement).split())
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def largest_tables(limit: int = 20) -> list[TableSize]:
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, [limit])
        return [TableSize(*row) for row in cursor.fetchall()]


def database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def slow_statements(limit: int = 15) -> list[SlowStatement] | None:
    """The statements of this application that take longest; None where the server does not keep count of them."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SLOW, [limit])
            rows = cursor.fetchall()
    except DatabaseError:
        return None
    return [
        SlowStatement(without_values(query), calls, mean, total, found) for query, calls, mean, total, found in rows
    ]
