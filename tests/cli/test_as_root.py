"""What root does in a home whose folders belong to the service: the service may have put links there."""

import os
import pwd
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.test_refusals import refused, tinhso
from tests.production_home import a_home
from tinhso.cli.installing.rendering import SOURCE, words_of
from tinhso.cli.installing.renewing import next_steps
from tinhso.cli.installing.writing import hand_over
from tinhso.cli.preparation import appended
from tinhso.cli.refusal import Refusal
from tinhso.cli.serve import GRACE, TAKEOVER, longest_stop
from tinhso.cli.supervisor import HOPELESS, Supervisor
from tinhso.config import Database, Instance


@pytest.fixture
def here(tmp_path: Path) -> Instance:
    tmp_path.chmod(0o755)
    return a_home(tmp_path, Database("127.0.0.1", 9, "tinhso", tmp_path / "none"), "mot-mat-khau-dai-9Xq2-mot")


@pytest.mark.parametrize("kind", ["symlink", "hard link", "pipe"])
def test_a_step_s_log_is_not_written_into_what_the_service_put_in_its_place(here: Instance, kind: str) -> None:
    victim, log = here.home.parent / "victim", here.home / "logs" / "prepare.out"
    victim.write_text("as it was")
    match kind:
        case "symlink":
            log.symlink_to(victim)
        case "hard link":
            log.hardlink_to(victim)
        case "pipe":
            os.mkfifo(log)
    for _step in range(2):  # an honest log is added to
        with appended(log) as file:
            file.write("a step\n")
    assert victim.read_text() == "as it was"
    assert not log.is_symlink()
    assert log.read_text() == "a step\na step\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_handing_the_home_over_gives_away_no_file_that_a_link_points_to(here: Instance) -> None:
    victim, folder = here.home.parent / "victim", here.home.parent / "folder"
    victim.write_text("root's")
    folder.mkdir()
    (folder / "inside").write_text("root's")
    (here.home / "logs" / "link").symlink_to(victim)
    (here.home / "files" / "deep").mkdir()
    (here.home / "files" / "deep" / "link").symlink_to(folder)
    (here.home / "files" / "deep" / "own").write_text("the service's")
    (here.home / "static").mkdir()
    hand_over(here, pwd.getpwnam("nobody"))
    owners = {path: path.stat().st_uid for path in (victim, folder, folder / "inside")}
    assert set(owners.values()) == {0}, owners
    assert (here.home / "files" / "deep" / "own").owner() == "nobody"


# -- a further node -----------------------------------------------------------------------------------------------


def joined(like: Path, home: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    return tinhso("init", "--production", "--like", str(like), "--home", str(home), "--node", "web2", *more)


def test_a_node_made_like_a_copy_does_not_keep_its_files_in_the_copy(here: Instance) -> None:
    """The first home names no shared folders: its files lie in itself, and a copy of it is not them."""
    second = here.home.parent / "second"
    refused(joined(here.home, second), "--shared")
    assert not second.exists()


def test_a_shared_folder_that_is_not_mounted_is_named(here: Instance) -> None:
    second, nowhere = here.home.parent / "second", here.home.parent / "nfs"
    refused(joined(here.home, second, "--shared", str(nowhere)), str(nowhere / "files"))
    assert not second.exists()


# -- what is printed and rendered ---------------------------------------------------------------------------------


def test_the_doctor_is_called_last(here: Instance) -> None:
    """He looks at pages through nginx: its file must be there."""
    steps = next_steps(here, Path("/deploy"), "cp nginx").splitlines()
    assert steps.index("cp nginx") == len(steps) - 2
    assert steps[-1].endswith("tinhso doctor")


@pytest.mark.parametrize("processes", [1, 4, 16])
def test_a_stop_in_the_middle_of_a_reload_is_waited_for(here: Instance, processes: int) -> None:
    """Granian ends a reload before it stops: each process stands beside its successor, then has its grace; then all of
    the new ones have theirs."""
    many = replace(here, settings={**here.settings, "web": {"workers": processes}})
    reload = sum(TAKEOVER + GRACE for _process in range(processes))
    assert longest_stop(many) > reload + GRACE
    assert words_of(many)["STOP"] == str(longest_stop(many))
    assert "\nTimeoutStopSec=@STOP@\n" in (SOURCE / "systemd" / "tinhso-web.service").read_text()


def test_a_reader_who_has_seen_enough_gets_no_complaint(tmp_path: Path) -> None:
    """`tinhso status | head -1`"""
    words = [sys.executable, "-m", "tinhso.cli.main", "status"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TINHSO_")}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        words, env={**kept, "TINHSO_HOME": str(tmp_path)}, stdout=writing, stderr=subprocess.PIPE, timeout=60
    )
    os.close(writing)
    assert (done.stderr, done.returncode) == (b"", 141)


class Dying(Supervisor):
    """Its web process ends as soon as it begins."""

    def _web_command(self) -> list[str]:
        return ["false"]

    def _worker_command(self) -> list[str]:
        return ["sleep", "600"]


def test_up_gives_up_on_what_keeps_dying_and_not_because_it_is_slow(
    here: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinhso.cli.processes.LONGEST_PAUSE", 0.2)
    supervisor = Dying(here)
    supervisor.start()
    try:
        with pytest.raises(Refusal, match="web"):
            supervisor.wait_until_ready(600)
        assert supervisor.child("web").restarts == HOPELESS
    finally:
        supervisor.stop()
