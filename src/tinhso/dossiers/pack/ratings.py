"""`ratings.yaml`: the criteria by which the handling of procedures is rated, what measures each, what is asked."""

from datetime import date
from functools import cache
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Fact, Mistake, Pack, PackPart, read_as, register
from tinhso.kernel.packs.shapes import line_at

FILE = "ratings.yaml"


class Choice(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    points: int = Field(ge=0, le=2)
    words: str = Field(min_length=1, max_length=200)


class Criterion(BaseModel):
    """``asked``: the applicant's own answer; ``complaint``: theirs, with the time; ``time``: the house's own reckoning;
    ``none``: nothing measures it, and ``says`` tells why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int = Field(ge=1, le=9)
    name: str = Field(min_length=1, max_length=200)
    measured: Literal["time", "asked", "complaint", "none"]
    question: str = Field("", max_length=200)
    choices: list[Choice] = []
    says: str = Field(min_length=1, max_length=500)


class RatingsFile(Fact):
    """``least``: of fewer no figure is told, and a figure told moves by no fewer."""

    title: str = Field(min_length=1, max_length=200)
    valid_from: date
    valid_to: date | None = None
    least: int = Field(5, ge=3, le=1000)
    criteria: list[Criterion] = []


def read(pack: Pack) -> RatingsFile | None:
    """None: this province asks for stars and words alone. Raises Unreadable."""
    return read_as(RatingsFile, pack.yaml(FILE), FILE) if pack.has(FILE) else None


def check(pack: Pack) -> list[Mistake]:
    """Each criterion once; what is asked has a question with answers, what is not has none. Raises Unreadable."""
    found = read(pack)
    mistakes, seen = [], set()
    for index, one in enumerate(found.criteria if found else []):
        asked = one.measured in ("asked", "complaint")
        if one.number in seen:
            mistakes.append(_mistake(pack, index, _("Tiêu chí %(n)s ghi hai lần."), one.number))
        if asked != bool(one.question and len(one.choices) > 1):
            words = _("Tiêu chí %(n)s cần câu hỏi và ít nhất hai câu trả lời, chỉ khi hỏi người nộp.")
            mistakes.append(_mistake(pack, index, words, one.number))
        if len({choice.points for choice in one.choices}) < len(one.choices):
            mistakes.append(_mistake(pack, index, _("Tiêu chí %(n)s có hai câu trả lời cùng điểm."), one.number))
        seen.add(one.number)
    return mistakes


def _mistake(pack: Pack, index: int, words: str, number: int) -> Mistake:
    line = line_at(pack.yaml(FILE), ("criteria", index, "number"))
    return Mistake(FILE, line, words % {"n": number}, _("Sửa tiêu chí này trong ratings.yaml."))


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


@cache
def rules() -> RatingsFile | None:
    """Of this instance's pack, read once by each process."""
    return read(Pack(settings.HERE.pack))


def asked() -> tuple[Criterion, ...]:
    """The criteria that an applicant may answer."""
    kept = rules()
    return tuple(c for c in kept.criteria if c.choices) if kept else ()


def least() -> int:
    """From how many on a figure is told."""
    kept = rules()
    return kept.least if kept else 5


def sure_on(day: date) -> bool:
    """Whether the criteria were law on a day, as far as their text was read."""
    kept = rules()
    return kept is not None and not kept.unverified and kept.valid_from <= day <= (kept.valid_to or day)


register(PackPart("dossiers.ratings", FILE, check, load))
