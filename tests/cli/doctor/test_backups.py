"""The doctor finds what is wrong with the backups, says how to mend it, and finds nothing in a home that is well."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.doctor.asking import is_broken, is_well, with_settings
from tests.cli.test_backup_place import MANIFEST, PASSPHRASE
from tinhso.cli.backups import archive
from tinhso.cli.backups.manifest import write_manifest
from tinhso.cli.backups.place import Place, make_place
from tinhso.cli.backups.taking import stamp_of
from tinhso.cli.doctoring import home
from tinhso.cli.doctoring.findings import Patient
from tinhso.kernel import clock


def backed_up(place: Place, age: timedelta) -> None:
    """A backup that ended that long ago, as `tinhso backup` notes it."""
    at = clock.real() - age
    stamp = stamp_of(at)
    (place.folder / stamp).mkdir()
    write_manifest(place, place.folder / stamp, replace(MANIFEST, stamp=stamp, finished=at.isoformat()))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "backup.key").write_text(PASSPHRASE)
    return make_place(tmp_path / "backups", PASSPHRASE)


@pytest.fixture
def kept(patient: Patient, place: Place, tmp_path: Path) -> Patient:
    return with_settings(patient, backup={"to": str(place.folder), "key_file": str(tmp_path / "backup.key")})


def test_no_backup_and_an_old_one(patient: Patient, kept: Patient, place: Place) -> None:
    is_broken(home.backup, patient, "--key-file")
    is_broken(home.backup, kept, "tinhso backup")
    backed_up(place, timedelta(hours=27))
    is_broken(home.backup, kept, "27 giờ", "tinhso-backup.timer")
    backed_up(place, timedelta(hours=25))
    is_well(home.backup, kept)


def test_an_old_backup_is_not_young_because_its_files_were_copied(kept: Patient, place: Place) -> None:
    backed_up(place, timedelta(days=3))
    for file in place.folder.rglob("manifest.*"):
        os.utime(file)
    is_broken(home.backup, kept, "72 giờ")


def test_a_backup_that_somebody_changed_or_cannot_be_opened(kept: Patient, place: Place, tmp_path: Path) -> None:
    backed_up(place, timedelta(hours=27))
    manifest = next(place.folder.glob("*/manifest.json"))
    manifest.write_text(manifest.read_text().replace("T", "t", 1))
    is_broken(home.backup, kept, "manifest.json")
    (tmp_path / "backup.key").write_text("một mật khẩu khác hẳn")
    is_broken(home.backup, kept, "tệp khóa của chính nơi sao lưu này")
    (tmp_path / "backup.key").unlink()
    is_broken(home.backup, kept, "backup.key")


def test_a_log_that_is_no_longer_copied(kept: Patient, place: Place) -> None:
    backed_up(place, timedelta(hours=1))
    copying = with_settings(kept, backup={"continuous": 1})
    is_well(home.backup, kept)
    is_broken(home.backup, copying, "tinhso-archiver")
    (place.folder / "wal").mkdir()
    archive.write_until(place, clock.real() - timedelta(minutes=10))
    is_broken(home.backup, copying, "journalctl -u tinhso-archiver")
    archive.write_until(place, clock.real())
    is_well(home.backup, copying)
