"""The backup place: closed without its passphrase, and every change in it seen."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.test_refusals import refused, tinhso
from tinhso.cli.backups import archive
from tinhso.cli.backups.house import held
from tinhso.cli.backups.manifest import Manifest, read_manifest, shortfalls, write_manifest
from tinhso.cli.backups.place import Damaged, Place, make_place, open_place
from tinhso.cli.backups.pool import Pool
from tinhso.cli.backups.restoring import _forget_old_machine
from tinhso.cli.refusal import Refusal
from tinhso.config import Database, Instance
from tinhso.kernel.cipher import PIECE

PASSPHRASE = "một câu dài không ai đoán được"
MANIFEST = Manifest(
    stamp="20261125T030000Z",
    version="0.1.0",
    postgres=15,
    database="tinhso",
    started="2026-11-25T03:00:00+00:00",
    finished="2026-11-25T03:01:00+00:00",
    first_segment="0000000100000000000000FE",
    last_segment="0000000100000000000000FF",
    migrations=["kernel.0001_initial"],
    before={"dossiers": 3},
    after={"dossiers": 4},
    files=0,
    bytes=0,
    objects=[],
)


@pytest.fixture
def made(tmp_path: Path) -> Place:
    return make_place(tmp_path / "place", PASSPHRASE)


def read(opened: Place, path: Path, name: str) -> bytes:
    return b"".join(opened.read(path, name))


def test_logs_and_dropped_messages_are_not_carried(tmp_path: Path):
    """nginx's log of a production home changes with every request: it would be copied whole every two seconds."""
    for name in ("nginx/access.log", "logs/web.jsonl", "sms/1.txt", "keys/files.master", "deploy/logrotate.conf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    home = Instance(tmp_path, 1, Database("", 1, "", tmp_path / "postgres"), False, False, tmp_path, {})
    assert [one.name for one in held(home)] == ["deploy/logrotate.conf", "keys/files.master"]


def test_it_opens_with_its_passphrase_only(made: Place):
    assert open_place(made.folder, PASSPHRASE) == made
    with pytest.raises(Refusal, match="not the passphrase"):
        open_place(made.folder, PASSPHRASE + "!")


def test_a_short_passphrase_is_refused_before_anything_is_written(tmp_path: Path):
    with pytest.raises(Refusal, match="12"):
        make_place(tmp_path / "place", "ngắn")
    assert not (tmp_path / "place").exists()


def test_a_folder_with_other_files_is_not_taken(tmp_path: Path):
    (tmp_path / "anh.jpg").write_bytes(b"x")
    with pytest.raises(Refusal, match="empty folder"):
        make_place(tmp_path, PASSPHRASE)


def test_neither_content_nor_any_key_lies_there_in_the_clear(made: Place):
    made.write(made.folder / "a.enc", "a", iter([b"mat khau co so du lieu"]))
    kept = b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    for secret in (b"mat khau co so du lieu", made.key, made.key.hex().encode(), PASSPHRASE.encode()):
        assert secret not in kept


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(0, 3 * PIECE), at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found_where_it_is(made: Place, size: int, at: float, bit: int):
    path = made.folder / "a.enc"
    made.write(path, "a", iter([os.urandom(size)]))
    whole = bytearray(path.read_bytes())
    where = int(at * len(whole))
    whole[where] ^= 1 << bit
    path.write_bytes(whole)
    with pytest.raises(Damaged) as damage:
        read(made, path, "a")
    first, last = damage.value.where.removeprefix("byte ").split("–")
    assert int(first) <= where <= int(last)


def test_an_object_cut_short_is_damaged(made: Place):
    path = made.folder / "a.enc"
    made.write(path, "a", iter([os.urandom(2 * PIECE)]))
    path.write_bytes(path.read_bytes()[: -PIECE - 16])
    with pytest.raises(Damaged):
        read(made, path, "a")


def test_an_object_cannot_pass_for_another_one(made: Place):
    """The database of last week under the name of today's."""
    made.write(made.folder / "a.enc", "monday/database", iter([b"old"]))
    with pytest.raises(Damaged):
        read(made, made.folder / "a.enc", "tuesday/database")


def test_a_full_disk_says_so_and_leaves_nothing_half(tmp_path: Path):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let the test mount a small disk")
    try:
        made = make_place(tmp_path / "place", PASSPHRASE)
        with pytest.raises(Refusal, match="is full"):
            made.write(made.folder / "a.enc", "a", iter([os.urandom(PIECE)] * 32))
        assert sorted(path.name for path in made.folder.iterdir()) == ["place.json"]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_two_backups_at_once_are_refused(made: Place):
    with made.alone(), pytest.raises(Refusal, match="under way"), made.alone():
        pass


def test_a_manifest_that_somebody_wrote_is_not_believed(made: Place):
    folder = made.folder / MANIFEST.stamp
    folder.mkdir()
    write_manifest(made, folder, MANIFEST)
    assert read_manifest(made, MANIFEST.stamp) == MANIFEST
    said = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(said.replace('"dossiers": 3', '"dossiers": 2'))
    with pytest.raises(Damaged, match="manifest"):
        read_manifest(made, MANIFEST.stamp)


def test_a_restore_with_less_than_was_there_says_of_what():
    assert shortfalls(MANIFEST, {"dossiers": 3}) == []
    assert shortfalls(MANIFEST, {"dossiers": 2}) == ["Hồ sơ: 2 < 3"]


# -- contents


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "files" / "ab").mkdir(parents=True)
    (tmp_path / "files" / "ab" / "abc-1").write_bytes(b"one")
    return tmp_path / "files"


def test_a_content_is_copied_once_and_the_next_backup_names_it_again(made: Place, home: Path):
    [first] = Pool(made.folder).take(home)
    copied = (made.folder / "files" / "ab" / "abc-1").stat()
    (home / "ab" / "abd-2").write_bytes(b"two")
    there = Pool(made.folder).take(home)
    assert [copy.path for copy in there] == ["ab/abc-1", "ab/abd-2"]
    assert there[0] == first
    assert (made.folder / "files" / "ab" / "abc-1").stat().st_ino == copied.st_ino
    assert copied.st_ino != (home / "ab" / "abc-1").stat().st_ino, "a copy, not a link"


def test_a_copy_whose_line_was_cut_off_by_a_crash_is_made_again(made: Place, home: Path):
    Pool(made.folder).take(home)
    ledger = made.folder / "files.ledger"
    ledger.write_bytes(ledger.read_bytes()[:-5])
    (made.folder / "files" / "ab" / "abc-1").write_bytes(b"torn")
    [copy] = Pool(made.folder).take(home)
    Pool(made.folder).check(copy)
    assert (made.folder / "files" / "ab" / "abc-1").read_bytes() == b"one"


def test_an_erased_content_goes_with_the_last_backup_that_names_it(made: Place, home: Path):
    pool = Pool(made.folder)
    [copy] = pool.take(home)
    (home / "ab" / "abc-1").unlink()
    later = (made.folder / "files" / copy.path).stat().st_mtime + 1
    assert pool.drop_unnamed({copy.path}, home, later) == 0
    assert pool.drop_unnamed(set(), home, later - 10) == 0, "an unfinished backup may still name it"
    assert pool.drop_unnamed(set(), home, later) == 1
    assert not (made.folder / "files" / copy.path).exists()


# -- the log


def test_the_share_of_an_erased_content_goes_at_once_whichever_backups_name_it(made: Place, home: Path):
    blob = "019abcde-0000-7000-8000-0000000000fe"
    share = home / "keys" / "fe" / blob
    share.parent.mkdir(parents=True)
    share.write_bytes(b"s" * 32)
    pool = Pool(made.folder)
    there = {copy.path for copy in pool.take(home)}
    assert f"keys/fe/{blob}" in there

    assert pool.forget({blob, "019abcde-0000-7000-8000-000000000001"}) == 1

    assert not (made.folder / "files" / "keys" / "fe" / blob).exists()
    assert Pool(made.folder).forgotten() == {f"keys/fe/{blob}"}


def test_a_share_that_is_only_missing_is_kept(made: Place, home: Path):
    blob = "019abcde-0000-7000-8000-0000000000fe"
    share = home / "keys" / "fe" / blob
    share.parent.mkdir(parents=True)
    share.write_bytes(b"s" * 32)
    Pool(made.folder).take(home)
    share.unlink()

    pool = Pool(made.folder)
    pool.take(home)
    pool.forget(set())

    assert (made.folder / "files" / "keys" / "fe" / blob).exists()


def segments(made: Place, *names: str) -> None:
    where = archive.folder_of(made.folder)
    where.mkdir(exist_ok=True)
    for name in names:
        (where / f"{name}.enc").touch()


def test_the_log_is_used_up_to_its_first_gap(made: Place):
    """After segment FF of one log file comes 00 of the next."""
    names = ["0000000100000000000000FF", "000000010000000100000000", "000000010000000100000001.partial"]
    segments(made, "0000000100000000000000FD", *names)
    assert [one.name for one in archive.usable(made.folder, MANIFEST)] == names
    assert archive.gap(made.folder, MANIFEST) is None
    segments(made, "000000010000000100000003")
    assert [one.name for one in archive.usable(made.folder, MANIFEST)] == names
    assert archive.gap(made.folder, MANIFEST) == "000000010000000100000003"


def test_a_log_that_begins_after_the_backup_cannot_bring_it_further(made: Place):
    segments(made, "000000010000000100000001")
    assert archive.usable(made.folder, MANIFEST) == []
    joined = replace(MANIFEST, last_segment="000000010000000100000000")
    assert len(archive.usable(made.folder, joined)) == 1


def test_a_partial_segment_stands_back_for_the_whole_one(made: Place):
    segments(made, "0000000100000000000000FF", "0000000100000000000000FF.partial")
    assert [one.name for one in archive.segments(made.folder)] == ["0000000100000000000000FF"]


# -- what the commands refuse


def test_a_restored_home_forgets_folders_and_ports_of_the_old_machine(tmp_path: Path):
    (tmp_path / "config.toml").write_text(
        'port = 8000\nsample = false\n[database]\nport = 9\nname = "tinhso"\n[seals]\nfolder = "/mnt/seals"\n'
        '[backup]\nto = "/mnt/backup"\ncontinuous = 1\n[site]\nurl = "https://vidu.vn"\n'
    )
    _forget_old_machine(tmp_path)
    assert (tmp_path / "config.toml").read_text() == (
        'sample = false\n[database]\nname = "tinhso"\n[seals]\n[site]\nurl = "https://vidu.vn"\n'
    )


def test_without_a_passphrase_nobody_is_asked_in_a_script(tmp_path: Path):
    home, to = str(tmp_path / "home"), str(tmp_path / "place")
    refused(tinhso("backup", "--to", to, TINHSO_HOME=home), "--key-file")


def test_a_place_within_the_home_is_refused(tmp_path: Path):
    refused(tinhso("backup", "--to", str(tmp_path / "home" / "x"), TINHSO_HOME=str(tmp_path / "home")), "ổ đĩa khác")


def test_a_place_whose_disk_is_not_mounted_is_not_made_anew(tmp_path: Path):
    """The nightly unit names no place: an empty folder where the place was is a disk that is away."""
    home, away = tmp_path / "home", tmp_path / "away"
    home.mkdir()
    away.mkdir()
    (tmp_path / "key").write_text(PASSPHRASE)
    (home / "config.toml").write_text(f'[backup]\nto = "{away}"\nkey_file = "{tmp_path / "key"}"\n')
    refused(tinhso("backup", TINHSO_HOME=str(home)), str(away), "--to")
    assert not list(away.iterdir())


def test_a_database_that_does_not_run_is_named(tmp_path: Path):
    (tmp_path / "key").write_text(PASSPHRASE)
    words = ("backup", "--to", str(tmp_path / "place"), "--key-file", str(tmp_path / "key"))
    refused(tinhso(*words, TINHSO_HOME=str(tmp_path / "home"), TINHSO_DB_PORT="9"), "tinhso up")
    assert not list((tmp_path / "place").glob(".making-*"))


def test_an_instant_that_cannot_be_read_shows_an_example(tmp_path: Path):
    words = ("restore", "--from", str(tmp_path), "--to", str(tmp_path / "x"), "--at", "hôm qua")
    refused(tinhso(*words, TINHSO_HOME=str(tmp_path / "home")), "2026-11-25T10:15:00+07:00")


def test_an_upgrade_of_no_instance_asks_for_the_home(tmp_path: Path):
    refused(tinhso("upgrade", TINHSO_HOME=str(tmp_path / "home")), "TINHSO_HOME")
