"""A restored server counts as up when its log has been replayed, not when the replay has begun."""

import tempfile
from pathlib import Path

import pytest

from tinhso.cli.backups.restoring import home_at
from tinhso.cli.cluster import Cluster

pytestmark = pytest.mark.proof


def test_a_slow_replay_is_waited_for() -> None:
    with tempfile.TemporaryDirectory(prefix="tinhso-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o755)
        cluster = Cluster(home_at(home, "tinhso"))
        try:
            cluster.start()
            cluster.stop()
            assert cluster.recover({"restore_command": "sleep 2; false"})
            with cluster.superuser() as link:
                assert link.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
        finally:
            cluster.stop()
