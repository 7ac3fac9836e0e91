"""A home of production that is well, and the doctor's patient."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.production_home import a_home
from tinhso.cli.cluster import Cluster
from tinhso.cli.doctoring.findings import Patient
from tinhso.config import Database, Instance


@pytest.fixture
def database_name(django_db_setup: None) -> str:
    """This process's database, which these tests only read; `test_database.py` breaks copies."""
    return str(connection.settings_dict["NAME"])


@pytest.fixture
def here(database_name: str, cluster: Cluster, tmp_path: Path) -> Instance:
    tmp_path.chmod(0o755)
    where = cluster.instance.database
    asked = Database(where.host, where.port, database_name, where.data)
    return a_home(tmp_path, asked, cluster.instance.secret("db-app"))


@pytest.fixture
def patient(here: Instance) -> Iterator[Patient]:
    found = Patient(here)
    yield found
    if found.database is not None:
        found.database.close()
