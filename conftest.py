"""One private cluster for the whole suite; a migrated template database, copied for each worker."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from psycopg import sql

from tinhso.cli.cluster import Cluster
from tinhso.config import ROOT, instance


def _fingerprint() -> str:
    """Changes whenever a migration or the province pack does."""
    seen = hashlib.sha256()
    files = [
        *ROOT.glob("src/tinhso/*/migrations/*.py"),
        *ROOT.glob("provinces/**/*"),
        *ROOT.glob("src/tinhso/*/pack*.py"),
    ]
    for path in sorted(p for p in files if p.is_file()):
        seen.update(path.name.encode() + path.read_bytes())
    return seen.hexdigest()[:12]


def _template(cluster: Cluster) -> str:
    """The migrated template database, with the pack loaded, built once for each state of the migrations."""
    name = f"tinhso_template_{_fingerprint()}"
    with cluster.superuser() as link:
        link.execute("SELECT pg_advisory_lock(2174)")
        try:
            known = {row[0] for row in link.execute("SELECT datname FROM pg_database")}
            if name not in known:
                building = f"{name}_building"
                link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building)))
                cluster.create_database(building)
                environment = {**os.environ, "TINHSO_DB_ROLE": "owner", "TINHSO_DB_NAME": building}
                for command in (["migrate", "-v0"], ["load_pack"]):
                    done = subprocess.run(
                        [sys.executable, "manage.py", *command],
                        cwd=ROOT,
                        env=environment,
                        capture_output=True,
                        text=True,
                    )
                    if done.returncode:
                        raise RuntimeError(done.stdout + done.stderr)
                link.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
                )
        finally:
            link.execute("SELECT pg_advisory_unlock(2174)")
    return name


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The suite's own PostgreSQL server; it stays up between runs, `tinhso down` or a reboot ends it."""
    server = Cluster(instance())
    server.start()
    return server


@pytest.fixture(scope="session")
def django_db_setup(cluster: Cluster, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database of this process, copied from the template, used as the app's own role."""
    from django.conf import settings
    from django.db import connections

    template = _template(cluster)
    name = f"tinhso_test_{os.getpid()}"
    with cluster.superuser() as link:
        link.execute("SELECT pg_advisory_lock(2175)")
        link.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        link.execute(sql.SQL("ALTER DATABASE {} OWNER TO tinhso_owner").format(sql.Identifier(name)))
        link.execute("SELECT pg_advisory_unlock(2175)")
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
    yield
    connections.close_all()
    with cluster.superuser() as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
