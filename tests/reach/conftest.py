"""One world for all tests of who reaches what."""

from collections.abc import Iterator

import pytest
from conftest import separate_database

from tests.reach.building import build
from tests.reach.world import World
from tinhso.cli.cluster import Cluster
from tinhso.kernel import spool
from tinhso.kernel.disclosure_loading import take_disclosures


@pytest.fixture(scope="package")
def world(cluster: Cluster, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """Built once, in a database of its own; every request is taken back."""
    with separate_database(cluster, django_db_blocker):
        yield build()
        spool.close(spool.DISCLOSURES)
        take_disclosures()  # into this database, not into that of the next test
