"""What the house holds about one person: each app says what it holds, how it is told, and how it is let go.

    providers.register("vault", Provider(models=("vault.Holding",), tell=…, erase=…))      # personal.py

A test fails when a model with personal or sensitive fields is in nobody's ``models`` and nobody said `not_of_a_person`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils.functional import Promise

from tinhso.kernel.policy import Actor
from tinhso.kernel.registries import Registry

Words = str | Promise
#: Rows of one section told at most; who has more is told so.
MOST = 20_000


@dataclass(frozen=True)
class DataSubject:
    """The person, and every account that stands or stood for them."""

    person: UUID
    accounts: tuple[UUID, ...]


@dataclass(frozen=True)
class Section:
    """One kind of record. ``columns``: key → its words; ``rows`` are plain JSON under those keys."""

    name: str
    title: str
    columns: dict[str, str]
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Erasable:
    """Something that could be erased, in one scope of the pack's rules: so many things, and the act itself.

    ``act(actor)`` runs in the caller's transaction and answers which stored files nothing needs any more.
    """

    scope: str
    title: str
    count: int
    act: Callable[[Actor], Iterable[UUID]]


def _nothing(subject: DataSubject) -> list[Erasable]:
    return []


def _no_hindrance(subject: DataSubject) -> str:
    return ""


@dataclass(frozen=True)
class Provider:
    """What one app holds about a person."""

    models: tuple[str, ...]
    tell: Callable[[DataSubject], list[Section]]
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


def table(name: str, title: Words, rows: "QuerySet[Any, Any]", columns: Mapping[str, Words]) -> Section:
    """A section from a query: its columns as they are stored, as JSON. One query."""
    found = list(rows.values(*columns)[:MOST])
    return section(name, title, columns, found)


def section(name: str, title: Words, columns: Mapping[str, Words], rows: list[dict[str, Any]]) -> Section:
    """A section from rows that are there already."""
    plain: list[dict[str, Any]] = json.loads(json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False))
    return Section(name, str(title), {key: str(words) for key, words in columns.items()}, plain)


def with_names(part: Section, key: str, names: Callable[[list[UUID]], Mapping[UUID, str]]) -> Section:
    """The section with the ids of one column put in words, by one batched call of the app that knows them."""
    ids = [UUID(row[key]) for row in part.rows if row[key]]
    known = {str(one): words for one, words in names(ids).items()}
    for row in part.rows:
        row[key] = known.get(row[key], row[key])
    return part


def told_about(subject: DataSubject) -> list[Section]:
    """Everything, app by app; sections without a row are kept: nothing held is an answer too."""
    return [part for _name, one in providers for part in one.tell(subject)]


def erasable_of(subject: DataSubject) -> list[Erasable]:
    """Everything that could be erased, whether or not the pack's rules allow it."""
    return [part for _name, one in providers for part in one.erasable(subject) if part.count]


def hindrances(subject: DataSubject) -> list[str]:
    """What stands against an erasure at this moment."""
    return [words for _name, one in providers if (words := one.hindrance(subject))]
