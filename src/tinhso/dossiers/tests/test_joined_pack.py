"""`joined.yaml` with a mistake: file, line and remedy."""

import shutil
from pathlib import Path

import pytest

from tinhso.config import ROOT
from tinhso.dossiers.joined import pack as joined_pack
from tinhso.dossiers.joined.spec import read
from tinhso.kernel.packs import Mistake, Pack, Unreadable

FILE = "joined/khai-tu/joined.yaml"
PACK = ROOT / "provinces" / "kien_giang"


def mistakes(tmp_path: Path, old: str, new: str) -> list[Mistake]:
    """Of the pack with one thing changed."""
    for folder in ("joined", "procedures", "agencies", "catalogue"):
        shutil.copytree(PACK / folder, tmp_path / folder)
    text = (PACK / FILE).read_text()
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new, 1))
    try:
        return joined_pack.check(Pack(tmp_path))
    except Unreadable as unreadable:
        return list(unreadable.mistakes)


def line_of(words: str) -> int:
    return next(n for n, line in enumerate((PACK / FILE).read_text().splitlines(), 1) if words in line)


def test_the_provinces_own_are_right_and_every_unread_decree_is_marked() -> None:
    assert joined_pack.check(Pack(PACK)) == []
    for one in read(Pack(PACK)):
        assert one.unverified
        assert all(part.outside is None or part.outside.unverified for part in one.parts)


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('procedure: "1.001731"', 'procedure: "9.999999"', 'procedure: "1.001731"'),
        ("source: death.deceased.full_name", "source: death.deceased.nobody", "removal.person.full_name"),
        ("component: death_extract", "component: nothing", "component: death_extract"),
        ("field: deceased.death_record", "field: deceased.nothing", "field: deceased.death_record"),
        ("life_events: [nha-co-nguoi-mat]", "life_events: [khong-co]", "life_events"),
        ("after: [death]", "after: [funeral]", "after: [death]"),
    ],
)
def test_a_mistake_is_said_at_its_line_with_what_to_do(tmp_path: Path, old: str, new: str, at: str) -> None:
    found = mistakes(tmp_path, old, new)
    assert (FILE, line_of(at)) in {(mistake.file, mistake.line) for mistake in found}
    assert all(mistake.remedy for mistake in found)


def test_a_fact_without_a_source_is_refused(tmp_path: Path) -> None:
    old = "      source: Nghị định 63/2024/NĐ-CP (qua trang tin, chưa đọc toàn văn)\n      unverified: true\n"
    assert mistakes(tmp_path, old, "")
