"""`suspension.yaml`: how many working days before a suspension of the service it must be announced."""

from datetime import date
from functools import cache

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Fact, Mistake, Pack, read_as

FILE = "suspension.yaml"


class SuspensionRule(Fact):
    """A rule with the days on which it holds."""

    working_days: int = Field(ge=0, le=60)
    valid_from: date
    valid_to: date | None = None


class SuspensionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: list[SuspensionRule] = []


def check(pack: Pack) -> list[Mistake]:
    """A pack without the file has no such rule. Raises Unreadable."""
    if pack.has(FILE):
        read_as(SuspensionFile, pack.yaml(FILE), FILE)
    return []


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


@cache
def _rules() -> tuple[SuspensionRule, ...]:
    pack = Pack(settings.HERE.pack)
    return tuple(read_as(SuspensionFile, pack.yaml(FILE), FILE).rules) if pack.has(FILE) else ()


def rule_on(day: date) -> SuspensionRule | None:
    """The rule that holds on that day."""
    held = [rule for rule in _rules() if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)]
    return held[-1] if held else None
