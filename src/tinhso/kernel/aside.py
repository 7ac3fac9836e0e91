"""Indexes, foreign keys and the vacuum put aside while very many rows come in, and put back afterwards, by the owner.

What is away stands in a table of the owner's, written in the transaction that takes it away and emptied in those that
bring it back: whoever finds that table after a broken run puts the rest back. Unique indexes stay: acts rely on them.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, sql

Link = Connection[Any]

#: Needed while rows come in: the sealer reads the trail by it.
STAYS = ("kernel_audit_order",)

#: Nobody else may write here: the owner runs what stands in it.
_TABLE = """
CREATE TABLE kernel_put_aside (place serial PRIMARY KEY, checks boolean NOT NULL, back text NOT NULL);
REVOKE ALL ON kernel_put_aside FROM PUBLIC, tinhso_app, tinhso_gateway, tinhso_reader;
"""
_INDEXES = """
SELECT c.relname, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisunique AND NOT i.indisexclusion AND i.indpred IS NULL
  AND c.relname <> ALL(%s) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
ORDER BY c.relname
"""
_CHECKS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::text[]::regclass[]) AND contype IN ('f', 'x') AND conparentid = 0 ORDER BY 1, 2
"""
#: The tables themselves and, of one in parts, its parts: only these can be told how they are vacuumed.
_PARTS = """
SELECT t.relid::regclass::text FROM unnest(%s::text[]::regclass[]) named (id), pg_partition_tree(named.id) t
WHERE t.isleaf
UNION SELECT id::regclass::text FROM unnest(%s::text[]::regclass[]) named (id)
JOIN pg_class c ON c.oid = named.id WHERE c.relkind = 'r' ORDER BY 1
"""
_NEXT = """
DELETE FROM kernel_put_aside WHERE place = (
    SELECT place FROM kernel_put_aside WHERE checks = %s AND back LIKE %s
    ORDER BY place FOR UPDATE SKIP LOCKED LIMIT 1
) RETURNING back
"""


def away(link: Link) -> bool:
    """Whether something is still put aside."""
    return bool(link.execute("SELECT to_regclass('kernel_put_aside') IS NOT NULL").fetchone()[0])  # type: ignore[index]


def put_aside(link: Link, tables: Sequence[str], *, indexes: bool = True) -> int:
    """Take the checks and the indexes of these tables away, all or nothing; how many. Waits a minute at most.

    Raises psycopg.errors.LockNotAvailable.
    """
    with link.transaction():
        link.execute("SET LOCAL lock_timeout = '60s'")
        link.execute(_TABLE)
        gone: list[tuple[bool, sql.Composable]] = []
        for table, name, definition in link.execute(_CHECKS, [list(tables)]).fetchall():
            named = sql.SQL(table), sql.Identifier(name)
            link.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*named))
            gone.append((True, sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(*named, sql.SQL(definition))))
        known = link.execute(_INDEXES, [list(tables), list(STAYS)]).fetchall() if indexes else []
        for name, definition in known:
            link.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
            gone.append((False, sql.SQL(definition)))
        away = len(gone)
        for (part,) in link.execute(_PARTS, [list(tables), list(tables)]).fetchall() if indexes else []:
            named_part = sql.SQL(part)
            link.execute(sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = off)").format(named_part))
            gone.append((False, sql.SQL("ALTER TABLE {} RESET (autovacuum_enabled)").format(named_part)))
            gone.append((False, sql.SQL("ANALYZE {}").format(named_part)))
        for checks, back in gone:
            link.execute("INSERT INTO kernel_put_aside (checks, back) VALUES (%s, %s)", [checks, back.as_string(link)])
    return away


def put_back_indexes(link: Link) -> None:
    """As many as others do not put back at the same time: several connections share the work."""
    while _one(link, checks=False):
        pass


def put_back_exclusions(link: Link) -> None:
    """Checks that are indexes too, which take longest; another connection sees to the foreign keys meanwhile."""
    while _one(link, checks=True, like="% EXCLUDE %"):
        pass


def put_back_foreign_keys(link: Link) -> None:
    """Each is checked over all rows."""
    while _one(link, checks=True, like="% FOREIGN KEY %"):
        pass


def put_back(link: Link) -> None:
    """Everything that is away. Raises psycopg.IntegrityError when rows came that break a check: it stays away."""
    put_back_indexes(link)
    while _one(link, checks=True):
        pass
    link.execute("DROP TABLE kernel_put_aside")


def _one(link: Link, *, checks: bool, like: str = "%") -> bool:
    with link.transaction():
        row = link.execute(_NEXT, [checks, like]).fetchone()
        if row is not None:
            link.execute("SET LOCAL maintenance_work_mem = '256MB'")
            link.execute(row[0])
    return row is not None
