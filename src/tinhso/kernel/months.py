"""Partitions by month: made when the first row of a month comes, and ahead of time by a job."""

import threading
from datetime import UTC, datetime, timedelta

from django.db import connection

from tinhso.kernel import clock


class _Seen(threading.local):
    """Months that this thread has seen open. Not the process: another thread's opening is not committed yet, and rows
    told to a partition that it cannot see are refused when it comes. When an opening of its own was rolled back, rows
    go to the default partition and are taken over later: nothing is lost."""

    def __init__(self) -> None:
        self.months: set[tuple[str, int, int]] = set()


_open = _Seen()


def _key(instant: datetime) -> tuple[str, int, int]:
    month = instant.astimezone(UTC)
    return str(connection.settings_dict["NAME"]), month.year, month.month


def open_month(instant: datetime) -> None:
    """See that the month of the instant has its partitions. Costs nothing once this thread knows it."""
    key = _key(instant)
    if key in _open.months:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_open_month(%s)", [instant])
    _open.months.add(key)


def open_coming_months(count: int = 3) -> None:
    """The current month and the next ones; also takes over what the default partition caught of them."""
    instant = clock.now()
    for _month in range(count):
        _open.months.discard(_key(instant))
        open_month(instant)
        instant = (instant.replace(day=1) + timedelta(days=32)).replace(day=1)
