"""Budgets: so many tries per time for a key, shared by every process through PostgreSQL."""

import hashlib
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import TooMany

_SPEND = """
INSERT INTO kernel_budget AS b (key, spent) VALUES (%(key)s, ARRAY[%(at)s])
ON CONFLICT (key) DO UPDATE
SET spent = ARRAY(SELECT t FROM unnest(b.spent) AS t WHERE t > %(since)s ORDER BY t) || %(at)s
WHERE (SELECT count(*) FROM unnest(b.spent) AS t WHERE t > %(since)s) < %(limit)s
RETURNING 1
"""


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def spend(key: str, limit: int, per: timedelta, *, at: datetime | None = None) -> None:
    """Take one try from the key's budget of ``limit`` tries in any stretch of ``per``.

    A refused try costs nothing. Call it outside a transaction: a rollback would give the try back.
    Real time, not the business clock (a pinned clock must not lock anybody out for ever).
    The key is stored hashed, it may be an address or a login. Raises TooMany, saying how long to wait.
    """
    moment = at or clock.real()
    values: dict[str, str | int | datetime] = {"key": _hashed(key), "at": moment, "since": moment - per, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, values)
        if cursor.fetchone() is not None:
            return
        cursor.execute(
            "SELECT min(t) FROM unnest((SELECT spent FROM kernel_budget WHERE key = %(key)s)) AS t WHERE t > %(since)s",
            values,
        )
        row = cursor.fetchone()
    oldest = row[0] if row and row[0] else moment
    minutes = max(1, -int(-(oldest + per - moment).total_seconds() // 60))
    raise TooMany(_("Bạn đã thử quá nhiều lần. Hãy đợi %(minutes)d phút rồi thử lại.") % {"minutes": minutes})


def refund(key: str) -> None:
    """Give the last try back: it succeeded. Earlier failures still count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_budget SET spent = trim_array(spent, 1) WHERE key = %s AND spent <> '{}'", [_hashed(key)]
        )


def forget(before: datetime) -> int:
    """Remove budgets that nobody touched since; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_budget WHERE spent = '{}' OR spent[cardinality(spent)] < %s", [before])
        return int(cursor.rowcount)
