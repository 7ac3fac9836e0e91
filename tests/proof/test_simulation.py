"""The simulation: three hundred dossiers as the actions write them; ten thousand in a trial home, and away again."""

import psycopg
import pytest

from tests.running import Running, disposable
from tinhso.dossiers.tests.test_simulation import both_ways, differing, unprinted

pytestmark = pytest.mark.proof
__all__ = ["unprinted"]

#: What must be as before when everything simulated is gone; the trail keeps what happened.
EMPTY_AGAIN = ("people_person", "people_account", "dossiers_dossier", "dossiers_paper", "dossiers_step")


def test_three_hundred_dossiers_are_written_as_the_actions_write_them(db: None, unprinted: None) -> None:
    bulk, acted, _log = both_ways(600, 300)

    assert len(acted["dossiers_dossier"]) == 300
    assert differing(bulk, acted) == []


def counted(link: psycopg.Connection) -> dict[str, int]:
    return {table: link.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in EMPTY_AGAIN}  # type: ignore[index,arg-type]


def intact(trial: Running) -> None:
    verified = trial.tinhso("audit", "verify", patience=600)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_ten_thousand_dossiers_are_written_sealed_and_taken_away() -> None:
    with disposable() as trial:
        trial.up()
        with trial.database() as link:
            before = counted(link)
            made = trial.tinhso("simulate", "--persons", "20000", "--dossiers", "10000", "--seed", "3", patience=1500)
            assert made.returncode == 0, made.stdout + made.stderr
            after = counted(link)
            assert after["dossiers_dossier"] - before["dossiers_dossier"] == 10_000
            assert after["people_person"] - before["people_person"] == 20_000
            intact(trial)
            assert trial.ready()
            gone = trial.tinhso("simulate", "--remove", patience=1500)
            assert gone.returncode == 0, gone.stdout + gone.stderr
            assert counted(link) == before
            intact(trial)
