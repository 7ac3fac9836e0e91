"""Values as lines of COPY in text form: one tab between columns, one line a row."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import Enum
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BinaryField, Field, JSONField, Model

NULL = "\\N"

_json = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def escaped(text: str) -> str:
    """Text so that no character of it ends a column or a row."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if text.isprintable():
        return text
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


class _Writers(dict[type, Callable[[Any], str]]):
    """How values of each type are written; a subclass as its base."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        if issubclass(kind, Enum):
            return self.setdefault(kind, lambda value: column(value.value))
        for base in kind.__mro__:
            if base in self:
                return self.setdefault(kind, self[base])
        raise TypeError(f"{kind.__name__} has no column")


_WRITERS = _Writers(
    {
        str: escaped,
        bool: lambda value: "t" if value else "f",
        int: str,
        float: repr,
        type(None): lambda _value: NULL,
        UUID: str,
        datetime: datetime.isoformat,
        date: date.isoformat,
    }
)


def column(value: Any) -> str:
    """A plain value. Raises TypeError."""
    return _WRITERS[type(value)](value)


def _json_column(value: Any) -> str:
    return NULL if value is None else escaped(_json(value))


def _array_column(value: Iterable[str] | None) -> str:
    """A list of texts."""
    if value is None:
        return NULL
    quoted = ('"' + each.replace("\\", "\\\\").replace('"', '\\"') + '"' for each in map(str, value))
    return escaped("{" + ",".join(quoted) + "}")


def _bytes_column(value: bytes | None) -> str:
    return NULL if value is None else "\\\\x" + bytes(value).hex()


def _writer(field: "Field[Any, Any]") -> Callable[[Any], str]:
    for kind, write in ((JSONField, _json_column), (ArrayField, _array_column), (BinaryField, _bytes_column)):
        if isinstance(field, kind):
            return write
    return column


class Table:
    """How rows of one model become lines."""

    def __init__(self, model: type[Model]) -> None:
        fields = model._meta.concrete_fields
        self.columns = [f.column or f.attname for f in fields]
        self._values: Callable[[Model], tuple[Any, ...]] = attrgetter(*(f.attname for f in fields))
        self._writers = [_writer(f) for f in fields]

    def line(self, thing: Model) -> str:
        return "\t".join([write(value) for write, value in zip(self._writers, self._values(thing), strict=True)]) + "\n"
