"""What an event is, and who reacts to which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import TypeAdapter

from tinhso.kernel.appending import Envelope


class Event:
    """Base of all events. Subclasses are frozen dataclasses with a TYPE and JSON-able fields, no personal values."""

    TYPE: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        kind = cls.__dict__.get("TYPE", "")
        if not kind:
            return
        known = _types.setdefault(kind, cls)
        if known is not cls and known.__qualname__ != cls.__qualname__:
            raise ValueError(f"event type {kind} is defined twice")
        _types[kind] = cls  # dataclass(slots=True) makes the class a second time


_types: dict[str, type[Event]] = {}

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Reaction:
    name: str
    event: type[Event]
    act: Callable[[Any, Envelope], None]
    #: the same for many events at once, all of them or none
    together: Callable[[Sequence[tuple[Any, Envelope]]], None] | None = None


reactions: dict[str, Reaction] = {}
_by_type: dict[str, list[str]] = {}


def react(event: type[E], *, name: str) -> Callable[[Callable[[E, Envelope], None]], Callable[[E, Envelope], None]]:
    """Run a function for each event of that type. ``name`` is unique in the house and never changes."""

    def wear(act: Callable[[E, Envelope], None]) -> Callable[[E, Envelope], None]:
        _add(Reaction(name, event, act))
        return act

    return wear


def react_together(event: type[E], *, name: str, act: Callable[[Sequence[tuple[E, Envelope]]], None]) -> None:
    """Run a function for events of that type, for as many as wait: what costs a hundred hardly more than one. Their
    order does not matter to it."""

    def alone(happened: E, envelope: Envelope) -> None:
        act([(happened, envelope)])

    _add(Reaction(name, event, alone, act))


def each(act: Callable[[E, Envelope], None]) -> Callable[[Sequence[tuple[E, Envelope]]], None]:
    """For `react_together`: what is done for one event, done for each of many."""

    def one_by_one(happened: Sequence[tuple[E, Envelope]]) -> None:
        for event, envelope in happened:
            act(event, envelope)

    return one_by_one


def _add(made: Reaction) -> None:
    if made.name in reactions:
        raise ValueError(f"reaction {made.name} is defined twice")
    reactions[made.name] = made
    _by_type.setdefault(made.event.TYPE, []).append(made.name)


def reactions_to(kind: str) -> list[str]:
    """Names of the reactions to a type of event."""
    return list(_by_type.get(kind, ()))


_shapes: dict[str, TypeAdapter[Any]] = {}


def _shape(event: type[Event]) -> TypeAdapter[Any]:
    """How the event is written and read; built when first needed, as its class is complete only then."""
    if event.TYPE not in _shapes:
        _shapes[event.TYPE] = TypeAdapter(event)
    return _shapes[event.TYPE]


def data_of(event: Event) -> dict[str, Any]:
    """The event's fields as JSON."""
    data: dict[str, Any] = _shape(type(event)).dump_python(event, mode="json")
    return data


def event_from(kind: str, data: Mapping[str, Any]) -> Event:
    """The typed event that was stored. Raises LookupError for a type that no app defines any more."""
    if kind not in _types:
        raise LookupError(f"no event type {kind}")
    event: Event = _shape(_types[kind]).validate_python(data)
    return event
