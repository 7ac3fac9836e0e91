"""Whether the database's log reaches the backup place: what the archiver noted, what the server keeps for it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from tinhso.kernel import archived

#: The archiver's replication slot (`cli.backups.archive_slot` makes it); the server keeps log until it was fetched.
SLOT = "tinhso_archive"
#: On a node that runs no archiver only the server knows something: so much log kept for it is too much.
KEPT_LIMIT = 256 * 1024 * 1024


@dataclass(frozen=True)
class Archive:
    """``wanted``: somebody switched continuous copying on. ``until``/``behind`` (seconds): how far the archiver of
    this machine is; None where it runs on another one. ``streaming``, ``kept`` (bytes): the server's side of it.
    ``late``: a lost machine would take along more than five minutes of work, as far as can be told here."""

    wanted: bool
    until: datetime | None
    behind: float | None
    streaming: bool
    kept: int
    late: bool


def archive() -> Archive:
    """One query and one look into the home."""
    home = settings.HERE.home
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT active, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint"
            " FROM pg_replication_slots WHERE slot_name = %s",
            [SLOT],
        )
        slot = cursor.fetchone()
    streaming, kept = (bool(slot[0]), int(slot[1])) if slot else (False, 0)
    own = archived.wanted(home)
    behind = archived.lag(home) if own else None
    return Archive(
        wanted=own or slot is not None,
        until=archived.until(home) if own else None,
        behind=None if behind is None else behind.total_seconds(),
        streaming=streaming,
        kept=kept,
        late=archived.late(home) if own else kept > KEPT_LIMIT,
    )
