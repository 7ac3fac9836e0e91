"""The last guard of the logs: fields that some model declares personal are dropped, numbers and addresses masked."""

import re
from collections.abc import MutableMapping
from typing import Any

from tinhso.kernel.classes import HIDDEN, personal_names

#: Names of the log line itself, whatever a model calls its fields.
OURS = frozenset({"event", "level", "logger", "timestamp", "request_id", "job", "exception", "at", "status", "method"})
#: Identity, tax and telephone numbers, e-mail addresses; not the groups of a UUID.
_PERSONAL = re.compile(r"(?<![\w-])(?:\+?\d{9,13})(?![\w-])|[\w.+-]+@[\w-]+\.[\w.-]+")


def drop_personal(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor."""
    personal = personal_names() - OURS
    for name in [name for name in event if name in personal]:
        del event[name]
    for name, value in event.items():
        if isinstance(value, str) and name not in {"timestamp", "request_id"}:
            event[name] = _PERSONAL.sub(HIDDEN * 3, value)
    return event
