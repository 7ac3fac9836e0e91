"""`tinhso tour` goes all the way, over HTTP only: on today's two-tier province, and in 2022 with three tiers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import Live
from tinhso.cli.touring.client import StepFailed
from tinhso.cli.touring.journey import LEADER, Journey
from tinhso.config import ROOT, instance

pytestmark = pytest.mark.proof


def test_the_tour_ends_with_a_verified_document_and_one_more_dossier(live: Live, tmp_path: Path) -> None:
    kept = tmp_path / "tour.pdf"
    journey = Journey(live.url, instance().home, kept)
    journey.go()
    assert kept.read_bytes().startswith(b"%PDF-")
    assert journey.anyone.get("/counts/dossiers")["count"] >= journey.before + 1


def test_a_step_that_fails_is_named(live: Live) -> None:
    journey = Journey(live.url, instance().home)
    account = journey.accounts[LEADER]
    journey.accounts[LEADER] = type(account)(account.login, "sai-mat-khau", account.who)
    with pytest.raises(StepFailed, match="/sessions"):
        journey.go()


def test_the_three_tiers_of_2022_are_toured_in_an_instance_of_its_own(tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TINHSO_")}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tinhso.cli.main",
            "tour",
            "--on",
            "2022-09-05T08:00",
            "--keep",
            str(tmp_path / "t.pdf"),
        ],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ủy ban nhân dân xã Hòn Tre" in done.stdout
    assert re.search(r"Hồ sơ H33\.912\.31108-220905-0001", done.stdout)
    assert (tmp_path / "t.pdf").read_bytes().startswith(b"%PDF-")
