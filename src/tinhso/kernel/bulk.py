"""Many rows at once, for sample data only: rows as their models are, events as acts tell them, written with COPY.

Nothing is checked here but what the database itself checks. Whoever writes this way proves that the rows are those
that the acts would have made.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar

from django.db import connection
from django.db.models import JSONField, Model
from psycopg import sql

from tinhso.kernel import clock
from tinhso.kernel.appending import Envelope, seal_of_event
from tinhso.kernel.canonical import canonical
from tinhso.kernel.events.definition import Event, data_of, reactions_to
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import AuditRecord, ChannelChoice, Delivery, DeliveryState, EventRecord, Notification
from tinhso.kernel.months import open_month
from tinhso.kernel.policy import Actor

#: Rows that a load holds before it writes them.
PORTION = 20_000

_EVENT = ("id", "created_at", "actor_account", "actor_name", "request_id", "type", "subject", "data")
_AUDIT = ("id", "created_at", "actor_account", "actor_name", "request_id", "act", "subject", "event", "data")


class _Table:
    """How rows of one model become the values of COPY."""

    def __init__(self, model: type[Model]) -> None:
        fields = model._meta.concrete_fields
        self.copy = _copy(model, [f.column or f.attname for f in fields])
        self.values: Callable[[Model], tuple[Any, ...]] = attrgetter(*(f.attname for f in fields))
        self.json = [n for n, f in enumerate(fields) if isinstance(f, JSONField)]

    def row(self, thing: Model) -> Sequence[Any]:
        if not self.json:
            return self.values(thing)
        values = list(self.values(thing))
        for n in self.json:
            if values[n] is not None:
                values[n] = json.dumps(values[n], ensure_ascii=False)
        return values


def _copy(model: type[Model], columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


class Load:
    """Rows that wait to be written, in the order in which they were added. Inside a transaction; call `write` last.

    The foreign keys are checked by the database when the transaction ends, so the order of tables does not matter.
    """

    _tables: ClassVar[dict[type[Model], _Table]] = {}

    def __init__(self) -> None:
        self.rows: dict[type[Model], list[Sequence[Any]]] = {}
        self.waiting = 0
        self.written = 0

    def add(self, *things: Model) -> None:
        """Rows made in memory, complete as they are."""
        for thing in things:
            model = type(thing)
            table = self._tables.get(model)
            if table is None:
                table = self._tables[model] = _Table(model)
            self._put(model, table.row(thing))

    def tell(self, actor: Actor, events: Iterable[Event], *, subject: str) -> None:
        """Events with their rows of the trail, and their reactions as done: the caller adds what these made."""
        at, real = clock.now(), clock.real()
        open_month(at)
        for event in events:
            envelope = Envelope(new_id(), at, event.TYPE, subject, actor.account, actor.name, "")
            data = data_of(event)
            who = (at, actor.account, actor.name, "", event.TYPE, subject)
            seal = canonical({"sha256": seal_of_event(envelope, data)}).decode()
            self._put(EventRecord, (envelope.id, *who, canonical(data).decode()))
            self._put(AuditRecord, (new_id(), *who, envelope.id, seal))
            for reaction in reactions_to(event.TYPE):
                self._put(Delivery, (new_id(), at, envelope.id, at, reaction, DeliveryState.DONE, 1, real, real, ""))

    def write(self) -> None:
        """Everything that waits."""
        raw = connection.cursor().cursor
        for model, rows in self.rows.items():
            with raw.copy(_COPIES[model] if model in _COPIES else self._tables[model].copy) as copy:
                for row in rows:
                    copy.write_row(row)
        self.rows, self.waiting = {}, 0

    def _put(self, model: type[Model], row: Sequence[Any]) -> None:
        self.rows.setdefault(model, []).append(row)
        self.waiting += 1
        self.written += 1
        if self.waiting >= PORTION:
            self.write()


_COPIES = {
    EventRecord: _copy(EventRecord, _EVENT),
    AuditRecord: _copy(AuditRecord, _AUDIT),
    Delivery: _copy(
        Delivery,
        ("id", "created_at", "event", "event_at", "reaction", "state", "attempts", "due_at", "done_at", "fault"),
    ),
}


def notice(account: Any, kind: str, context: dict[str, str], *, subject: str) -> Notification:
    """What `notify` writes for an account that wants no letters; not written."""
    return Notification(account=account, kind=kind, context=context, subject=subject)


def no_letters(account: Any, at: datetime) -> list[ChannelChoice]:
    """The choice of an account that nothing is sent to outside of the house."""
    return [
        ChannelChoice(created_at=at, account=account, channel=channel, wanted=False) for channel in ("email", "sms")
    ]
