"""What is looked at between two acts: every row that an act on a dossier might write, the trail, the books."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from tinhso.kernel import appending
from tinhso.kernel.events import Envelope, Event, emission
from tinhso.kernel.events.definition import reactions
from tinhso.kernel.events.deliveries import deliver
from tinhso.kernel.models import Delivery, DeliveryState

#: Tables of the whole house that an act on a dossier may write; `dossiers_*` and `vault_*` besides.
_HOUSE = ("kernel_event", "kernel_audit", "kernel_delivery", "kernel_storedfile", "procrastinate_jobs")


class PowerCut(Exception):
    """Something breaks within the transaction, after the event and its audit row are written."""


@contextmanager
def power_cut() -> Iterator[None]:
    """The next act is torn off there."""

    def torn(*args: Any, **more: Any) -> Any:
        real(*args, **more)
        raise PowerCut

    real = appending.append_events
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emission, "append_events", torn)
        yield


@contextmanager
def torn_reaction(name: str) -> Iterator[None]:
    """A reaction breaks after it wrote what it writes."""

    def torn(event: Event, envelope: Envelope) -> None:
        real.act(event, envelope)
        raise PowerCut

    real = reactions[name]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(reactions, name, replace(real, act=torn))
        yield


def told_at_last() -> None:
    """What failed is brought again, as it is by itself some seconds later."""
    for delivery in Delivery.objects.filter(state=DeliveryState.PENDING).order_by("id"):
        deliver.run(delivery=str(delivery.id))


class Rows:
    """A mark of everything that is stored: equal marks, nothing changed."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND (tablename LIKE 'dossiers\\_%%' OR tablename LIKE 'vault\\_%%') ORDER BY 1"
            )
            tables = [name for (name,) in cursor.fetchall()] + list(_HOUSE)
        self.statement = " UNION ALL ".join(
            f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {name} t"
            for name in tables
        )

    def mark(self) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.statement)
            return list(cursor.fetchall())


def not_audited_once() -> list[tuple[Any, ...]]:
    """Events that have not exactly one line in the audit trail."""
    return _rows(
        "SELECT e.type, e.id, count(a.event) FROM kernel_event e LEFT JOIN kernel_audit a ON a.event = e.id"
        " GROUP BY e.type, e.id HAVING count(a.event) <> 1"
    )


def numbers_with_gaps() -> list[tuple[Any, ...]]:
    """Books, series of papers and days of codes whose numbers do not run from 1 without a gap."""
    return _rows(
        "SELECT b.kind, b.last, e.n, e.top FROM dossiers_book b LEFT JOIN"
        " (SELECT book_id, count(DISTINCT number) AS n, max(number) AS top FROM dossiers_bookentry GROUP BY 1) e"
        " ON e.book_id = b.id WHERE b.kind NOT LIKE 'paper.%%'"
        " AND (b.last, b.last) IS DISTINCT FROM (e.n::int, e.top)"
        " UNION ALL SELECT b.kind, b.last, p.n, p.top FROM dossiers_book b LEFT JOIN"
        " (SELECT agency_id, kind, year, count(DISTINCT number) AS n, max(number) AS top FROM dossiers_paper"
        " GROUP BY 1, 2, 3) p ON p.agency_id = b.agency_id AND 'paper.' || p.kind = b.kind AND p.year = b.year"
        " WHERE b.kind LIKE 'paper.%%' AND (b.last, b.last) IS DISTINCT FROM (p.n::int, p.top)"
        " UNION ALL SELECT 'code ' || c.day, c.last, d.n, d.top FROM dossiers_dossiercounter c LEFT JOIN"
        " (SELECT agency_id, split_part(reverse(split_part(reverse(code), '-', 2)), '-', 1) AS day, count(*) AS n,"
        " max(reverse(split_part(reverse(code), '-', 1))::int) AS top FROM dossiers_dossier GROUP BY 1, 2) d"
        " ON d.agency_id = c.agency_id AND d.day = to_char(c.day, 'YYMMDD')"
        " WHERE (c.last, c.last) IS DISTINCT FROM (d.n::int, d.top)"
    )


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
