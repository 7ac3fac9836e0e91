"""Queries that are the same but for their values: Django writes their SQL once for the process, PostgreSQL plans them
once for a connection.

For a wide query both cost more than its rows: of a dossier's page 10 of 38 ms went into writing SQL and most of the
database's time into planning it (decision 0220).

    @prepared
    def _whole(dossier: UUID) -> QuerySet[Dossier]:
        return Dossier.objects.select_related("refusal").filter(id=dossier)

    found = first(_whole(dossier=dossier_id))

What such a function returns is built once, with marks where its arguments go and the clock held at another mark; every
other value in it stays what it was then: nothing in it may depend on who asks. For models (``select_related``,
``defer`` and annotations included; no ``prefetch_related``), where a query is asked with almost every page.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

from tinhso.kernel import clock

M = TypeVar("M", bound=Model)
_NOW = datetime(1901, 2, 3, 4, 5, 6, 789012, UTC)
_TODAY = _NOW.astimezone(clock.LOCAL).date()
_MARKS: dict[type, Callable[[int], Any]] = {
    UUID: lambda n: UUID(int=0xDE_C1DE_0000 + n),
    str: lambda n: f"\ufdd0{n}",
    int: lambda n: 1_901_020_300 + n,
    datetime: lambda n: datetime(1901, 3, 1 + n, tzinfo=UTC),
}


def prepared(build: Callable[..., QuerySet[M]]) -> Prepared[M]:
    """The query as a function of its values, by their names."""
    return Prepared(build)


def first(rows: Sequence[M]) -> M | None:
    return rows[0] if rows else None


@dataclass(frozen=True)
class _Plan(Generic[M]):
    """What is the same in every call. ``values``: for each place in the SQL how its value is found."""

    compiler: Any
    sql: str
    values: tuple[Callable[[dict[str, Any]], Any], ...]
    model: type[M]
    locks: bool
    names: list[str]
    start: int
    end: int
    related: list[Any]
    extra: list[tuple[str, int]]


class Prepared(Generic[M]):
    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self.build, self.kinds = build, inspect.get_annotations(build, eval_str=True)
        self.kinds.pop("return", None)
        self._plan: _Plan[M] | None = None

    def __call__(self, **values: Any) -> list[M]:
        plan = self._plan
        if plan is None:
            plan = self._plan = self._made()
        link = connections[DEFAULT_DB_ALIAS]
        if plan.locks and not link.in_atomic_block:
            raise TransactionManagementError(f"{self.build.__qualname__} locks rows: ask it inside a transaction")
        with _bound_by_the_server(link), link.cursor() as cursor:
            cursor.execute(plan.sql, [value(values) for value in plan.values])
            found = cursor.fetchall()
        compiler = copy(plan.compiler)
        compiler.connection = link
        return [_model(plan, row) for row in compiler.results_iter([found])]

    def _made(self) -> _Plan[M]:
        marks = {name: _MARKS[kind](n) for n, (name, kind) in enumerate(self.kinds.items())}
        with clock.pinned(_NOW):
            rows = self.build(**marks)
            compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
            sql, params = compiler.as_sql()
        missing = [name for name, mark in marks.items() if mark not in params]
        if missing:
            raise TypeError(f"{self.build.__qualname__}: {', '.join(missing)} is no value of the query")
        known = compiler.klass_info
        start, end = known["select_fields"][0], known["select_fields"][-1] + 1
        return _Plan(
            compiler=compiler,
            sql=sql,
            values=tuple(_value(param, marks) for param in params),
            model=known["model"],
            locks=rows.query.select_for_update,
            names=[column[0].target.attname for column in compiler.select[start:end]],
            start=start,
            end=end,
            related=get_related_populators(known, compiler.select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # stubs of 6
            extra=list(compiler.annotation_col_map.items()),
        )


def _value(param: Any, marks: dict[str, Any]) -> Callable[[dict[str, Any]], Any]:
    if isinstance(param, datetime) and param == _NOW:
        return lambda values: clock.now()
    if isinstance(param, date) and not isinstance(param, datetime) and param == _TODAY:
        return lambda values: clock.today()
    for name, mark in marks.items():
        if type(param) is type(mark) and param == mark:
            return lambda values, name=name: values[name]  # type: ignore[misc]
    return lambda values: param


def _model(plan: _Plan[M], row: Sequence[Any]) -> M:
    """As Django's own `ModelIterable` makes it."""
    made = plan.model.from_db(DEFAULT_DB_ALIAS, plan.names, row[plan.start : plan.end])
    for populator in plan.related:
        populator.populate(row, made)
    for name, column in plan.extra:
        setattr(made, name, row[column])
    return made


@contextmanager
def _bound_by_the_server(link: Any) -> Iterator[None]:
    """Cursors of this connection, meanwhile, leave the values to PostgreSQL, which so knows the query again.

    Only meanwhile are queries counted for it: psycopg keeps the last hundred texts, and of a query whose values stand
    in its text it would keep these too (of a seal 20 MB).
    """
    link.close_if_health_check_failed()
    link.ensure_connection()
    held = link.connection
    kept = held.cursor_factory
    held.cursor_factory, held.prepare_threshold = ServerBindingCursor, 1
    try:
        yield
    finally:
        held.cursor_factory, held.prepare_threshold = kept, None
