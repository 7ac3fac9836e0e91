"""Doors for upper floors: they register with a protocol here, the kernel never names them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.http import HttpRequest

from tinhso.kernel.policy import ANONYMOUS, Actor

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things of one kind; a name is registered once."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._things: dict[str, T] = {}

    def register(self, name: str, thing: T) -> T:
        if name in self._things:
            raise ValueError(f"{self.kind} {name} is registered twice")
        self._things[name] = thing
        return thing

    def get(self, name: str) -> T:
        """The thing of that name. Raises LookupError."""
        try:
            return self._things[name]
        except KeyError:
            raise LookupError(f"no {self.kind} named {name}") from None

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(sorted(self._things.items()))

    def __contains__(self, name: object) -> bool:
        return name in self._things


ActorSource = Callable[[HttpRequest], Actor]

#: One entry, "accounts": how a request becomes an Actor. Floor 1 registers it.
actor_sources: Registry[ActorSource] = Registry("actor source")


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request; anonymous when no source knows."""
    for _name, source in actor_sources:
        actor = source(request)
        if not actor.anonymous:
            return actor
    return ANONYMOUS


@dataclass(frozen=True)
class IssuedFile:
    """What a register of ours says of exactly one signed file. ``refusal``: its code and sentence when it is void."""

    title: str
    number: str
    agency: str
    issued_at: datetime | None
    state: str
    state_words: str
    refusal: tuple[str, str] | None = None
    seal_alone: bool = False  #: its form carries the agency's seal and nobody's own signature
    person_alone: bool = False  #: it carries an officer's signature and no seal


#: SHA-256 of a file → what the app that signed it knows; None: not one of its files.
IssuedSource = Callable[[str], IssuedFile | None]

#: Registers of signed files besides the results of dossiers; whoever checks a file asks them all.
issued_sources: Registry[IssuedSource] = Registry("register of signed files")


def issued_file(sha256: str) -> IssuedFile | None:
    """The first register's answer; None when no register knows the file."""
    found = (source(sha256) for _name, source in issued_sources)
    return next((answer for answer in found if answer is not None), None)
