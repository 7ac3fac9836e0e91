"""The bulk writer of the simulation against the actions, on dossiers of every fate; `TINHSO_EQUAL` says how many."""

import os

import pytest

from tinhso.dossiers.tests.test_simulation import both_ways, differing, unprinted

pytestmark = pytest.mark.proof
__all__ = ["unprinted"]

DOSSIERS = int(os.environ.get("TINHSO_EQUAL", "300"))


def test_dossiers_are_written_as_the_actions_write_them(db: None, unprinted: None) -> None:
    bulk, acted, _log = both_ways(2 * DOSSIERS, DOSSIERS)

    assert len(acted["dossiers_dossier"]) == DOSSIERS
    assert differing(bulk, acted) == []
