"""A copy of the province pack that a test may change, and the birth registration as it stands in it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tinhso.config import ROOT
from tinhso.kernel.packs import Mistake, Pack
from tinhso.procedures.pack import check
from tinhso.procedures.pack.reading import read
from tinhso.procedures.spec import ProcedureSpec

PACK = ROOT / "provinces" / "kien_giang"
BIRTH = "procedures/1.001193"
#: Enough to try each kind of mistake on; checking all of them takes seconds.
KEPT = (BIRTH, "procedures/2.000815", "procedures/2.001035")
TWO_TIERS = date(2025, 7, 1)


class Copy:
    """A few procedures of the pack, and all that procedures share, in a folder of the test's own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in (*KEPT, "processes", "refusals"):
            shutil.copytree(PACK / folder, root / folder)
        shutil.copy(PACK / "areas.yaml", root)

    def text(self, name: str) -> str:
        return (self.root / BIRTH / name).read_text()

    def write(self, name: str, text: str) -> None:
        (self.root / BIRTH / name).write_text(text)

    def change(self, name: str, old: str, new: str) -> int:
        """Replace the first occurrence, which must be there; the line that it stood on."""
        before = self.text(name)
        assert old in before, f"{old!r} is not in {name}"
        self.write(name, before.replace(old, new, 1))
        return before[: before.index(old)].count("\n") + 1

    def mistakes(self) -> list[Mistake]:
        return check(Pack(self.root))

    def spec(self) -> ProcedureSpec:
        assert self.mistakes() == []
        return read(Pack(self.root), BIRTH).versions[-1].spec


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


@pytest.fixture(scope="session")
def birth() -> ProcedureSpec:
    return read(Pack(PACK), BIRTH).versions[-1].spec
