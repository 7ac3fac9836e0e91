"""What goes wrong on a machine is said in one sentence with its remedy, never as a traceback."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripts.bootstrap import NODE, node_path

from tinhso.cli.homes import free_port
from tinhso.cli.locks import held
from tinhso.config import ROOT

NOBODY = 65534


def tinhso(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TINHSO_")}
    command = [sys.executable, "-m", "tinhso.cli.main", *words]
    return subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, timeout=60)


def refused(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in said
    for word in words:
        assert word in said


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter (pytest's own is closed)."""
    with tempfile.TemporaryDirectory(prefix="tinhso-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_a_taken_port_names_another(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = tinhso("up", TINHSO_HOME=str(tmp_path), TINHSO_PORT=str(port))
    refused(done, f"Cổng {port}", f"TINHSO_PORT={port + 10} make up", "in use")


def test_detached_it_refuses_just_so(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = tinhso("up", "--detach", TINHSO_HOME=str(tmp_path), TINHSO_PORT=str(port))
    refused(done, f"Cổng {port}")


@pytest.mark.parametrize("home", ["/sys/tinhso", "/etc/hostname/tinhso"])
def test_a_home_that_cannot_be_written_asks_for_another(home):
    refused(tinhso("up", TINHSO_HOME=home, TINHSO_PORT=str(free_port())), "Không có quyền ghi", "TINHSO_HOME")


def test_a_clock_that_cannot_be_read_shows_an_example(tmp_path):
    done = tinhso("up", TINHSO_HOME=str(tmp_path), TINHSO_CLOCK="start:next tuesday", TINHSO_PORT=str(free_port()))
    refused(done, "start:2022-09-05T08:00")


@pytest.mark.parametrize("port", ["http", "70000"])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    refused(tinhso("up", TINHSO_HOME=str(tmp_path), TINHSO_PORT=port), "TINHSO_PORT", port)


def test_a_broken_configuration_names_its_file(tmp_path):
    (tmp_path / "config.toml").write_text("port = = 1\n")
    refused(tinhso("status", TINHSO_HOME=str(tmp_path)), "config.toml")


def test_a_small_disk_says_how_much_is_needed(open_folder):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", open_folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let the test mount a small disk")
    try:
        done = tinhso("up", TINHSO_HOME=str(open_folder), TINHSO_PORT=str(free_port()))
    finally:
        subprocess.run(["umount", open_folder], check=True)
    refused(done, "MB", "TINHSO_HOME")


def test_status_of_a_home_where_nothing_runs(tmp_path):
    done = tinhso("status", TINHSO_HOME=str(tmp_path))
    assert done.returncode == 3
    assert "dừng" in done.stdout


def test_a_tour_of_a_home_where_nothing_runs_says_how_to_start_it(tmp_path):
    refused(tinhso("tour", TINHSO_HOME=str(tmp_path)), "không chạy", "make up")


def test_what_stops_a_running_home_can_be_pasted_as_it_is_written(tmp_path):
    (tmp_path / "run").mkdir()
    with held(tmp_path, 1):
        done = tinhso("up", TINHSO_HOME=str(tmp_path), TINHSO_PORT=str(free_port()))
    refused(done, "đang chạy rồi")
    line = f"TINHSO_HOME={tmp_path} {sys.prefix}/bin/tinhso down"
    assert line in done.stderr
    assert subprocess.run(line.replace("down", "status"), shell=True, capture_output=True).returncode == 3


@pytest.mark.parametrize("word", ["down", "status"])
def test_make_in_a_clone_where_nothing_is_installed_says_what_comes_first(clone, word):
    shutil.copy(ROOT / "Makefile", clone)
    done = subprocess.run(["make", word], cwd=clone, capture_output=True, text=True)
    refused(done, "make up")


def bootstrap(clone: Path, *, user: int = 0, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the installer of a bare copy of the clone as a user; root may become one, others stay who they are."""
    become = (
        ["/usr/bin/setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        if user and os.geteuid() == 0
        else []
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "TINHSO_"))}
    command = [*become, "/usr/bin/python3", str(clone / "scripts" / "bootstrap.py")]
    return subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, timeout=120)


@pytest.fixture
def clone(open_folder: Path) -> Path:
    """What the installer needs of a clone, and nothing installed in it."""
    for name in ("scripts/bootstrap.py", "uv.lock", "pyproject.toml"):
        (open_folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, open_folder / name)
    return open_folder


@pytest.mark.parametrize(("sudo", "become"), [(True, "sudo sh -c"), (False, "su - -c")])
def test_without_root_missing_packages_are_one_line_to_paste(clone, sudo, become):
    programs = clone / "bin"
    programs.mkdir()
    (programs / "dpkg-query").write_text("#!/bin/sh\nexit 1\n")
    (programs / "dpkg-query").chmod(0o755)
    (clone / "build").mkdir(mode=0o777)
    (clone / "build").chmod(0o777)
    if sudo:
        (programs / "sudo").symlink_to("/bin/true")
    done = bootstrap(clone, user=NOBODY, PATH=str(programs))
    refused(done, "gói hệ thống", "python3-venv")
    assert done.stderr.splitlines()[-1].startswith(f"{become} 'apt-get update && ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write here")
def test_somebody_elses_clone_says_whose_right_is_missing(clone):
    refused(bootstrap(clone, user=NOBODY), "không có quyền ghi", str(clone))


def test_an_unreachable_registry_says_what_to_check(clone):
    unreachable = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": "/dev/null"}
    refused(bootstrap(clone, **unreachable), "kho gói không trả lời", "PIP_INDEX_URL")


@pytest.mark.parametrize(
    ("version", "own"), [("v18.20.4", True), ("v20.18.3", True), ("v20.19.0", False), ("v22.1.0", False)]
)
def test_a_node_too_old_for_vite_is_passed_over_for_one_of_our_own(open_folder, monkeypatch, version, own):
    machines = open_folder / "machine"
    machines.mkdir()
    for name in ("node", "npm"):
        (machines / name).write_text(f"#!/bin/sh\necho {version}\n")
        (machines / name).chmod(0o755)
    (open_folder / "node").mkdir()
    (open_folder / "node" / ".stamp").write_text(NODE)
    monkeypatch.setattr("scripts.bootstrap.BUILD", open_folder)
    monkeypatch.setenv("PATH", str(machines))
    assert (node_path() == f"{open_folder}/node/bin:{machines}") is own
    assert node_path().endswith(str(machines))
