"""One private cluster for the whole suite; a migrated template database, copied for each worker."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tinhso.cli.cluster import Cluster
from tinhso.cli.homes import open_home, settle
from tinhso.config import ROOT, instance

pytest_plugins = ["tests.live", "tests.browser", "tests.scheduling"]

#: scrypt's cost in the tests' own process; its real cost is a third of a second for each password.
QUICK = 16
#: What a template database is made from, besides the pack itself.
SOURCES = (
    "migrations/*.py",
    "management/commands/prepare.py",
    "pack*.py",
    "pack*/**/*.py",
    "sample*.py",
    "sample*/**/*.py",
)


def fingerprint(*patterns: str) -> str:
    """Changes whenever a file that matches does."""
    seen = hashlib.sha256()
    files = {path for pattern in patterns for path in ROOT.glob(pattern)}
    for path in sorted(p for p in files if p.is_file() and p.suffix != ".pyc"):
        seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:12]


def manage(*words: str, environment: Mapping[str, str]) -> None:
    """Run a management command; its output is the error when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=dict(environment), capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def _clear(link: psycopg.Connection, keep: str) -> None:
    """Drop templates of earlier states and databases that killed runs left."""
    for (name,) in link.execute("SELECT datname FROM pg_database").fetchall():
        stale = name.startswith("tinhso_template_") and keep not in name
        pid = name.rpartition("_")[2]
        orphan = name.startswith("tinhso_test_") and pid.isdigit() and not Path(f"/proc/{pid}").exists()
        if stale or orphan:
            link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def template(cluster: Cluster, *, sample: bool = False) -> str:
    """The migrated database with the pack (and the sample accounts), built once for each state of the sources."""
    state = fingerprint(*(f"src/tinhso/*/{pattern}" for pattern in SOURCES), "provinces/**/*")
    name = f"tinhso_template_{state}" + ("_sample" if sample else "")
    base = template(cluster) if sample else None
    with cluster.superuser() as link:
        link.execute("SELECT pg_advisory_lock(2174)")
        known = {row[0] for row in link.execute("SELECT datname FROM pg_database")}
        if name not in known:
            _clear(link, keep=state)
            building = f"{name}_building"
            drop(cluster, building)
            environment = {**os.environ, "TINHSO_DB_ROLE": "owner", "TINHSO_DB_NAME": building}
            if base is not None:
                copy_of(cluster, base, building)
                manage("load_sample", environment=environment)
            else:
                cluster.create_database(building)
                manage("prepare", "--no-sample", environment=environment)
            link.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
            )
    return name


def copy_of(cluster: Cluster, source: str, name: str) -> None:
    """A database of that name with everything that the template holds."""
    with cluster.superuser() as link:
        link.execute("SELECT pg_advisory_lock(2175)")
        link.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
        link.execute(sql.SQL("ALTER DATABASE {} OWNER TO tinhso_owner").format(sql.Identifier(name)))


def drop(cluster: Cluster, name: str) -> None:
    with cluster.superuser() as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The suite's own PostgreSQL server; it stays up between runs, `make clean` or a reboot ends it."""
    home = instance().home
    open_home(home)
    with (home / "run" / "cluster.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        instance.cache_clear()  # another worker may just have chosen another port
        server = Cluster(settle(instance()), durable=False)
        server.start()
    os.environ["TINHSO_DB_PORT"] = str(server.instance.database.port)
    return server


@pytest.fixture(scope="session")
def django_db_setup(cluster: Cluster, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database of this process, copied from the template, used as the app's own role."""
    from django.conf import settings
    from django.db import connections

    name = f"tinhso_test_{os.getpid()}"
    copy_of(cluster, template(cluster), name)
    for where in (settings.DATABASES["default"], connections["default"].settings_dict):
        where["NAME"], where["PORT"] = name, cluster.instance.database.port
    yield
    connections.close_all()
    drop(cluster, name)


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> None:
    """In this process a password costs next to nothing; instances that tests start hash at the full cost."""
    from tinhso.people.hashing import Scrypt

    Scrypt.work_factor = QUICK


@contextmanager
def connected_to(name: str, blocker: pytest.FixtureRequest) -> Iterator[None]:
    """While inside, Django's default connection is to the database of that name."""
    from django.db import connections

    settings = connections["default"].settings_dict
    before = settings["NAME"]
    connections.close_all()
    settings["NAME"] = name
    try:
        with blocker.unblock():
            yield
            connections.close_all()
    finally:
        settings["NAME"] = before


@contextmanager
def separate_database(cluster: Cluster, blocker: pytest.FixtureRequest) -> Iterator[str]:
    """While inside, Django's default connection is a database of its own; its name. Dropped afterwards."""
    name = f"tinhso_test_own_{os.getpid()}"
    copy_of(cluster, template(cluster), name)
    try:
        with connected_to(name, blocker):
            yield name
    finally:
        drop(cluster, name)


@pytest.fixture
def own_database(cluster: Cluster, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database for one test that commits, from several threads or as another role."""
    with separate_database(cluster, django_db_blocker) as name:
        yield name
