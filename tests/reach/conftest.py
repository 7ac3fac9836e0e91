"""One world for all tests of who reaches what."""

import os
from collections.abc import Iterator

import pytest
from conftest import connected_to, copy_of, drop, template

from tests.reach.building import build
from tests.reach.world import World
from tinhso.cli.cluster import Cluster
from tinhso.kernel import spool
from tinhso.kernel.disclosure_loading import take_disclosures


@pytest.fixture(scope="session")
def built(
    cluster: Cluster, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[tuple[str, World]]:
    """The name of its database and the world itself, built once."""
    name = f"tinhso_test_world_{os.getpid()}"
    copy_of(cluster, template(cluster), name)
    try:
        with connected_to(name, django_db_blocker):
            made = build()
        yield name, made
    finally:
        drop(cluster, name)


@pytest.fixture(scope="module")
def world(built: tuple[str, World], django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """The database of the world is the one that is connected; every request is taken back."""
    name, made = built
    with connected_to(name, django_db_blocker):
        yield made
        spool.close(spool.DISCLOSURES)
        take_disclosures()  # into this database, not into that of the next test
