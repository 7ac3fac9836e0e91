"""A node whose archiver runs on another machine: what the server itself knows of the copying."""

import dataclasses
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from tinhso.cli.backups.archive_slot import SLOT
from tinhso.cli.cluster import Cluster
from tinhso.kernel.operating import archive


@pytest.mark.django_db
def test_a_node_without_an_archiver_asks_the_server_that_keeps_log_for_it(tmp_path: Path, settings, cluster: Cluster):
    settings.HERE = dataclasses.replace(django_settings.HERE, home=tmp_path)
    assert not archive.archive().wanted
    with cluster.superuser() as link:
        link.execute("SELECT pg_create_physical_replication_slot(%s, true)", [archive.SLOT])
        try:
            read = archive.archive()
        finally:
            link.execute("SELECT pg_drop_replication_slot(%s)", [archive.SLOT])
    assert (read.wanted, read.until, read.behind, read.streaming, read.late) == (True, None, None, False, False)
    assert 0 <= read.kept < archive.KEPT_LIMIT


def test_the_slot_is_the_one_that_the_archiver_makes():
    assert archive.SLOT == SLOT
