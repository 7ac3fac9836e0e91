"""Which decision this province follows: `strategy/strategy.yaml` of its pack, read once."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings


@dataclass(frozen=True)
class Decision:
    """Words for headings and papers."""

    number: str
    title: str
    source: str
    first_day: date


@cache
def _read(path: Path) -> Decision | None:
    if not path.is_file():
        return None
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Decision(str(found["number"]), str(found["title"]), str(found["source"]), found["first_day"])


def decision() -> Decision | None:
    """None when the pack follows no strategy. The file is read once: a pack is loaded with a restart."""
    return _read(settings.HERE.pack / "strategy" / "strategy.yaml")


def first_day() -> date:
    """The day on which the way to the targets begins."""
    known = decision()
    return known.first_day if known else date.max
