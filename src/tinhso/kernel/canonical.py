"""One way to write a thing as bytes, so that its digest can be computed again years later."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(thing: Any) -> bytes:
    """JSON with sorted keys and no spaces, UTF-8. Instants in UTC with microseconds."""
    return json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode()


def digest(thing: Any) -> str:
    """SHA-256 of the canonical form, hex."""
    return hashlib.sha256(canonical(thing)).hexdigest()
