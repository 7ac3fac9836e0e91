"""The release before this one, its own code and all, is run, filled and brought to this release by the book: what
people filed, what officials signed and what was sealed then is there, verifies and goes on."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.filing import MOTHER, agency_of, drafted, sign_in
from tests.proof.releases import checkout
from tests.proof.test_backup import submitted
from tests.running import Running, disposable, until
from tinhso.cli.touring.journey import Journey

pytestmark = pytest.mark.proof

KEPT = {
    "dossiers": "SELECT id, code, data::text, submitted_at FROM dossiers_dossier ORDER BY code",
    "accounts": "SELECT id, login, full_name, password FROM people_account ORDER BY login",
    "holdings": "SELECT id FROM vault_holding ORDER BY id",
    "seals": "SELECT number, signature FROM kernel_seal ORDER BY number",
    "trail": "SELECT id, created_at, act, subject FROM kernel_audit ORDER BY created_at, id",
    "disclosures": "SELECT id, created_at FROM kernel_disclosure ORDER BY created_at, id",
}


@dataclass
class Upgraded:
    """The home after the upgrade, and what was there before."""

    running: Running
    place: Path
    key: Path
    before: dict[str, list[tuple[object, ...]]]
    signed: bytes  #: the certificate that the old release issued
    waiting: str  #: a dossier that was filed and not yet received
    said: str


def read(database: psycopg.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {name: database.execute(query.encode()).fetchall() for name, query in KEPT.items()}


def run_old(folder: Path, running: Running, *words: str) -> None:
    """The old release's own `tinhso`."""
    done = subprocess.run(
        [folder / ".venv" / "bin" / "tinhso", *words],
        env=running.environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=1200,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def upgraded() -> Iterator[Upgraded]:
    """Run by the old code: a birth registered to the end and another one filed. Then `tinhso upgrade` of this code."""
    with (
        checkout() as old,
        tempfile.TemporaryDirectory(prefix="tinhso-") as name,
        disposable() as running,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        run_old(old, running, "up", "--detach")
        run_old(old, running, "tour", "--keep", str(folder / "tour.pdf"))
        with httpx.Client(base_url=running.url, timeout=60) as http:
            sign_in(http, running.accounts(), MOTHER)
            waiting = submitted(http, drafted(http, agency_of(http)))
        run_old(old, running, "audit", "seal")
        with running.database() as database:
            before = read(database)

        place, key = folder / "place", folder / "key"
        key.write_text("một câu dài không ai đoán được")
        words = ("--to", str(place), "--key-file", str(key))
        done = subprocess.run(
            [sys.executable, "-m", "tinhso.cli.main", "upgrade", *words],
            env=running.environment,
            capture_output=True,
            text=True,
            timeout=1800,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield Upgraded(running, place, key, before, (folder / "tour.pdf").read_bytes(), str(waiting), done.stdout)


def test_the_command_names_the_steps_and_the_new_version_serves_at_the_same_port(upgraded: Upgraded) -> None:
    assert "dossiers.0002_receipt" in upgraded.said
    assert f"Bản mới đang chạy ở cổng {upgraded.running.port}" in upgraded.said
    until(upgraded.running.ready, 120, "the new version serves")
    for pid in upgraded.running.processes("granian"):
        assert os.readlink(f"/proc/{pid}/cwd") == str(Path(__file__).resolve().parents[2]), "the old code serves"


def test_nothing_that_was_there_is_gone_or_changed(upgraded: Upgraded) -> None:
    with upgraded.running.database() as database:
        after = read(database)
    assert len(upgraded.before["dossiers"]) == 2
    assert upgraded.before["seals"]
    for name, rows in upgraded.before.items():
        assert rows == after[name][: len(rows)] if name in {"seals"} else set(rows) <= set(after[name]), name


def test_the_trail_and_its_seals_verify(upgraded: Upgraded) -> None:
    checked = upgraded.running.tinhso("audit", "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Nhật ký nguyên vẹn." in checked.stdout


def test_what_the_old_release_signed_is_genuine_and_in_force(upgraded: Upgraded) -> None:
    with httpx.Client(base_url=upgraded.running.url, timeout=60) as http:
        file = {"file": ("giay-khai-sinh.pdf", upgraded.signed, "application/pdf")}
        answer = http.post("/api/v1/verifications", files=file).json()
        assert (answer["valid"], answer["intact"], answer["trusted"]) == (True, True, True), answer
        assert [one["role"] for one in answer["signatures"]] == ["person", "seal"]
        sign_in(http, upgraded.running.accounts(), MOTHER)
        held = http.get("/api/v1/vault").json()["items"]
        assert len(held) == 1
        kept = http.get(f"/api/v1/vault/{held[0]['id']}/file")
        assert kept.content == upgraded.signed


class GoingOn(Journey):
    """The dossier that was filed before the upgrade is taken to its end after it."""

    def go(self) -> None:
        for step in (self.receive, self.propose, self.sign, self.seal, self.give_back):
            step()


def test_a_dossier_filed_before_is_received_signed_and_returned_after(upgraded: Upgraded) -> None:
    journey = GoingOn(upgraded.running.url, upgraded.running.home)
    journey.dossier = {"id": upgraded.waiting}
    journey.go()
    with upgraded.running.database() as database:
        numbers = database.execute("SELECT count(DISTINCT number) FROM dossiers_result").fetchone()
    assert numbers == (2,), "a number of the book was given twice"


def test_a_new_dossier_goes_all_the_way(upgraded: Upgraded) -> None:
    toured = upgraded.running.tinhso("tour")
    assert toured.returncode == 0, toured.stdout + toured.stderr


def test_the_backup_of_what_was_before_is_whole(upgraded: Upgraded) -> None:
    words = ("backup", "--to", str(upgraded.place), "--key-file", str(upgraded.key), "--verify")
    checked = upgraded.running.tinhso(*words)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "nguyên vẹn" in checked.stdout
