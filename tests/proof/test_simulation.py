"""The bulk writer of the simulation against the actions, on sixty dossiers of every fate."""

import pytest

from tinhso.dossiers.tests.test_simulation import both_ways, differing, unprinted

pytestmark = pytest.mark.proof
__all__ = ["unprinted"]


def test_sixty_dossiers_are_written_as_the_actions_write_them(db: None, unprinted: None) -> None:
    bulk, acted, _log = both_ways(120, 60)

    assert len(acted["dossiers_dossier"]) == 60
    assert differing(bulk, acted) == []
