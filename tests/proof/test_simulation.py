"""The simulation at the size of CI: ten thousand dossiers by the command, the trail intact, all of it removed; and the
bulk writer against the actions on three hundred."""

import json

import pytest

from tests.running import disposable
from tinhso.dossiers.tests.test_simulation import both_ways, differing, unprinted

pytestmark = pytest.mark.proof
__all__ = ["unprinted"]


def test_three_hundred_dossiers_are_written_as_the_actions_write_them(db: None, unprinted: None) -> None:
    bulk, acted, _log = both_ways(600, 300)

    assert len(acted["dossiers_dossier"]) == 300
    assert differing(bulk, acted) == []


def test_ten_thousand_dossiers_come_and_go_and_the_trail_stays_intact() -> None:
    with disposable() as running:
        running.up()
        began = running.tinhso("audit", "verify").returncode
        made = running.tinhso("simulate", "--persons", "18000", "--dossiers", "10000", "--sign-ins", "1")
        assert made.returncode == 0, made.stderr[-2000:]
        with running.database() as link:
            count = "SELECT (SELECT count(*) FROM people_person WHERE source = 'simulation'), count(*) FROM {}"
            assert link.execute(count.format("dossiers_dossier")).fetchone() == (18000, 10000)
        assert json.loads((running.home / "simulated-accounts.json").read_text())[0]["login"].startswith("mophong.")
        assert running.tinhso("audit", "verify").returncode == began == 0
        assert running.tinhso("simulate", "--remove").returncode == 0
        with running.database() as link:
            assert link.execute(count.format("dossiers_dossier")).fetchone() == (0, 0)
        assert running.tinhso("audit", "verify").returncode == 0
