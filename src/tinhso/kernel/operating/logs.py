"""The latest faults that the house wrote into its own log: time, request, place in the code; never a value."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

#: How much of the end of each log is read, in bytes.
TAIL = 512 * 1024
#: The request's own line says the same with its route.
_TOLD_BETTER = frozenset({"django.request"})
_LEVELS = frozenset({"error", "critical"})


@dataclass(frozen=True)
class LoggedFault:
    """One fault. ``request_id`` is what a user reads on the error page. ``times``: how often the same was written since
    ``first``."""

    at: datetime
    service: str
    request_id: str
    what: str
    where: str
    first: datetime
    times: int = 1


def faults(limit: int = 50) -> list[LoggedFault]:
    """The latest faults of this machine, latest first."""
    found = [fault for log in (settings.HERE.home / "logs").glob("*.jsonl") for fault in _in(log)]
    return _joined(sorted(found, key=lambda fault: fault.at, reverse=True))[:limit]


def _joined(latest_first: Iterable[LoggedFault]) -> list[LoggedFault]:
    """The same fault again and again is one line, at its latest time."""
    lines: dict[tuple[str, ...], LoggedFault] = {}
    for fault in latest_first:
        key = (fault.service, fault.request_id, fault.what, fault.where)
        known = lines.get(key)
        lines[key] = replace(known, first=fault.at, times=known.times + 1) if known else fault
    return list(lines.values())


def _in(log: Path) -> list[LoggedFault]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL))
            lines = file.read().splitlines()
    except OSError:
        return []
    return [fault for line in lines if (fault := _fault(line, log.stem)) is not None]


def _fault(line: bytes, service: str) -> LoggedFault | None:
    try:
        read: Any = json.loads(line)
    except ValueError:
        return None  # the cut first line of the tail
    if not isinstance(read, dict):
        return None
    failed = read.get("event") == "request" and isinstance(read.get("status"), int) and read["status"] >= 500
    if not (read.get("level") in _LEVELS or failed):
        return None
    said = str(read.get("event", ""))
    if read.get("logger") in _TOLD_BETTER:
        return None
    what = str(read.get("exception") or read.get("fault") or (read.get("logger", "") if "%" in said else said))
    at = read.get("at")
    where = str(at[-1]) if isinstance(at, list) and at else str(read.get("route") or read.get("job") or "")
    try:
        when = datetime.fromisoformat(str(read.get("timestamp", "")))
    except ValueError:
        return None
    if when.tzinfo is None:
        return None
    return LoggedFault(when, service, str(read.get("request_id", "")), what[:200], where[:200], first=when)
