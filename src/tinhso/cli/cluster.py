"""A private PostgreSQL + PostGIS cluster for one instance, reached over loopback only (no Unix socket: its path
may not be longer than 107 bytes, and a home may well be)."""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tinhso.cli.refusal import Refusal
from tinhso.config import Instance

ROLES = ("owner", "app", "gateway", "reader")
EXTENSIONS = ("postgis", "unaccent", "pg_trgm", "btree_gist", "pg_stat_statements")

#: Statements and error details carry personal data: the server's log names neither.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # after each checkpoint whole pages go into the log again: with one every gigabyte nearly always under load
    "max_wal_size": "4GB",
    "wal_compression": "lz4",
    "max_slot_wal_keep_size": "16GB",  # an archiver that is gone for good does not fill the disk
    "timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_timezone": "UTC",
    # which statements are slow, for the operators' page; utility statements are not normalised, so not kept
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track_utility": "off",
    "pg_stat_statements.max": "2000",
}


def _shared_buffers() -> str:
    """An eighth of the machine's memory, between 64 and 512 MB."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1024 * 1024)
    return f"{max(64, min(512, memory // 8))}MB"


def owner(here: Instance) -> psycopg.Connection:
    """A connection as the owner of the instance's tables, each statement by itself."""
    where = here.database
    return psycopg.connect(
        host=where.host,
        port=where.port,
        dbname=where.name,
        user="tinhso_owner",
        password=here.secret("db-owner"),
        autocommit=True,
        **where.tls,
    )


@dataclass(frozen=True)
class Cluster:
    """The cluster of an instance: its data folder, its server programs and the user it runs as."""

    instance: Instance
    durable: bool = True  #: False: no fsync, for tests that can lose everything when the machine dies

    @property
    def data(self) -> Path:
        return self.instance.database.data

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    @property
    def programs(self) -> Path:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
        if not found:
            raise Refusal(
                "PostgreSQL chưa được cài: hãy chạy make up, lệnh này sẽ nói cần cài gì.",
                "PostgreSQL is not installed: run make up, it says what to install.",
            )
        return found[-1].parent

    def as_server(self, *command: object) -> list[str]:
        """PostgreSQL refuses root: as root, run the command as the postgres user."""
        words = [str(word) for word in command]
        if os.geteuid() != 0:
            return words
        user = pwd.getpwnam("postgres")
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *words]

    def create(self) -> None:
        """initdb with trust for nobody: every role has a password from the home's secrets."""
        if self.private:
            return
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        password = self.data.with_name(self.data.name + ".pw")
        password.write_text(self.instance.secret("db-superuser"))
        password.chmod(0o600)
        if os.geteuid() == 0:
            for path in (self.data, password):
                shutil.chown(path, "postgres", "postgres")
        words = "-U postgres --auth=scram-sha-256 --encoding=UTF8 --locale-provider=icu --icu-locale=vi-VN"
        command = [self.programs / "initdb", "-D", self.data, *words.split(), "--locale=C.UTF-8", "--data-checksums"]
        try:
            done = subprocess.run(
                self.as_server(*command, f"--pwfile={password}"), capture_output=True, cwd="/", text=True
            )
        finally:
            password.unlink(missing_ok=True)
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            last = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise Refusal(
                f"Không tạo được cơ sở dữ liệu trong {self.data} ({last}): hãy sửa lỗi ấy hoặc đổi TINHSO_HOME.",
                f"Could not create the database in {self.data} ({last}): mend that or choose another TINHSO_HOME.",
            )

    @property
    def private(self) -> bool:
        """Whether this instance has a cluster of its own; else the database is somebody else's to start and stop."""
        return (self.data / "PG_VERSION").exists()

    @property
    def alive(self) -> bool:
        """Whether the server process exists; cheap enough to ask several times a second."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
        except (OSError, ValueError):
            return False

    def start(self) -> None:
        """Start the server, unless it runs. After a crash it first waits for what the dead server left behind."""
        self.create()
        if self.alive and self._control("status"):
            return
        self._configure({} if self.durable else {"fsync": "off", "full_page_writes": "off"})
        log = self.log
        for _attempt in range(5):
            if self._control("-w", "-t", "60", "-l", str(log), "start"):
                break
            time.sleep(1)
        else:
            raise Refusal(
                f"PostgreSQL không khởi động được: hãy xem nguyên nhân ở cuối tệp {log}.",
                f"PostgreSQL does not start: the reason is at the end of {log}.",
            )
        self._prepare()

    def recover(self, archive: Mapping[str, str]) -> bool:
        """Start a server on a copied data folder and wait until it has replayed its log; False when it gave up, its
        log says why. ``archive``: settings that make it fetch more log than it holds; empty: only its own."""
        self._configure({"hot_standby": "off", **archive})  # nobody is let in before the replay has ended
        signal = self.data / "recovery.signal"
        if archive:
            self._hand_over(signal, "")
        return self._control("-w", "-t", "864000", "-l", str(self.log), "start") and self._lets_in()

    def _lets_in(self) -> bool:
        """Wait until the replay has ended: without hot standby `pg_ctl -w` returns when it begins. False when the
        server gave up meanwhile."""
        where = self.instance.database
        ready = self.as_server(self.programs / "pg_isready", "-q", "-h", where.host, "-p", str(where.port))
        while self.alive:
            if subprocess.run(ready, cwd="/").returncode == 0:
                return True
            time.sleep(0.2)
        return False

    def own(self) -> None:
        """Make a copied, recovered data folder this instance's own: its superuser has the password of the home's
        secrets. The server runs before and after."""
        with suppress(psycopg.OperationalError), self.superuser():
            return
        self.stop()
        password = self.instance.secret("db-superuser").replace("'", "''")
        subprocess.run(
            self.as_server(self.programs / "postgres", "--single", "-D", self.data, "postgres"),
            input=f"ALTER ROLE postgres LOGIN SUPERUSER PASSWORD '{password}'\n".encode(),
            capture_output=True,
            cwd="/",
            check=True,
        )
        self._control("-w", "-t", "600", "-l", str(self.log), "start")

    def admit_loopback_only(self) -> None:
        """Give a copied data folder the access rules of a private cluster, whatever its server had (and where)."""
        rules = "".join(f"host {what} all 127.0.0.1/32 scram-sha-256\n" for what in ("all", "replication"))
        for name, content in (("pg_hba.conf", rules), ("pg_ident.conf", ""), ("postgresql.conf", "")):
            self._hand_over(self.data / name, content)

    def stop(self) -> None:
        if self.alive:
            self._control("-m", "fast", "-w", "-t", "60", "stop")

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        where = self.instance.database
        return psycopg.connect(
            host=where.host,
            port=where.port,
            dbname=database,
            user="postgres",
            password=self.instance.secret("db-superuser"),
            autocommit=True,
        )

    def create_database(self, name: str) -> None:
        """An empty database owned by tinhso_owner, with what the app may do by default granted."""
        with self.superuser() as link:
            link.execute(sql.SQL("CREATE DATABASE {} OWNER tinhso_owner").format(sql.Identifier(name)))
        with self.superuser(name) as link:
            for extension in EXTENSIONS:
                link.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
            link.execute("ALTER SCHEMA public OWNER TO tinhso_owner")
            link.execute("GRANT USAGE ON SCHEMA public TO tinhso_app, tinhso_gateway, tinhso_reader")
            link.execute(
                "ALTER DEFAULT PRIVILEGES FOR ROLE tinhso_owner IN SCHEMA public "
                "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tinhso_app"
            )
            link.execute(
                "ALTER DEFAULT PRIVILEGES FOR ROLE tinhso_owner IN SCHEMA public "
                "GRANT USAGE, SELECT ON SEQUENCES TO tinhso_app"
            )

    def _control(self, *words: str) -> bool:
        done = subprocess.run(
            self.as_server(self.programs / "pg_ctl", "-D", self.data, *words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        return done.returncode == 0

    def _configure(self, more: Mapping[str, str]) -> None:
        own = {"port": str(self.instance.database.port), "shared_buffers": _shared_buffers()}
        settings = {**SETTINGS, **own, **more}
        path = self.data / "postgresql.auto.conf"
        self._hand_over(path, "".join(f"{name} = '{value}'\n" for name, value in settings.items()))

    def _hand_over(self, path: Path, content: str) -> None:
        """A file of the data folder, owned by the user that the server runs as."""
        path.write_text(content)
        path.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(path, "postgres", "postgres")

    def _prepare(self) -> None:
        """Roles and the instance's database."""
        with self.superuser() as link:
            known = {row[0] for row in link.execute("SELECT rolname FROM pg_roles")}
            for role in ROLES:
                name, password = f"tinhso_{role}", self.instance.secret(f"db-{role}")
                verb = "ALTER" if name in known else "CREATE"
                link.execute(
                    sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
                )
            databases = {row[0] for row in link.execute("SELECT datname FROM pg_database")}
        if self.instance.database.name not in databases:
            self.create_database(self.instance.database.name)
        with self.superuser(self.instance.database.name) as link:
            link.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
