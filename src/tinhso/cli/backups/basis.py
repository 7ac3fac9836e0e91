"""The physical copy of the database: `pg_basebackup`, compressed and encrypted on its way, never in the clear on disk.

Physical, because the seals of the audit trail rest on transaction numbers, which a logical dump counts anew
(docs/decisions/0020, 0090). It works over the network, so a database on another machine is copied the same way.
"""

import errno
import os
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tinhso.cli.cluster import Cluster
from tinhso.cli.refusal import Refusal

BLOCK = 256 * 1024


def compressed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """zlib at its fastest."""
    packer = zlib.compressobj(1)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def plain(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What `compressed` packed."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        yield unpacker.decompress(piece)
    yield unpacker.flush()


def role(cluster: Cluster) -> tuple[str, str]:
    """Who copies, and the name of its secret: the private cluster's superuser, or on somebody else's server the role
    that ``[backup] user`` names (REPLICATION, member of pg_read_all_data and pg_monitor)."""
    user = cluster.instance.settings.get("backup", {}).get("user")
    return (str(user), "db-backup") if user else ("postgres", "db-superuser")


def connection_words(cluster: Cluster) -> list[str]:
    where = cluster.instance.database
    return ["-h", where.host, "-p", str(where.port), "-U", role(cluster)[0], "-w"]


def connection_environment(cluster: Cluster, name: str) -> dict[str, str]:
    """The password goes by the environment: a command line is for everybody to read."""
    checked = {f"PG{word.upper()}": value for word, value in cluster.instance.database.tls.items()}
    return {**os.environ, **checked, "PGPASSWORD": cluster.instance.secret(role(cluster)[1]), "PGAPPNAME": name}


def connect(cluster: Cluster) -> psycopg.Connection:
    """To the instance's database, as the role that copies."""
    where, (user, secret) = cluster.instance.database, role(cluster)
    return psycopg.connect(
        host=where.host,
        port=where.port,
        dbname=where.name,
        user=user,
        password=cluster.instance.secret(secret),
        autocommit=True,
        **where.tls,
    )


@contextmanager
def log_kept(link: psycopg.Connection) -> Iterator[str]:
    """While inside, the server keeps its write-ahead log from here on; the name of the first segment kept."""
    slot = f"tinhso_backup_{os.getpid()}"
    link.execute("SELECT pg_create_physical_replication_slot(%s, true, true)", [slot])
    row = link.execute(
        "SELECT pg_walfile_name(restart_lsn) FROM pg_replication_slots WHERE slot_name = %s", [slot]
    ).fetchone()
    assert row is not None
    try:
        yield str(row[0])
    finally:
        with suppress(psycopg.Error):  # a temporary slot goes with its connection
            link.execute("SELECT pg_drop_replication_slot(%s)", [slot])


def base(cluster: Cluster, progress: Callable[[int], None]) -> Iterator[bytes]:
    """The database as one tar, with the log that makes it consistent and its own list of checksums.

    ``progress`` is told the bytes. Raises Refusal when the server ends before the copy is whole.
    """
    command = [str(cluster.programs / "pg_basebackup"), *connection_words(cluster)]
    command += ["-D", "-", "-F", "tar", "-X", "fetch", "--checkpoint", "fast"]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=connection_environment(cluster, "tinhso_backup"),
        cwd="/",
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            while piece := process.stdout.read(BLOCK):
                progress(len(piece))
                yield piece
            said = process.stderr.read().decode(errors="replace").strip().splitlines()
            if process.wait() != 0:
                raise _stopped(said[-1] if said else "?")
        finally:
            if process.poll() is None:
                process.kill()


def _stopped(reason: str) -> Refusal:
    return Refusal(
        f"Cơ sở dữ liệu ngừng trả lời khi đang sao lưu ({reason}); bản dở đã được bỏ: hãy chạy lại tinhso backup khi "
        "hệ thống đã chạy lại.",
        f"The database stopped answering during the backup ({reason}); the unfinished one was dropped: run tinhso "
        "backup again once the system runs.",
    )


def reached(cluster: Cluster) -> psycopg.Connection:
    """A connection as the role that copies. Raises Refusal when the database does not run or does not let it in."""
    try:
        return connect(cluster)
    except psycopg.OperationalError as error:
        if "authentication failed" in str(error) or "pg_hba" in str(error):
            raise _not_let_in(cluster) from error
        raise Refusal(
            f"Cơ sở dữ liệu ở cổng {cluster.instance.database.port} không trả lời: hãy khởi động nó (tinhso up, "
            "systemctl start tinhso-postgres) trước khi sao lưu.",
            f"The database at port {cluster.instance.database.port} does not answer: start it (tinhso up, "
            "systemctl start tinhso-postgres) before a backup.",
        ) from error


def _not_let_in(cluster: Cluster) -> Refusal:
    user, secret = role(cluster)
    return Refusal(
        f"Cơ sở dữ liệu không nhận người dùng {user}: hãy đặt [backup] user trong config.toml và mật khẩu trong "
        f"secrets/{secret} (docs/operators.md).",
        f"The database does not accept the user {user}: set [backup] user in config.toml and its password in "
        f"secrets/{secret} (docs/operators.md).",
    )


def database_size(link: psycopg.Connection) -> int:
    """All databases of the server, in bytes."""
    row = link.execute("SELECT sum(pg_database_size(oid)) FROM pg_database").fetchone()
    return int(row[0]) if row else 0


def applied_migrations(link: psycopg.Connection) -> list[str]:
    rows = link.execute("SELECT app || '.' || name FROM django_migrations ORDER BY app, name").fetchall()
    return [row[0] for row in rows]


def erased_contents(link: psycopg.Connection) -> set[str]:
    """Ids of the contents whose keys were destroyed."""
    return {str(row[0]) for row in link.execute("SELECT id FROM kernel_blob WHERE wrapped_key IS NULL")}


def major_version(cluster: Cluster) -> int:
    return int(cluster.programs.parts[-2])


def unpack(pieces: Iterator[bytes], target: Path) -> None:
    """Write a tar's files below a folder, by the machine's own tar. Raises OSError when it cannot."""
    with subprocess.Popen(
        ["tar", "-x", "-C", str(target), "--no-same-owner", "--no-same-permissions"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        umask=0o077,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        with suppress(BrokenPipeError):
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        said = process.stderr.read().decode(errors="replace").strip()
        if process.wait() != 0:
            raise OSError(errno.ENOSPC if "No space left" in said else errno.EIO, said or "tar", str(target))
