"""Budgets: so many tries per time for a key, shared by every process through PostgreSQL."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_network

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Text, TooMany
from tinhso.kernel.proxies import parsed

_SPEND = """
INSERT INTO kernel_budget AS b (key, spent) VALUES (%(key)s, ARRAY[%(at)s])
ON CONFLICT (key) DO UPDATE
SET spent = ARRAY(SELECT t FROM unnest(b.spent) AS t WHERE t > %(since)s ORDER BY t) || %(at)s
WHERE (SELECT count(*) FROM unnest(b.spent) AS t WHERE t > %(since)s) < %(limit)s
RETURNING 1
"""


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def network_of(address: str) -> str:
    """Whom a budget "of an address" counts for: the address, or of IPv6 its /64, which one household or machine has to
    itself and could walk through address by address."""
    known = parsed(address)
    return str(ip_network((known, 64), strict=False)) if isinstance(known, IPv6Address) else str(known or address)


def spend(key: str, limit: int, per: timedelta, *, words: Text | None = None, at: datetime | None = None) -> None:
    """Take one try from the key's budget of ``limit`` tries in any stretch of ``per``.

    A refused try costs nothing. Call it outside a transaction: a rollback would give the try back.
    Real time, not the business clock (a pinned clock must not lock anybody out for ever).
    The key is stored hashed, it may be an address or a login. Raises TooMany, saying how long to wait (``words`` may
    say it better, with ``%(minutes)d``).
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
    said = words or _("Bạn đã thử quá nhiều lần. Hãy đợi %(minutes)d phút rồi thử lại.")
    raise TooMany(said % {"minutes": minutes})


@dataclass(frozen=True)
class Budget:
    """A key's tries, and what is said when they are used up."""

    key: str
    limit: int
    words: Text | None = None


def spend_all(per: timedelta, *budgets: Budget) -> None:
    """Take one try from each, or from none. The caller's own budget (the address's) comes first: who is out of it uses
    up nobody else's. Raises TooMany."""
    for number, one in enumerate(budgets):
        try:
            spend(one.key, one.limit, per, words=one.words)
        except TooMany:
            for before in budgets[:number]:
                refund(before.key)
            raise


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
