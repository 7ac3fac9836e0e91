"""`catalogue/catalogue.yaml`: what this province hangs on a national base code when it publishes it."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Fact, Mistake, Pack, read_as

FILE = "catalogue/catalogue.yaml"


class Suffix(Fact):
    """From this day on codes are published with it: "0.000000" + ".H33"."""

    valid_from: date
    suffix: str = Field(pattern=r"^(\.[A-Z0-9]+)+$", max_length=30)


class Catalogue(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    suffixes: list[Suffix] = []


def read(pack: Pack) -> Catalogue:
    """Without the file there is no suffix. Raises Unreadable."""
    return read_as(Catalogue, pack.yaml(FILE), FILE) if pack.has(FILE) else Catalogue()


def check(pack: Pack, codes: set[str]) -> list[Mistake]:
    days = [suffix.valid_from for suffix in read(pack).suffixes]
    if days == sorted(set(days)):
        return []
    remedy = _("Xếp các mục theo valid_from, mỗi ngày một mục.")
    return [Mistake(FILE, pack.yaml(FILE).line_of("suffixes"), _("Thứ tự ngày chưa đúng."), remedy)]


def told(pack: Pack) -> list[dict[str, Any]]:
    """As kept in the database."""
    return [suffix.model_dump(mode="json") for suffix in read(pack).suffixes]
