"""Sealing in tests that share one server: what other tests have open holds the horizon back a moment."""

import time

from django.db import connection

from tinhso.kernel import audit
from tinhso.kernel.sealing.sealer import trail_state

#: Rows of the trail that no seal may take yet: a transaction that began before they were written may still be open.
HELD_BACK = "SELECT count(*) FROM kernel_audit WHERE xact >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


def seal_everything(patience: float = 60.0) -> None:
    """One seal over all that waits, once nothing is held back. Raises AssertionError after the patience (seconds)."""
    until = time.monotonic() + patience
    while _held_back() and time.monotonic() < until:
        time.sleep(0.02)
    audit.seal()
    assert trail_state().unsealed == 0


def _held_back() -> int:
    with connection.cursor() as cursor:
        cursor.execute(HELD_BACK)
        return int(cursor.fetchone()[0])
