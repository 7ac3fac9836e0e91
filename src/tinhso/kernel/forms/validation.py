"""JSON Schema 2020-12, with Vietnamese sentences instead of the library's words.

One keyword of our own, an annotation to other validators: ``x-not-after: "today"`` on a date.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import jsonschema
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from jsonschema_specifications import REGISTRY

from tinhso.kernel.forms.cleaning import escape
from tinhso.kernel.forms.formats import formats, wrong_date
from tinhso.kernel.forms.sentences import sentence

MOST = 200  #: errors said at once
Schema = Mapping[str, Any] | bool
_extend: Any = extend  # untyped in the library


@lru_cache(maxsize=8)
def _for_day(today: date) -> Any:
    """The library's validator with our keyword, as it judges on that day."""

    def not_after(validator: Any, limit: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        dated = limit == "today" and isinstance(value, str) and wrong_date(value) is None
        if dated and value > today.isoformat():
            yield ValidationError(f"{value} is after today")

    return _extend(Draft202012Validator, {"x-not-after": not_after})


def validate(
    schema: Schema,
    data: Any,
    *,
    today: date,
    messages: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What is wrong, by JSON pointer, in words that say what to do; empty when the data is valid.

    ``messages``: sentences of the form's author, by ``"path/keyword"``, ``"path"`` (dots between names). They may
    hold ``{title}``, ``{limit}`` and ``{today}``. Schemas may not refer to anything outside themselves.
    """
    validator = _for_day(today)(schema, format_checker=formats.checker, registry=REGISTRY)
    found: dict[str, str] = {}
    for error in validator.iter_errors(data):
        for pointer, keyword, fault in _faults(error):
            if pointer not in found:
                found[pointer] = _said(pointer, keyword, fault, today, messages or {}, schema)
        if len(found) >= MOST:
            break
    return found


def check_schema(schema: Any) -> tuple[str, str] | None:
    """Why this is not a JSON Schema 2020-12: (pointer, the library's words); None when it is one."""
    return _fault_of(json.dumps(schema))


@lru_cache(maxsize=256)
def _fault_of(schema: str) -> tuple[str, str] | None:
    """Judging a form costs tens of milliseconds, and a pack that is mended is checked again and again."""
    try:
        Draft202012Validator.check_schema(json.loads(schema))
    except jsonschema.exceptions.SchemaError as error:
        return "/" + "/".join(escape(str(part)) for part in error.absolute_path), error.message
    return None


def _faults(error: ValidationError) -> Iterator[tuple[str, str, ValidationError]]:
    """Where people see the fault: a missing or unknown property is a fault of that property, not of its parent."""
    base = "".join("/" + escape(str(part)) for part in error.absolute_path)
    keyword = str(error.validator)
    if keyword == "required" and isinstance(error.instance, dict):
        demanded: Any = error.validator_value
        missing = [name for name in demanded if name not in error.instance]
        named = [name for name in missing if error.message.startswith(repr(name))] or missing
        for name in named:
            yield f"{base}/{escape(str(name))}", keyword, error
    elif keyword in ("additionalProperties", "unevaluatedProperties") and isinstance(error.instance, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        extra = [name for name in error.instance if name not in known]
        for name in extra[:20] or [""]:
            yield f"{base}/{escape(str(name))}" if name else base, keyword, error
    else:
        yield base, keyword, error


def _said(
    pointer: str, keyword: str, error: ValidationError, today: date, messages: Mapping[str, str], whole: Any
) -> str:
    path = pointer.strip("/").replace("/", ".")
    schema = _schema_of(pointer, keyword, error, whole)
    title = str(schema.get("title", "")) if isinstance(schema, Mapping) else ""
    written = messages.get(f"{path}/{keyword}") or messages.get(path)
    text = written or sentence(keyword, error, schema) or _("Xem lại chỗ này")
    words = {"{title}": title, "{limit}": str(error.validator_value), "{today}": today.strftime("%d/%m/%Y")}
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text


def _schema_of(pointer: str, keyword: str, error: ValidationError, whole: Any) -> Any:
    """The schema that describes the field at fault: where it is declared, else where it was broken."""
    declared = whole
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        known = declared.get("properties") if isinstance(declared, Mapping) else None
        declared = known.get(name) if isinstance(known, Mapping) else None
    if isinstance(declared, Mapping) and declared:
        return declared
    return {} if keyword == "required" else error.schema
