"""What a measure is, and which there are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from tinhso.kernel.events import Event
from tinhso.kernel.policy import Actor
from tinhso.kernel.registries import Registry

Text = str | Promise


class Kind(StrEnum):
    FLOW = "flow"  #: what happened in a period
    STOCK = "stock"  #: what stands now, whenever it began


@dataclass(frozen=True)
class Count:
    """What one record adds: on which day, where, and to which side of the fraction."""

    day: date
    numerator: int
    denominator: int = 1
    scope: UUID | None = None  #: who did it: the id that grants are given for
    place: UUID | None = None  #: where it belongs
    unverified: bool = False


@dataclass(frozen=True)
class Line:
    """A counted record in a list: a name without personal data, and where it opens."""

    record: UUID
    title: str
    about: str
    url: str


def _everywhere(actor: Actor) -> frozenset[UUID] | None:
    return None


@dataclass(frozen=True)
class Measure:
    """A number with its meaning. A share is numerator over denominator in percent; else the numerator counts."""

    name: str
    title: Text
    unit: Text
    definition: Text  #: what is divided by what, and what it leaves out
    numerator: Text  #: what the numerator counts
    denominator: Text  #: what the denominator counts
    count: Callable[[Sequence[UUID]], Mapping[UUID, Count]]
    every: Callable[[], Iterable[UUID]]  #: all records that may count, ascending
    show: Callable[[Sequence[UUID]], list[Line]]
    changes: Mapping[type[Event], Callable[[Any], UUID]] = field(default_factory=dict)
    #: scopes whose records the actor may list; None: all of them, they are public
    scopes: Callable[[Actor], frozenset[UUID] | None] = _everywhere
    kind: Kind = Kind.FLOW
    share: bool = True
    local: bool = True  #: can be told apart by scope and place
    #: numerator, denominator, unverified as they may be told of a year, None before; else the live sums are told
    told: Callable[[int], tuple[int, int, int] | None] | None = None
    from_pack: bool = False  #: changes when a pack is loaded or a day comes, not by events


_measures: Registry[Measure] = Registry("measure")


def add(made: Measure) -> Measure:
    """Name a measure, without the reactions that keep it: those are made by `register`."""
    return _measures.register(made.name, made)


def measure(name: str) -> Measure:
    """Raises LookupError."""
    return _measures.get(name)


def every_measure() -> list[Measure]:
    return [made for _name, made in _measures]
