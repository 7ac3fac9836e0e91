"""Partitions by month: made when the first row of a month comes, and ahead of time by a job."""

import threading
from datetime import UTC, datetime, timedelta

from django.db import connection

from tinhso.kernel import clock

#: Of the tables in parts the one whose part is made last.
LAST = "kernel_disclosure"


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
    _name, year, month = key
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [f"{LAST}_{year}_{month:02}"])
        missing = cursor.fetchone() == (True,)
    if missing:  # asked first: who opens a month stands in the way of others until it commits
        _make(instant)
    _open.months.add(key)


def _make(instant: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_open_month(%s)", [instant])


def open_coming_months(count: int = 3) -> None:
    """The current month and the next ones; also takes over what the default partition caught of them."""
    instant = clock.now()
    for _month in range(count):
        _make(instant)
        instant = (instant.replace(day=1) + timedelta(days=32)).replace(day=1)
