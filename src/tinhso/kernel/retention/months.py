"""Letting go of whole months of the disclosure log, on record, so that the trail still verifies.

The app's role can delete nothing there. `kernel_drop_month` runs as the owner and refuses every other table, a month
younger than two years, and a month whose going the trail does not tell in the same transaction. Events and the audit
trail itself have no such door.
"""

from datetime import UTC, datetime

from django.db import connection, transaction

from tinhso.kernel.appending import append_audit
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.sealing.dropped import DROPPED, TABLE, subject_of

_MONTHS = """
SELECT relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE i.inhparent = 'kernel_disclosure'::regclass AND relname ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY relname
"""
#: Batches of which only a part goes with the month, or whose word stands in another month of the trail.
_STRADDLING = """
SELECT DISTINCT d.batch::text FROM kernel_disclosure d
JOIN kernel_audit a ON a.subject = 'disclosures:' || d.batch
WHERE d.created_at >= %(first)s AND d.created_at < %(next)s
AND (a.created_at < %(first)s OR a.created_at >= %(next)s)
UNION
SELECT DISTINCT d.batch::text FROM kernel_disclosure d
JOIN kernel_disclosure other ON other.batch = d.batch
WHERE d.created_at >= %(first)s AND d.created_at < %(next)s
AND (other.created_at < %(first)s OR other.created_at >= %(next)s)
"""


def drop_oldest_month(before: datetime) -> int:
    """Let go of the oldest month if all of it is older than the instant; how many rows went, 0 when none may."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kernel_open_month'))")
        cursor.execute(_MONTHS)
        months = [_month(name) for (name,) in cursor.fetchall()]
        if not months or _after(months[0]) > before:
            return 0
        span = {"first": months[0], "next": _after(months[0])}
        cursor.execute(
            "SELECT count(*) FROM kernel_disclosure WHERE created_at >= %(first)s AND created_at < %(next)s", span
        )
        rows = int(cursor.fetchone()[0])
        cursor.execute(_STRADDLING, span)
        batches = ",".join(sorted(batch for (batch,) in cursor.fetchall()))
        append_audit(SYSTEM, DROPPED, subject=subject_of(months[0]), data={"rows": rows, "batches": batches})
        cursor.execute("SELECT kernel_drop_month(%s, %s)", [TABLE, months[0]])
    return rows or 1


def _month(partition: str) -> datetime:
    year, month = partition.rsplit("_", 2)[1:]
    return datetime(int(year), int(month), 1, tzinfo=UTC)


def _after(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
