"""A running instance is backed up while people file, killed while it is, and comes back in another home: all that was
acknowledged before the recovery point, nothing half, nothing changed unseen."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from tests.filing import MOTHER, agency_of, drafted, sign_in
from tests.running import Running, disposable, until
from tinhso.cli.backups.manifest import stamps
from tinhso.cli.homes import free_port

pytestmark = pytest.mark.proof

SENDERS = 24
DRAFTS = 48
LEAST_IN_FLIGHT = 20
PASSPHRASE = "một câu dài không ai đoán được"


@dataclass
class Backed:
    """A running instance and the place of its backups."""

    running: Running
    place: Path
    key: Path
    folder: Path  #: for homes to restore into

    def command(self, word: str, *more: str) -> list[str]:
        return [sys.executable, "-m", "tinhso.cli.main", word, *more, "--key-file", str(self.key)]

    def run(self, word: str, *more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(word, *more), env=self.running.environment, capture_output=True, text=True, timeout=120
        )

    def backup(self, *more: str) -> "subprocess.CompletedProcess[str]":
        return self.run("backup", "--to", str(self.place), *more)

    def restore(self, name: str, *more: str) -> Path:
        """Restore into a new home and see that its own checks find nothing wrong."""
        done = self.run("restore", "--from", str(self.place), "--to", str(self.folder / name), *more)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Nguyên vẹn." in done.stdout
        return self.folder / name

    def stamps(self) -> list[str]:
        return stamps(self.place)

    def kept_until(self) -> datetime:
        """What `tinhso backup --list` says of the log, by its file."""
        listed = (self.place / "wal" / "until.json").read_text()
        return datetime.fromisoformat(listed.partition('until\\": \\"')[2].partition("\\")[0])

    @contextmanager
    def started(self, command: list[str]) -> Iterator["subprocess.Popen[str]"]:
        process = subprocess.Popen(
            command,
            env=self.running.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def backed() -> Iterator[Backed]:
    """An instance with one issued certificate whose log is copied continuously."""
    with tempfile.TemporaryDirectory(prefix="tinhso-") as name, disposable() as running:  # its archiver writes there
        folder = Path(name)
        folder.chmod(0o755)
        running.up()
        key = folder / "key"
        key.write_text(PASSPHRASE + "\n")
        one = Backed(running, folder / "place", key, folder)
        toured = running.tinhso("tour")
        assert toured.returncode == 0, toured.stdout + toured.stderr
        done = one.backup("--continuous")
        assert done.returncode == 0, done.stdout + done.stderr
        until(lambda: (one.place / "wal" / "until.json").exists(), 60, "the log is copied")
        yield one


@pytest.fixture(scope="module")
def http(backed: Backed) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=SENDERS, max_keepalive_connections=0)
    with httpx.Client(base_url=backed.running.url, timeout=60, limits=limits) as client:
        sign_in(client, backed.running.accounts(), MOTHER)
        yield client


def submitted(http: httpx.Client, draft: UUID) -> UUID:
    answer = http.post(f"/api/v1/drafts/{draft}/submit", headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


def run_at(home: Path) -> Running:
    """A restored home, to be run at another port."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TINHSO_", "DJANGO_"))}
    port = free_port()
    return Running(home, port, {**kept, "TINHSO_HOME": str(home), "TINHSO_PORT": str(port)})


@contextmanager
def serving(home: Path) -> Iterator[Running]:
    running = run_at(home)
    running.up()
    try:
        yield running
    finally:
        running.tinhso("down")
        until(lambda: not running.processes(), 20, "everything of the restored home has ended")


def finished(backed: Backed) -> datetime:
    """The earliest instant that the last backup can be brought to, as it says itself."""
    said = json.loads((backed.place / backed.stamps()[-1] / "manifest.json").read_text())
    return datetime.fromisoformat(said["finished"])


def dossiers_in(database: psycopg.Connection) -> set[UUID]:
    return {row[0] for row in database.execute("SELECT id FROM dossiers_dossier")}


def test_submits_in_flight_during_a_backup_are_in_it_when_they_were_acknowledged_before_its_end(
    backed: Backed, http: httpx.Client
):
    agency = agency_of(http)
    with ThreadPoolExecutor(4) as pool:
        drafts = list(pool.map(lambda _number: drafted(http, agency), range(DRAFTS)))
    flying, most, acknowledged = 0, 0, dict[UUID, datetime]()
    lock = threading.Lock()

    def send(draft: UUID) -> None:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        dossier = submitted(http, draft)
        with lock:
            flying -= 1
            acknowledged[dossier] = datetime.now(UTC)

    with ThreadPoolExecutor(SENDERS) as pool:
        sent = [pool.submit(send, draft) for draft in drafts]
        until(lambda: most >= LEAST_IN_FLIGHT, 60, "many in flight")
        done = backed.backup()
    for one in sent:
        one.result()
    assert done.returncode == 0, done.stdout + done.stderr

    point = finished(backed)
    until(lambda: backed.kept_until() > point, 60, "the log up to here is copied")
    home = backed.restore("in-flight", "--backup", backed.stamps()[-1], "--at", point.isoformat())
    before = {dossier for dossier, at in acknowledged.items() if at < point}
    assert before, "the backup ended before anything was acknowledged"
    with serving(home) as restored, restored.database() as database:
        assert before <= dossiers_in(database)


def test_brought_to_an_instant_it_has_what_came_before_and_not_what_came_after(backed: Backed, http: httpx.Client):
    agency = agency_of(http)
    early = submitted(http, drafted(http, agency))
    point = datetime.now(UTC)
    late = submitted(http, drafted(http, agency))
    backed.running.tinhso("audit", "seal")
    after = datetime.now(UTC)
    until(lambda: backed.kept_until() > after, 60, "the later one is copied")

    home = backed.restore("instant", "--at", point.isoformat())
    with serving(home) as restored:
        with restored.database() as database:
            there = dossiers_in(database)
        assert early in there
        said = (home / "postgres" / "server.log").read_text()
        assert late not in there, f"{point} {[line for line in said.splitlines() if 'recovery' in line]}"
        with httpx.Client(base_url=restored.url, timeout=60) as client:
            sign_in(client, restored.accounts(), MOTHER)
            next_one = submitted(client, drafted(client, agency))
        assert next_one not in there
        sealed = restored.tinhso("audit", "seal")
        assert sealed.returncode == 0, sealed.stdout + sealed.stderr
        checked = restored.tinhso("audit", "verify")
        assert checked.returncode == 0, checked.stdout
    assert list((home / "seals").glob("*.aside")), "the seal made after the instant is set aside, not lost"


def test_an_instant_outside_the_archive_is_refused_with_the_nearest_one(backed: Backed):
    too_late = backed.run(
        "restore", "--from", str(backed.place), "--to", str(backed.folder / "x"), "--at", "2099-01-01T00:00:00+07:00"
    )
    too_early = backed.run(
        "restore", "--from", str(backed.place), "--to", str(backed.folder / "x"), "--at", "2020-01-01T00:00:00+07:00"
    )
    assert (too_late.returncode, too_early.returncode) == (1, 1)
    assert "Nhật ký ghi chỉ đủ đến" in too_late.stderr
    assert "sớm nhất" in too_early.stderr
    assert not (backed.folder / "x").exists()


def test_a_home_with_data_is_never_written_over(backed: Backed):
    done = backed.run("restore", "--from", str(backed.place), "--to", str(backed.running.home))
    assert done.returncode == 1
    assert "không ghi đè" in done.stderr
    assert backed.running.ready()


def _half_written(backed: Backed) -> Callable[[], bool]:
    return lambda: any(
        path.stat().st_size > 100_000 for path in backed.place.glob(".making-*/.database.enc.*.new") if path.exists()
    )


def test_a_backup_killed_half_way_is_none_and_the_next_one_is_whole(backed: Backed):
    before = backed.stamps()
    with backed.started(backed.command("backup", "--to", str(backed.place))) as process:
        until(_half_written(backed), 60, "half of the database is written")
        process.kill()
        assert process.wait() == -9
    assert backed.stamps() == before
    assert list(backed.place.glob(".making-*")), "the kill came too late to leave anything"
    assert backed.backup().returncode == 0
    assert len(backed.stamps()) == len(before) + 1
    assert not list(backed.place.glob(".making-*"))


def test_a_restore_killed_half_way_leaves_nothing_under_its_name_and_can_be_run_again(backed: Backed):
    target = backed.folder / "killed"
    words = ("restore", "--from", str(backed.place), "--to", str(target))
    with backed.started(backed.command(*words)) as process:
        staged = backed.folder / ".killed.restoring"
        until(lambda: (staged / "postgres" / "postmaster.pid").exists(), 60, "its database runs")
        process.kill()
        assert process.wait() == -9
    assert not target.exists()
    assert backed.restore("killed") == target
    assert not staged.exists()


def test_a_database_killed_during_a_backup_makes_no_backup_and_a_clear_sentence(backed: Backed):
    before = backed.stamps()
    with backed.started(backed.command("backup", "--to", str(backed.place))) as process:
        until(_half_written(backed), 60, "half of the database is written")
        backed.running.kill(backed.running.postmaster)
        said = process.communicate(timeout=60)
    assert process.returncode == 1, said
    assert "Cơ sở dữ liệu ngừng trả lời" in said[1]
    assert "Traceback" not in said[1]
    assert backed.stamps() == before
    until(backed.running.ready, 60, "the database is back")
    done = backed.backup()
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_so_many_backups_are_kept_and_the_oldest_kept_one_still_restores(backed: Backed):
    done = backed.backup("--keep", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    kept = backed.stamps()
    assert len(kept) == 2
    assert backed.backup("--verify", kept[0]).returncode == 0
    backed.restore("oldest", "--backup", kept[0])


def test_a_disk_that_is_full_leaves_no_half_backup(backed: Backed):
    small = backed.folder / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let the test mount a small disk")
    try:
        done = backed.run("backup", "--to", str(small / "place"))
        left = [path.name for path in (small / "place").iterdir()]
    finally:
        subprocess.run(["umount", small], check=True)
    assert done.returncode == 1
    assert "đã đầy" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [name for name in left if name[0].isdigit() or name.startswith(".making")]


@pytest.mark.parametrize("what", ["database", "home", "content", "log"])
def test_one_flipped_byte_is_found_and_named(backed: Backed, what: str):
    stamp = backed.stamps()[-1]
    path = {
        "database": backed.place / stamp / "database.enc",
        "home": backed.place / stamp / "home.enc",
        "content": next((backed.place / "files").glob("*/*")),
        "log": sorted((backed.place / "wal").glob("0*.enc"))[-1],
    }[what]
    name = str(path.relative_to(backed.place)).removesuffix(".enc")
    whole = path.read_bytes()
    at = len(whole) // 2
    backed.running.tinhso("backup", "--no-continuous")
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    try:
        done = backed.backup("--verify")
    finally:
        path.write_bytes(whole)
    assert done.returncode == 1
    faults = [line.strip() for line in done.stdout.splitlines() if line.startswith("  ")]
    assert [fault.partition(":")[0] for fault in faults] == [name]
    if what != "content":
        first, last = faults[0].rpartition("byte ")[2].split("–")
        assert int(first) <= at <= int(last)
    assert backed.backup("--verify").returncode == 0
