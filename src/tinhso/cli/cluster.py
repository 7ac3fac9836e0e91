"""A private PostgreSQL + PostGIS cluster for one instance, reached over loopback only."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tinhso.config import Instance

ROLES = ("owner", "app", "gateway", "reader")


class ClusterError(Exception):
    """The cluster cannot do what was asked; the message says what to do."""


@dataclass(frozen=True)
class Cluster:
    """The cluster of an instance: its data folder, its server programs and the user it runs as."""

    instance: Instance

    @property
    def data(self) -> Path:
        return self.instance.home / "postgres"

    @property
    def programs(self) -> Path:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        if not found:
            raise ClusterError("PostgreSQL chưa được cài: apt-get install postgresql-15-postgis-3")
        return found[-1]

    def _as_server(self, *command: str | Path) -> list[str]:
        """PostgreSQL refuses root: as root, run the command as the postgres user."""
        words = [str(word) for word in command]
        if os.geteuid() != 0:
            return words
        user = pwd.getpwnam("postgres")
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *words]

    def create(self) -> None:
        """initdb with trust for nobody: every role has a password from the home's secrets."""
        if (self.data / "PG_VERSION").exists():
            return
        self.data.mkdir(parents=True, exist_ok=True)
        password = self.instance.home / "postgres.pw"
        password.write_text(self.instance.secret("db-superuser"))
        if os.geteuid() == 0:
            for path in (self.data, password):
                shutil.chown(path, "postgres", "postgres")
        password.chmod(0o600)
        try:
            subprocess.run(
                self._as_server(
                    self.programs / "initdb",
                    "-D",
                    self.data,
                    "-U",
                    "postgres",
                    "--auth=scram-sha-256",
                    f"--pwfile={password}",
                    "--encoding=UTF8",
                    "--locale-provider=icu",
                    "--icu-locale=vi-VN",
                    "--locale=C.UTF-8",
                    "--data-checksums",
                ),
                check=True,
                capture_output=True,
                cwd="/",
                text=True,
            )
        finally:
            password.unlink(missing_ok=True)
        (self.data / "postgresql.auto.conf").write_text(
            f"port = {self.instance.database.port}\n"
            "listen_addresses = '127.0.0.1'\n"
            "unix_socket_directories = ''\n"
            "shared_buffers = 512MB\n"
            "max_connections = 200\n"
            "log_min_duration_statement = 500\n"
            "timezone = 'UTC'\n"
        )
        if os.geteuid() == 0:
            shutil.chown(self.data / "postgresql.auto.conf", "postgres", "postgres")

    @property
    def running(self) -> bool:
        status = subprocess.run(
            self._as_server(self.programs / "pg_ctl", "-D", self.data, "status"), capture_output=True, cwd="/"
        )
        return status.returncode == 0

    def start(self) -> None:
        self.create()
        if self.running:
            return
        log = self.data / "server.log"
        done = subprocess.run(
            self._as_server(self.programs / "pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", log, "start"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        if done.returncode != 0:
            raise ClusterError(f"PostgreSQL không khởi động được, xem {log}")
        self._prepare()

    def stop(self) -> None:
        if self.running:
            subprocess.run(
                self._as_server(self.programs / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop"),
                check=True,
                capture_output=True,
                cwd="/",
            )

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

    def create_database(self, name: str) -> None:
        """An empty database owned by tinhso_owner, with what the app may do by default granted."""
        with self.superuser() as link:
            link.execute(sql.SQL("CREATE DATABASE {} OWNER tinhso_owner").format(sql.Identifier(name)))
        with self.superuser(name) as link:
            for extension in ("postgis", "unaccent", "pg_trgm", "btree_gist"):
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
