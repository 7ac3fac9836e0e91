"""A PostgreSQL server that was there before the house: made by its own administrator, on a private port."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.running import until
from tinhso.cli.cluster import Cluster
from tinhso.cli.homes import free_port
from tinhso.config import ROOT, Database, Instance

ROLES = ("owner", "app", "gateway", "reader")


@dataclass
class Server:
    """The server, and the passwords that its administrator chose."""

    cluster: Cluster
    folder: Path
    port: int
    passwords: dict[str, str]

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        """As its superuser: to arrange what its administrator arranges, and to look."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname=name, user="postgres", password="quan-tri", autocommit=True
        )

    def run_our_file(self, name: str, **other: str) -> "subprocess.CompletedProcess[str]":
        """`psql -f deploy/one-machine/database.sql` as the file itself says."""
        given = {"name": name, **{f"{role}_password": self.passwords[role] for role in ROLES}, **other}
        words = [word for key, value in given.items() for word in ("-v", f"{key}={value}")]
        where = f"postgresql://postgres:quan-tri@127.0.0.1:{self.port}/postgres"
        command = ["psql", "-X", "-q", where, *words, "-f", str(ROOT / "deploy" / "one-machine" / "database.sql")]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)


@contextmanager
def somebody_s_server(tls: tuple[Path, Path] | None = None) -> Iterator[Server]:
    """Initialised as Debian does it, with other roles and another locale than ours; stopped and removed afterwards.

    ``tls``: the certificate and key that it shows.
    """
    with tempfile.TemporaryDirectory(prefix="tinhso-server-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        data = folder / "data"
        here = Instance(folder, port, Database("127.0.0.1", port, "postgres", data), False, False, folder, {})
        cluster = Cluster(here)
        data.mkdir(mode=0o700)
        password = folder / "pw"
        password.write_text("quan-tri")
        for path in (data, password):
            if cluster.as_server("true") != ["true"]:
                shutil.chown(path, "postgres", "postgres")
        made = ["initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256", "--locale=C.UTF-8"]
        _run(cluster, *made, f"--pwfile={password}")
        for source, name in zip(tls or (), ("server.crt", "server.key"), strict=False):
            shutil.copy(source, data / name)
            (data / name).chmod(0o600)
            shutil.chown(data / name, data.owner(), data.group())
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        options += f" -c ssl={'on' if tls else 'off'}"
        _run(cluster, "pg_ctl", "-D", data, "-w", "-l", data / "server.log", "-o", options, "start")
        server = Server(cluster, folder, port, {role: f"mot-mat-khau-dai-cho-{role}-9Xq2" for role in ROLES})
        try:
            until(lambda: bool(server.connect()), 20, "the server answers")
            yield server
        finally:
            _run(cluster, "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(cluster: Cluster, program: str, *words: object) -> None:
    command = cluster.as_server(cluster.programs / program, *words)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
