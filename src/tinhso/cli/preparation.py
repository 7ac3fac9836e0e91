"""What must be done before an instance serves: migrations, pack, sample accounts, static files. Done once a state."""

import hashlib
import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from psycopg import sql

from tinhso.cli.cluster import Cluster
from tinhso.cli.refusal import Refusal
from tinhso.cli.supervisor import environment_of
from tinhso.config import ROOT, Instance


def _state(here: Instance, clock: str) -> str:
    """Changes with the code, the pack, the built pages and the clock that `up` was given."""
    seen = hashlib.sha256(f"{clock} {here.sample} {here.home} {sys.version}".encode())
    for folder in (ROOT / "src", ROOT / "build" / "frontend", here.pack):
        for path in sorted(folder.rglob("*")):
            if path.suffix != ".pyc" and path.is_file():
                facts = path.stat()
                seen.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def manage(here: Instance, *words: str, role: str = "owner") -> str:
    """Run a management command as a role of the database; its output. Raises Refusal, showing it, when it fails."""
    log = here.home / "logs" / "prepare.out"
    done = subprocess.run(
        [sys.executable, "-m", "django", *words],
        cwd=ROOT,
        env=environment_of(here, TINHSO_DB_ROLE=role),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with appended(log) as file:
        file.write(f"$ {' '.join(words)}\n{done.stdout}")
    if done.returncode != 0:
        raise Refusal(
            f"Bước chuẩn bị «{words[0]}» không xong: hãy sửa lỗi dưới đây rồi chạy lại (nhật ký: {log}).",
            f"The step «{words[0]}» failed, mend this and run again:\n{_tail(done.stdout)}",
        )
    return done.stdout


def appended(log: Path) -> IO[str]:
    """A log in a folder of the service's, opened by root perhaps: what the service could have put in its place (a link
    to somebody else's file, a pipe) is taken away, never followed."""
    with suppress(FileNotFoundError):
        facts = log.lstat()
        if not stat.S_ISREG(facts.st_mode) or facts.st_nlink > 1:
            log.unlink()
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600), "a")


def _tail(output: str) -> str:
    """The end of an output without a traceback's frames."""
    lines = [line for line in output.strip().splitlines() if line.strip()]
    if any(line.startswith("Traceback") for line in lines):
        lines = [line for line in lines if not line.startswith(" ") and not line.startswith("Traceback")]
    return "\n".join(lines[-40:])


def prepare(here: Instance, cluster: Cluster) -> bool:
    """Bring database and static files to the state of the code and the pack; False when they already were."""
    state = _state(here, os.environ.get("TINHSO_CLOCK_GIVEN", ""))
    database = here.database.name
    static: Path = here.home / "static"
    with cluster.superuser() as link:
        row = link.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
        if row is not None and row[0] == state and static.is_dir():
            return False
        manage(here, "prepare", *([] if here.sample else ["--no-sample"]))
        manage(here, "collectstatic", "--noinput", "-v0")
        link.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(state)))
    return True
