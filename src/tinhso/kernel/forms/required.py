"""Which properties are asked for, given what is answered so far."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator


def required_now(schema: Mapping[str, Any], data: Mapping[str, Any]) -> frozenset[str]:
    """``required`` of the schema and of each ``allOf`` and ``if``/``then``/``else`` that applies to this data."""
    names = set(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        names |= required_now(part, data)
    if "if" in schema:
        applies = Draft202012Validator(schema["if"]).is_valid(dict(data))
        names |= required_now(schema.get("then" if applies else "else", {}), data)
    return frozenset(names)
