"""The one source of business time.

``TINHSO_CLOCK`` moves it: ``2022-09-05T08:00:00+07:00`` pins it to that instant, ``offset:-132537600``
shifts it by that many seconds from real time. Certificates, TLS and logins use real time instead.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

_pinned: ContextVar[datetime | None] = ContextVar("tinhso_clock", default=None)


def now() -> datetime:
    """The business instant, aware, in UTC."""
    pinned = _pinned.get()
    if pinned is not None:
        return pinned
    setting = os.environ.get("TINHSO_CLOCK", "")
    if not setting:
        return datetime.now(UTC)
    if setting.startswith("offset:"):
        return datetime.now(UTC) + timedelta(seconds=float(setting.removeprefix("offset:")))
    return parse(setting)


def real() -> datetime:
    """The machine's own instant, whatever the business clock says: certificates, time stamps, log-ins, retries,
    leases. Never a moment that a law counts from."""
    return datetime.now(UTC)


def today() -> date:
    """The business day in Viet Nam."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """The instant as a Vietnamese wall clock shows it."""
    return instant.astimezone(LOCAL)


def midnight(day: date) -> datetime:
    """The instant at which that day begins here."""
    return datetime.combine(day, time.min, LOCAL)


def night(day: date) -> datetime:
    """The instant at which that day ends here: the next one's midnight. The last day that a calendar knows ends a
    second before it."""
    return midnight(day + timedelta(days=1)) if day < date.max else datetime.combine(day, time(23, 59, 59), LOCAL)


def parse(text: str) -> datetime:
    """An ISO 8601 instant; without a zone it is Vietnamese wall time. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=LOCAL)).astimezone(UTC)


@contextmanager
def pinned(instant: datetime | str) -> Iterator[None]:
    """Hold the clock at an instant inside a ``with`` block (tests, replays)."""
    moment = parse(instant) if isinstance(instant, str) else instant
    token = _pinned.set(moment)
    try:
        yield
    finally:
        _pinned.reset(token)
