"""Events as lines of the outbox, of the trail and of deliveries: the texts that `canonical` makes, made cheaply."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime
from enum import Enum
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any
from uuid import UUID

from uuid_utils import uuid7

from tinhso.kernel.bulk.ids import Id
from tinhso.kernel.bulk.lines import NULL, escaped
from tinhso.kernel.canonical import canonical
from tinhso.kernel.events.definition import Event, data_of, reactions_to
from tinhso.kernel.models import DeliveryState
from tinhso.kernel.policy import Actor


def _instant(value: datetime) -> str:
    """As pydantic writes it."""
    text = value.isoformat()
    return f'"{text[:-6]}Z"' if text.endswith("+00:00") else f'"{text}"'


def _list(value: tuple[Any, ...] | list[Any]) -> str:
    return "[" + ",".join(map(_json, value)) + "]"


def _json(value: Any) -> str:
    """Raises KeyError for a type that pydantic is better asked about."""
    return _WRITERS[type(value)](value)


class _Writers(dict[type, Callable[[Any], str]]):
    def __missing__(self, kind: type) -> Callable[[Any], str]:
        if issubclass(kind, Enum) and issubclass(kind, str):
            return self.setdefault(kind, lambda value: encode_basestring(value.value))
        raise KeyError(kind)


_WRITERS = _Writers(
    {
        UUID: lambda value: f'"{value}"',
        Id: lambda value: f'"{value.text}"',
        str: encode_basestring,
        int: str,
        bool: lambda value: "true" if value else "false",
        type(None): lambda _value: "null",
        datetime: _instant,
        tuple: _list,
        list: _list,
    }
)

_shapes: dict[type[Event], tuple[tuple[str, str], ...]] = {}


def text_of(event: Event) -> str:
    """The canonical JSON of the event's fields: `canonical(data_of(event))`."""
    shape = _shapes.get(type(event))
    if shape is None:
        names = sorted(f.name for f in fields(event))  # type: ignore[arg-type]
        shape = _shapes[type(event)] = tuple((name, f'"{name}":') for name in names)
    try:
        return "{" + ",".join([key + _json(getattr(event, name)) for name, key in shape]) + "}"
    except KeyError:
        return canonical(data_of(event)).decode()


class Teller:
    """What stands in all rows that one actor tells at one instant (UTC)."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        instant = at.isoformat(timespec="microseconds")
        account = actor.account
        self._who = f"{instant}\t{account or NULL}\t{escaped(actor.name)}\t"
        by = f'"{account}"' if account else "null"
        self._sealed = f'{{"account":{by},"at":"{instant}","data":'
        self._signed = f',"name":{encode_basestring(actor.name)},"request":"","subject":'
        self._at = instant

    def lines(self, event: Event, subject: str, real: str) -> tuple[str, str, Iterator[str]]:
        """Its rows in the outbox and in the trail, and those of its reactions, as done at the instant ``real``."""
        id, data, kind = str(uuid7()), text_of(event), event.TYPE
        sealed = (
            f'{self._sealed}{data},"id":"{id}"{self._signed}{encode_basestring(subject)},'
            f'"type":{encode_basestring(kind)}}}'
        )
        seal = sha256(sealed.encode()).hexdigest()
        told = f"{self._who}\t{kind}\t{subject}"
        return (
            f"{id}\t{told}\t{escaped(data)}\n",
            f'{uuid7()}\t{told}\t{id}\t{{"sha256":"{seal}"}}\n',
            (
                f"{uuid7()}\t{self._at}\t{id}\t{self._at}\t{reaction}\t{DeliveryState.DONE}\t1\t{real}\t{real}\t\n"
                for reaction in reactions_to(kind)
            ),
        )
