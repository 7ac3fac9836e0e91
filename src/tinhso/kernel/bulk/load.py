"""The rows that wait, and how they are written."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Model
from psycopg import sql

from tinhso.kernel import clock
from tinhso.kernel.bulk.lines import Table
from tinhso.kernel.bulk.made import made
from tinhso.kernel.bulk.telling import Teller
from tinhso.kernel.events.definition import Event
from tinhso.kernel.events.deliveries import KEPT
from tinhso.kernel.models import AuditRecord, ChannelChoice, Delivery, EventRecord, Notification
from tinhso.kernel.months import open_month
from tinhso.kernel.policy import Actor

#: Rows that a load holds before it writes them.
PORTION = 20_000


def _copy(model: type[Model], columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


class Load:
    """Rows that wait to be written, in the order in which they were added. Inside a transaction; call `write` last.

    ``until``: when the last of it happens; deliveries that were done long before are not written, for the house would
    have forgotten them by then (`events.deliveries`). The foreign keys are checked by the database when the transaction
    ends, so the order of tables does not matter.
    """

    _tables: ClassVar[dict[type[Model], Table]] = {}

    def __init__(self, until: datetime) -> None:
        self.forgotten = until - KEPT
        self.lines: dict[type[Model], list[str]] = {}
        self.events: list[str] = []
        self.audits: list[str] = []
        self.deliveries: list[str] = []
        self.waiting = 0
        self.written = 0
        self._months = set[tuple[int, int]]()
        self._real = clock.real().isoformat()  #: when the reactions of this portion were done

    def add(self, *things: Model) -> None:
        """Rows made in memory, complete as they are."""
        written: dict[Any, str] = {}
        for thing in things:
            model = type(thing)
            table = self._tables.get(model)
            if table is None:
                table = self._tables[model] = Table(model)
            self.lines.setdefault(model, []).append(table.line(thing, written))
        self._count(len(things))

    def tell(self, actor: Actor, events: Iterable[Event], *, subject: str) -> None:
        """Events with their rows of the trail, and their reactions as done: the caller adds what these made."""
        at = clock.now().astimezone(UTC)
        if (at.year, at.month) not in self._months:
            open_month(at)
            self._months.add((at.year, at.month))
        teller, real, count, before = Teller(actor, at), self._real, 0, len(self.deliveries)
        for event in events:
            told, audited, delivered = teller.lines(event, subject, real)
            self.events.append(told)
            self.audits.append(audited)
            if at >= self.forgotten:
                self.deliveries.extend(delivered)
            count += 2
        self._count(count + len(self.deliveries) - before)

    def write(self) -> None:
        """Everything that waits."""
        raw = connection.cursor().cursor
        trail = ((_EVENTS, self.events), (_AUDITS, self.audits), (_DELIVERIES, self.deliveries))
        tables = ((_copy(model, self._tables[model].columns), lines) for model, lines in self.lines.items())
        for statement, lines in (*trail, *tables):
            if lines:
                with raw.copy(statement) as copy:
                    copy.write("".join(lines))
                lines.clear()
        self.lines, self.waiting, self._real = {}, 0, clock.real().isoformat()

    def _count(self, rows: int) -> None:
        self.waiting += rows
        self.written += rows
        if self.waiting >= PORTION:
            self.write()


_WHO = ("id", "created_at", "actor_account", "actor_name", "request_id")
_EVENTS = _copy(EventRecord, (*_WHO, "type", "subject", "data"))
_AUDITS = _copy(AuditRecord, (*_WHO, "act", "subject", "event", "data"))
_DELIVERIES = _copy(
    Delivery,
    ("id", "created_at", "event", "event_at", "reaction", "state", "attempts", "due_at", "done_at", "fault"),
)


def notice(account: Any, kind: str, context: dict[str, str], *, subject: str) -> Notification:
    """What `notify` writes for an account that wants no letters; not written."""
    return made(Notification, account=account, kind=kind, context=context, subject=subject)


def no_letters(account: Any, at: datetime) -> list[ChannelChoice]:
    """The choice of an account that nothing is sent to outside of the house."""
    return [
        made(ChannelChoice, created_at=at, account=account, channel=channel, wanted=False)
        for channel in ("email", "sms")
    ]
