"""From a stored definition to a `ProcedureSpec`, kept by its content hash."""

import json
from collections import OrderedDict
from dataclasses import replace
from hashlib import sha256
from threading import Lock
from typing import Any

from tinhso.procedures import formats  # noqa: F401  registers the formats that definitions name
from tinhso.procedures.entries import ENTRY, Entry
from tinhso.procedures.spec import SPEC, ProcedureSpec

_KEPT = 256
_specs: OrderedDict[str, ProcedureSpec] = OrderedDict()
_lock = Lock()


def content_hash(definition: dict[str, Any]) -> str:
    """SHA-256 of the definition as canonical JSON."""
    text = json.dumps(definition, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def known_spec(key: str) -> ProcedureSpec | None:
    """What this process already made of the content with that hash: its definition need not be read again."""
    with _lock:
        if key in _specs:
            _specs.move_to_end(key)
        return _specs.get(key)


def spec_of(key: str, definition: dict[str, Any]) -> ProcedureSpec:
    """The typed definition, parsed once for each content."""
    known = known_spec(key)
    if known is not None:
        return known
    spec = replace(SPEC.validate_python(definition), content_hash=key)
    with _lock:
        _specs[key] = spec
        while len(_specs) > _KEPT:
            _specs.popitem(last=False)
    return spec


def entry_in(definition: dict[str, Any]) -> Entry:
    """The typed facts of a procedure that is in the catalogue; beside them may stand the common form made of them."""
    return ENTRY.validate_python({name: value for name, value in definition.items() if name != "generic"})
