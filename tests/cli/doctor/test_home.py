"""The doctor finds what is broken in the home, says how to mend it, and finds nothing in a home that is well."""

import os
import pwd
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.doctor.asking import is_broken, is_well, with_settings
from tinhso.cli.doctoring import home
from tinhso.cli.doctoring.findings import Patient


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"debug": True}, "debug"),
        ({"sample": True}, "mẫu"),
        ({"production": False}, "tinhso init"),
    ],
)
def test_what_belongs_to_development(patient: Patient, change: dict[str, bool], word: str) -> None:
    is_well(home.configuration, patient)
    is_broken(home.configuration, Patient(replace(patient.here, **change)), word)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["secrets/django", "keys/files.master"])
def test_a_secret_that_others_may_read(patient: Patient, name: str) -> None:
    (patient.here.home / "keys" / "files.master").write_bytes(b"k" * 32)
    (patient.here.home / "keys" / "files.master").chmod(0o600)
    is_well(home.permissions, patient)
    (patient.here.home / name).chmod(0o644)
    is_broken(home.permissions, patient, "chmod 600", name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_service_must_not_hold_the_owner_s_password(patient: Patient) -> None:
    service = pwd.getpwnam("nobody")
    for name in ("django", "db-app", "second-factor"):
        os.chown(patient.here.home / "secrets" / name, service.pw_uid, -1)
    served = with_settings(patient, service={"user": "nobody"})
    (patient.here.home / "secrets" / "db-backup").write_text("given-by-the-database-s-keeper")
    (patient.here.home / "secrets" / "db-backup").chmod(0o600)
    is_well(home.permissions, served)
    os.chown(patient.here.home / "secrets" / "db-owner", service.pw_uid, -1)
    is_broken(home.permissions, served, "db-owner", "chown root")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_service_must_not_own_the_home(patient: Patient) -> None:
    """adduser makes it so: who owns the folder can put another config.toml, or other units, in the place of root's."""
    service = pwd.getpwnam("nobody")
    for name in ("django", "db-app", "second-factor"):
        os.chown(patient.here.home / "secrets" / name, service.pw_uid, -1)
    served = with_settings(patient, service={"user": "nobody"})
    is_well(home.permissions, served)
    os.chown(patient.here.home, service.pw_uid, -1)
    is_broken(home.permissions, served, str(patient.here.home), "chown root")


def test_a_full_disk(patient: Patient, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let the test mount a small disk")
    try:
        is_broken(home.disk, with_settings(patient, files={"folder": str(small)}), "GB", str(small))
    finally:
        subprocess.run(["umount", small], check=True)


def test_readings_that_nobody_takes(patient: Patient) -> None:
    is_well(home.spool, patient)
    folder = patient.here.home / "spool" / "disclosures"
    folder.mkdir(parents=True)
    line = folder / "node-1-x.jsonl"
    line.write_text("{}\n")
    is_well(home.spool, patient)
    os.utime(line, (time.time() - 1000, time.time() - 1000))
    is_broken(home.spool, patient, "tinhso-worker@1")


def test_static_files_that_nginx_cannot_read(patient: Patient) -> None:
    is_broken(home.static, patient, "tinhso upgrade")
    assets = patient.here.home / "static" / "assets"
    assets.mkdir(parents=True)
    (assets / "house-12345678.css").write_text("")
    assets.parent.chmod(0o755)
    assets.chmod(0o755)
    is_well(home.static, patient)
    assets.chmod(0o700)
    is_broken(home.static, patient, "chmod -R a+rX")
