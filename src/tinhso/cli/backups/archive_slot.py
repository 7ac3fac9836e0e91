"""The server's promise to keep its write-ahead log until the archiver has it: a replication slot."""

import psycopg

from tinhso.cli.backups.basis import connect
from tinhso.cli.cluster import Cluster

SLOT = "tinhso_archive"


def ensure_slot(cluster: Cluster) -> None:
    """Make the slot, or make it anew when the server had to break its promise. Raises psycopg.OperationalError."""
    with connect(cluster) as link:
        row = link.execute("SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [SLOT]).fetchone()
        if row is not None and row[0] == "lost":
            link.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
            print("the slot was too far behind and is begun anew: take a new backup", flush=True)
        if row is None or row[0] == "lost":
            link.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])


def drop_slot(cluster: Cluster) -> None:
    """Let the server forget the log that nobody fetches any more. A silent server is asked at the next start."""
    try:
        with connect(cluster) as link:
            link.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
                "WHERE slot_name = %s AND NOT active",
                [SLOT],
            )
    except psycopg.Error:
        return
