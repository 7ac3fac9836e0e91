"""`retention.yaml` of the pack: for each subject how long, and who says so."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tinhso.kernel.packs import Fact, Mistake, Pack, PackPart, read_as, register
from tinhso.kernel.packs.shapes import line_at
from tinhso.kernel.retention.subjects import subjects

FILE = "retention.yaml"


class Rule(Fact):
    """How long a subject is kept: so many days, or for ever. ``basis`` says why in one sentence."""

    subject: str
    days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    forever: bool = False
    basis: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _one_of_two(self) -> "Rule":
        if (self.days is None) is not self.forever:
            raise ValueError(_("Ghi days (số ngày) hoặc forever: true, một trong hai."))
        return self

    @property
    def applied(self) -> bool:
        """Whether the nightly job may delete by it."""
        return self.days is not None and not self.unverified

    def before(self, now: datetime) -> datetime:
        """What is older than this instant is due."""
        return now - timedelta(days=self.days or 0)


class RetentionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: list[Rule]


def check(pack: Pack) -> list[Mistake]:
    """Each subject once and known. A pack without the file deletes nothing. Raises Unreadable."""
    if not pack.has(FILE):
        return []
    data = pack.yaml(FILE)
    seen: set[str] = set()
    found = []
    for number, rule in enumerate(read_as(RetentionFile, data, FILE).rules):
        line = line_at(data, ("rules", number, "subject"))
        if rule.subject not in subjects:
            known = ", ".join(name for name, _subject in subjects)
            found.append(Mistake(FILE, line, _("Không có loại dữ liệu này."), _("Chọn trong: %s.") % known))
        if rule.subject in seen:
            found.append(Mistake(FILE, line, _("Loại dữ liệu này đã có quy tắc."), _("Gộp thành một quy tắc.")))
        seen.add(rule.subject)
    return found


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


register(PackPart("kernel.retention", FILE, check, load))


def rules() -> dict[str, Rule]:
    """The rules of this instance by subject. The file is read once: a pack is loaded with a restart."""
    return _rules(settings.HERE.pack)


@cache
def _rules(root: Path) -> dict[str, Rule]:
    pack = Pack(root)
    if not pack.has(FILE):
        return {}
    return {rule.subject: rule for rule in read_as(RetentionFile, pack.yaml(FILE), FILE).rules}
