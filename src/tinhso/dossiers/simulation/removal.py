"""Taking a simulation away: its people, their accounts and officials, and whatever stands on them in any app.

Found by the foreign keys, so that what an app adds later goes as well. The trail and the events stay: nobody can take
rows out of them, and they name things by their ids. The numbers of books and days run back to what is left.
"""

from collections.abc import Callable

from django.apps import apps
from django.db import connection, transaction
from django.db.models import ForeignKey, Model, UUIDField

from tinhso.people.models import Account, Person
from tinhso.people.simulation import LOGIN, SOURCE

Say = Callable[[str], None]


@transaction.atomic
def remove(say: Say) -> int:
    """Remove every simulated row, all or nothing; how many. ``say`` hears of each table."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE gone (kind text, id text, PRIMARY KEY (kind, id)) ON COMMIT DROP")
        _mark(Account, "login LIKE %s", [f"{LOGIN}%"])
        _mark(Person, "source = %s", [SOURCE])
        _follow()
        cursor.execute("ANALYZE gone")
        count = _loose()
        for table in sorted(_tables()):
            kind = _key(table)
            cursor.execute(f"DELETE FROM {table} t USING gone g WHERE g.kind = %s AND t.id = g.id::{kind}", [table])  # noqa: S608  names of our own tables
            count += cursor.rowcount
            say(f"{table}: {cursor.rowcount}")
        cursor.execute(_BOOKS)
        cursor.execute(_DAYS)
    return count


def pointing() -> list[str]:
    """The tables whose foreign keys a removal follows. It leaves nothing that points at what is gone, so with many rows
    the keys are cheaper to check once afterwards."""
    return sorted({model._meta.db_table for model, _column, _target in _links()})


def _links() -> list[tuple[type[Model], str, str]]:
    return [
        (model, field.column, field.related_model._meta.db_table)
        for model in apps.get_models()
        if model._meta.managed and any(f.name == "id" for f in model._meta.concrete_fields)
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and isinstance(field.related_model, type)
    ]


def _mark(model: type[Model], condition: str, values: list[str]) -> int:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO gone SELECT %s, t.id::text FROM {table} t WHERE {condition} ON CONFLICT DO NOTHING",  # noqa: S608  names of our own tables
            [table, *values],
        )
        return int(cursor.rowcount)


def _follow() -> None:
    """Everything that points at what is gone, until nothing more does."""
    links, fresh = _links(), _tables()
    while fresh:
        grown = set()
        for model, column, target in links:
            if target in fresh:
                condition = f"t.{column} IN (SELECT id::{_key(target)} FROM gone WHERE kind = %s)"  # noqa: S608  names of our own tables
                if _mark(model, condition, [target]):
                    grown.add(model._meta.db_table)
        fresh = grown


def _key(table: str) -> str:
    """The type of the key of a table's rows."""
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    return "uuid" if isinstance(model._meta.pk, UUIDField) else "bigint"


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind FROM gone")
        return {row[0] for row in cursor.fetchall()}


def _loose() -> int:
    """What names accounts and events without a foreign key: letters before the notices that they carry."""
    count = 0
    with connection.cursor() as cursor:
        for statement in (*_TOLD, _CHOICES, _DELIVERIES):
            cursor.execute(statement)
            count += cursor.rowcount
    return count


#: Notices to who goes, and what officials, who stay, were told of dossiers that go.
_NOTICES = (
    "g.kind = 'people_account' AND n.account = g.id::uuid",
    "g.kind = 'dossiers_dossier' AND n.subject = 'dossier:' || g.id",
)
_TOLD = [
    statement + notices
    for notices in _NOTICES
    for statement in (
        "DELETE FROM kernel_notificationsending s USING kernel_notification n, gone g"
        " WHERE s.notification_id = n.id AND ",
        "DELETE FROM kernel_notification n USING gone g WHERE ",
    )
]
_CHOICES = """
DELETE FROM kernel_channelchoice c USING gone g WHERE g.kind = 'people_account' AND c.account = g.id::uuid
"""
_DELIVERIES = """
DELETE FROM kernel_delivery d USING kernel_event e, gone g
WHERE e.id = d.event AND e.created_at = d.event_at
  AND e.subject = CASE g.kind WHEN 'dossiers_dossier' THEN 'dossier:' WHEN 'dossiers_draft' THEN 'draft:' END || g.id
"""
_BOOKS = """
UPDATE dossiers_book b SET last = coalesce((SELECT max(number) FROM dossiers_bookentry e WHERE e.book_id = b.id), 0)
"""
_DAYS = """
DELETE FROM dossiers_dossiercounter c WHERE NOT EXISTS (
    SELECT 1 FROM dossiers_dossier d WHERE d.agency_id = c.agency_id
      AND (d.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date = c.day)
"""
