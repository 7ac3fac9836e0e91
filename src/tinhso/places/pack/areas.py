"""`areas.yaml`: groups of communes in which a procedure may take longer (islands, difficult areas)."""

from datetime import date
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Fact, Mistake, Pack, read_as
from tinhso.kernel.packs.shapes import line_at
from tinhso.places.pack import units

FILE = "areas.yaml"


class AreaGroup(Fact):
    """Which communes belong: those that units.csv marks as islands (``islands``), and those of these codes."""

    title: str = Field(min_length=1, max_length=120)
    islands: bool = False
    units: list[str] = []
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, code: str, island: bool, on: date) -> bool:
        """Whether the unit belongs to the group on that day."""
        if (self.valid_from and on < self.valid_from) or (self.valid_to and on > self.valid_to):
            return False
        return (self.islands and island) or code in self.units


class AreaFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: dict[str, AreaGroup] = {}


def read(pack: Pack) -> dict[str, AreaGroup]:
    """The groups by name; a pack without the file has none. Raises Unreadable."""
    return read_as(AreaFile, pack.yaml(FILE), FILE).groups if pack.has(FILE) else {}


def check(pack: Pack) -> list[Mistake]:
    """Every code must be of a unit of the pack. Raises Unreadable."""
    groups = read(pack)
    known = {unit.code for _line, unit in units.read(pack).lines} if groups else set()
    remedy = _("Dùng mã có trong units/units.csv.")
    return [
        Mistake(
            FILE,
            line_at(pack.yaml(FILE), ("groups", name, "units", index)),
            _("Nhóm “%(name)s” nhắc mã %(code)s không có.") % {"name": name, "code": code},
            remedy,
        )
        for name, group in groups.items()
        for index, code in enumerate(group.units)
        if code not in known
    ]


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


@cache
def groups() -> dict[str, AreaGroup]:
    """The groups of this instance's pack, read once by each process."""
    return read(Pack(settings.HERE.pack))
