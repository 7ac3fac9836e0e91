"""Partitions by month: made when the first row of a month comes, and ahead of time by a job."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from tinhso.kernel import clock

#: Months that this process has seen open. When the opening was rolled back, rows go to the default partition and
#: are taken over later: nothing is lost.
_open: set[tuple[str, int, int]] = set()


def _key(instant: datetime) -> tuple[str, int, int]:
    month = instant.astimezone(UTC)
    return str(connection.settings_dict["NAME"]), month.year, month.month


def open_month(instant: datetime) -> None:
    """See that the month of the instant has its partitions. Costs nothing once this process knows it."""
    key = _key(instant)
    if key in _open:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_open_month(%s)", [instant])
    _open.add(key)


def open_coming_months(count: int = 3) -> None:
    """The current month and the next ones; also takes over what the default partition caught of them."""
    instant = clock.now()
    for _month in range(count):
        _open.discard(_key(instant))
        open_month(instant)
        instant = (instant.replace(day=1) + timedelta(days=32)).replace(day=1)
