"""Ten thousand simulated dossiers in a trial home: written, sealed, and taken away again."""

import psycopg
import pytest

from tests.running import Running, disposable

pytestmark = pytest.mark.proof

#: What must be as before when everything simulated is gone; the trail keeps what happened.
EMPTY_AGAIN = ("people_person", "people_account", "dossiers_dossier", "dossiers_paper", "dossiers_step")


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
