"""A mistake in the catalogue is named with file, line and remedy, and nothing is loaded while it stands."""

import shutil
from pathlib import Path

import pytest

from tinhso.config import ROOT
from tinhso.kernel.packs import Mistake, Pack
from tinhso.procedures.pack.catalogue import check

PACK = ROOT / "provinces" / "kien_giang"
FIELDS = "catalogue/fields"
OTHERS = '      elsewhere: "tỉnh Đồng Nai, 2025"\n'


class Copy:
    """The catalogue of the pack in a folder of the test's own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(PACK / "catalogue", root / "catalogue")
        shutil.copytree(PACK / "procedures", root / "procedures")

    def change(self, file: str, old: str, new: str) -> int:
        """Replace the first occurrence, which must be there; the line that it stood on."""
        path = self.root / file
        before = path.read_text()
        assert old in before, f"{old!r} is not in {file}"
        path.write_text(before.replace(old, new, 1))
        return before[: before.index(old)].count("\n") + 1

    def mistakes(self) -> list[Mistake]:
        return check(Pack(self.root))

    def only(self) -> Mistake:
        found = self.mistakes()
        assert len(found) == 1, "\n".join(map(str, found))
        assert found[0].remedy
        return found[0]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_the_catalogue_of_the_pack_has_no_mistake(copy: Copy) -> None:
    assert copy.mistakes() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "below", "words"),
    [
        ("cu-tru", '  - code: "1.003677"\n', '  - code: "1.003677.H33"\n', 0, "chưa đúng dạng"),
        ("cu-tru", '  - code: "1.010040"\n', '  - code: "1.003677"\n', 0, "đã có ở"),
        ("cu-tru", '  - code: "1.003677"\n', '  - code: "1.001193"\n', 0, "hai nguồn"),
        ("ho-tich", "      kind: calendar_days\n", "      kind: soon\n", 0, "kind"),
        ("ho-tich", '      source: "Luật Hộ tịch 60/2014/QH13 Điều 38"\n', "", -4, "không có nguồn"),
        ("ho-tich", "valid_from: 2022-08-26", "valid_from: hôm nay", 0, "ngày bắt đầu"),
        ("ho-tich", "levels: [commune]", "levels: [ward]", 0, "levels"),
        ("dat-dai", f"{OTHERS}      unverified: true\n", OTHERS, -4, "không phải của tỉnh"),
        ("chung-thuc", "valid_to: 2025-06-30", "valid_to: 2026-06-30", -2, "cùng có hiệu lực"),
        ("chung-thuc", "valid_to: 2025-06-30", "valid_to: 2020-06-30", 0, "hết hiệu lực"),
        ("ho-tich", "    name: ", "    nmae: ", 0, "nmae"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_entry_is_named_at_its_line(
    copy: Copy, file: str, old: str, new: str, below: int, words: str
) -> None:
    line = copy.change(f"{FIELDS}/{file}.yaml", old, new)
    found = [mistake for mistake in copy.mistakes() if words in str(mistake)]

    assert [mistake.file for mistake in found] == [f"{FIELDS}/{file}.yaml"]
    assert found[0].line == line + below
    assert found[0].remedy


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("synonyms", '  "1.009122":\n', '  "1.999999":\n', "Không có thủ tục 1.999999"),
        ("synonyms", "    - cất nhà\n", "    - xây nhà\n", "có hai lần"),
        ("synonyms", "  đk: đăng ký\n", "  đk hk: đăng ký hộ khẩu\n", "không phải một chữ viết tắt"),
        ("synonyms", "ignore: [tôi,", "ignore: [tôi, {a: b},", "chưa đúng"),
        ("life_events", '{code: "1.004222", when: "Khi đã', '{code: "1.999999", when: "Khi đã', "Không có thủ tục"),
        ("life_events", "slug: ket-hon", "slug: co-con", "có hai lần"),
        ("life_events", "slug: ket-hon", "slug: Kết Hôn", "chưa đúng"),
        ("life_events", "icon: heart", "icon: unicorn", "chưa đúng"),
        ("catalogue", "suffix: \".H33\"", "suffix: \"H33\"", "chưa đúng"),
        ("catalogue", "valid_from: 2025-07-01", "valid_from: 2017-07-01", "Thứ tự ngày"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_words_is_named_at_its_line(copy: Copy, file: str, old: str, new: str, words: str) -> None:
    line = copy.change(f"catalogue/{file}.yaml", old, new)
    found = [mistake for mistake in copy.mistakes() if words in str(mistake)]

    assert found, copy.mistakes()
    assert found[0].file == f"catalogue/{file}.yaml"
    assert found[0].remedy
    if words != "Thứ tự ngày":
        assert found[0].line == line


def test_a_file_that_is_no_field_is_one_mistake(copy: Copy) -> None:
    (copy.root / FIELDS / "van-hoa.yaml").write_text("- a\n- b\n")

    assert copy.mistakes()[0].file == f"{FIELDS}/van-hoa.yaml"


def test_a_pack_without_a_catalogue_is_fine(tmp_path: Path) -> None:
    assert check(Pack(tmp_path)) == []
