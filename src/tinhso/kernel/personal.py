"""What the house holds about one person: each app says what it holds, how it is told, and how it is let go.

    providers.register("vault", Provider(models=("vault.Holding",), tell=…, erase=…))      # personal.py

A test fails when a model with personal or sensitive fields is in nobody's ``models`` and nobody said `not_of_a_person`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils.functional import Promise

from tinhso.kernel.policy import Actor
from tinhso.kernel.registries import Registry

Words = str | Promise
#: Rows that are read and told at once. How many a section has is not limited.
PAGE = 1_000
Page = list[dict[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True)
class DataSubject:
    """The person, and every account that stands or stood for them. ``on_duty``: those of them that act for an agency;
    what such an account keeps of its work may be about other people."""

    person: UUID
    accounts: tuple[UUID, ...]
    on_duty: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Section:
    """One kind of record. ``columns``: key → its words. ``pages()`` reads the rows anew, some at a time, however many
    there are: plain JSON under those keys. Read it in the transaction in which it was made. ``own``: for the person's
    own eyes, left out of a copy that an official hands over."""

    name: str
    title: str
    columns: dict[str, str]
    pages: Callable[[], Iterator[Page]]
    own: bool = False


@dataclass(frozen=True)
class Erasable:
    """What is held in one scope of the pack's rules: so many things, and the act that lets them go.

    ``act(actor)`` runs in the caller's transaction and answers which stored files nothing needs any more. None: a
    record of the state, which nothing in the house can erase, whatever a pack says.
    """

    scope: str
    title: str
    count: int
    act: Callable[[Actor], Iterable[UUID]] | None = None


def _nothing(subject: DataSubject) -> list[Erasable]:
    return []


def _no_hindrance(subject: DataSubject) -> str:
    return ""


@dataclass(frozen=True)
class Provider:
    """What one app holds about a person."""

    models: tuple[str, ...]
    tell: Callable[[DataSubject], list[Section]]
    erases: tuple[str, ...] = ()  #: scopes that can be let go when a verified rule of the pack says so
    keeps: tuple[str, ...] = ()  #: scopes of records of the state: a pack that lets them go is refused
    erasable: Callable[[DataSubject], list[Erasable]] = _nothing
    #: why nothing can be erased now (work under way), one sentence that says what to do; empty: nothing hinders
    hindrance: Callable[[DataSubject], str] = _no_hindrance


providers: Registry[Provider] = Registry("provider of personal data")


@dataclass
class _Exempt:
    reasons: dict[str, str] = field(default_factory=dict)


_exempt = _Exempt()


def not_of_a_person(model: str, why: str) -> None:
    """Say that a model with protected fields holds nothing to tell: why, for whoever reviews it."""
    _exempt.reasons[model.lower()] = why


def covered() -> set[str]:
    """Labels of the models that a provider tells or somebody exempted, in small letters."""
    return {model.lower() for _name, one in providers for model in one.models} | set(_exempt.reasons)


def table(
    name: str, title: Words, rows: "QuerySet[Any, Any]", columns: Mapping[str, Words], *, own: bool = False
) -> Section:
    """A section from a query: its columns as they are stored, as JSON. One query, read through a cursor of the
    database, so that a hundred thousand rows take no more memory than a page of them."""
    return section(name, title, columns, lambda: rows.values(*columns).iterator(chunk_size=PAGE), own=own)


def section(
    name: str,
    title: Words,
    columns: Mapping[str, Words],
    rows: Callable[[], Iterable[dict[str, Any]]],
    *,
    own: bool = False,
) -> Section:
    """A section from rows that are made when they are read."""

    def pages() -> Iterator[Page]:
        for some in in_pages(rows(), PAGE):
            plain: Page = json.loads(json.dumps(some, cls=DjangoJSONEncoder, ensure_ascii=False))
            yield plain

    return Section(name, str(title), {key: str(words) for key, words in columns.items()}, pages, own)


def in_pages(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things, at most ``size`` at a time."""
    source = iter(things)
    while some := list(islice(source, size)):
        yield some


def with_names(part: Section, key: str, names: Callable[[list[UUID]], Mapping[UUID, str]]) -> Section:
    """The section with the ids of one column put in words, by one batched call a page of the app that knows them."""

    def pages() -> Iterator[Page]:
        for rows in part.pages():
            known = {str(one): words for one, words in names([UUID(r[key]) for r in rows if r[key]]).items()}
            yield [{**row, key: known.get(row[key], row[key])} for row in rows]

    return replace(part, pages=pages)


def told_about(subject: DataSubject) -> list[Section]:
    """Everything, app by app; sections without a row are kept: nothing held is an answer too."""
    return [part for _name, one in providers for part in one.tell(subject)]


def erasable_of(subject: DataSubject) -> list[Erasable]:
    """Everything that could be erased, whether or not the pack's rules allow it."""
    return [part for _name, one in providers for part in one.erasable(subject) if part.count]


def scopes() -> dict[str, bool]:
    """Every scope a pack may rule on → whether anything in the house can erase it."""
    return {scope: can for _name, one in providers for can in (True, False) for scope in (one.keeps, one.erases)[can]}


def hindrances(subject: DataSubject) -> list[str]:
    """What stands against an erasure at this moment."""
    return [words for _name, one in providers if (words := one.hindrance(subject))]
