"""`province.yaml`: what the province is called and the root of its agencies' codes."""

from datetime import date

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Fact, Mistake, Pack, read_as

FILE = "province.yaml"
AGENCY_CODE = r"^[A-Z0-9]+(\.[A-Z0-9]+)*$"  #: Decision 20/2020: groups of capitals and digits, split by points
LONGEST_CODE = 35


class AgencyRoot(Fact):
    """The level-1 code that every agency code of the province begins with."""

    code: str = Field(pattern=AGENCY_CODE, max_length=10)


class Change(Fact):
    """What the province is called from a day on; what is left out stays."""

    valid_from: date
    name: str = Field(default="", max_length=60)
    authority: str = Field(default="", max_length=120)


class Province(BaseModel):
    """The file. Every named fact has its source under ``facts``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[0-9]{2}$")
    name: str = Field(min_length=1, max_length=60)
    authority: str = Field(min_length=1, max_length=120)
    operator: str = Field(default="", max_length=120)
    hotline: str = Field(default="", pattern=r"^[0-9 .]*$")
    language: str = Field(default="vi", pattern="^(vi|en)$")
    time_zone: str = Field(default="Asia/Ho_Chi_Minh", pattern="^Asia/Ho_Chi_Minh$")
    facts: dict[str, Fact]
    agency_root: AgencyRoot
    later: list[Change] = []


def read(pack: Pack) -> Province:
    """Raises Unreadable."""
    return read_as(Province, pack.yaml(FILE), FILE)


def check(pack: Pack) -> list[Mistake]:
    """The shape of the file, and a source for each thing that it states."""
    province = read(pack)
    stated = [name for name in ("code", "name", "authority", "operator", "hotline") if getattr(province, name)]
    lines = pack.yaml(FILE)
    return [
        Mistake(
            FILE,
            lines.line_of(name),
            _("%(name)s chưa có nguồn.") % {"name": name},
            _("Thêm facts.%(name)s.source, hoặc unverified: true.") % {"name": name},
        )
        for name in stated
        if name not in province.facts
    ]


def load(pack: Pack) -> None:
    """Nothing is stored: pages and the other parts read the file itself."""
