"""How far the log is copied is told by the archiver's own note, and more than five minutes is too far behind."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from tinhso.kernel import archived, clock, operating
from tinhso.kernel.policy import SYSTEM

COPYING = "[backup]\ncontinuous = 1\n"
WORDS = "không vào nơi sao lưu"


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    (tmp_path / "run").mkdir()
    (tmp_path / "config.toml").write_text(COPYING)
    settings.HERE = dataclasses.replace(django_settings.HERE, home=tmp_path)
    return tmp_path


def noted(home: Path, ago: timedelta) -> None:
    archived.note(home, clock.real() - ago)


def test_what_the_archiver_notes_is_read_by_another_user_and_nothing_is_written_through_a_link(home: Path):
    aim = home / "aim"
    (home / "run" / "archived").symlink_to(aim)
    instant = clock.real()
    archived.note(home, instant)
    assert archived.until(home) == instant
    assert not aim.exists()
    assert (home / "run" / "archived").stat().st_mode & 0o777 == 0o644
    assert [path.name for path in (home / "run").iterdir()] == ["archived"]


@pytest.mark.parametrize(("ago", "late"), [(timedelta(minutes=4, seconds=50), False), (timedelta(minutes=5.1), True)])
def test_five_minutes_are_the_limit(home: Path, ago: timedelta, late: bool):
    noted(home, ago)
    assert archived.late(home) is late


def test_an_archiver_that_never_spoke_is_late_and_one_that_nobody_wants_is_not(home: Path):
    assert archived.late(home)
    (home / "run" / "archived").write_text("không phải một lúc nào")
    assert archived.late(home)
    (home / "config.toml").write_text("[backup]\ncontinuous = 0\n")
    assert not archived.late(home)


@pytest.mark.django_db
def test_operators_are_told_what_to_do_above_five_minutes(home: Path):
    noted(home, timedelta(minutes=1))
    read = operating.state(SYSTEM)
    assert (read.archive.wanted, read.archive.late) == (True, False)
    assert 60 <= read.archive.behind < 120
    assert not [one for one in read.troubles if WORDS in one.what]
    noted(home, timedelta(minutes=6))
    read = operating.state(SYSTEM)
    assert read.archive.behind >= 360
    assert [(one.level, "tinhso-archiver" in one.remedy) for one in read.troubles if WORDS in one.what] == [
        ("late", True)
    ]


@pytest.mark.django_db
def test_readyz_warns_and_serves_on(home: Path, client):
    noted(home, timedelta(seconds=3))
    assert client.get("/readyz").json()["warnings"] == []
    noted(home, timedelta(minutes=6))
    answer = client.get("/readyz").json()
    assert answer["warnings"] == ["archive"]
    assert "archive" not in answer["checks"]
