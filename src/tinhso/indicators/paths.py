"""How far a target is: the value against a straight way to it. Pure functions.

The way to a target of the first year begins at 0 on the day of the decision (which names no starting level) and ends at
the target's value on 31 December of its year. The way to a later target of the same series begins where the earlier
one ends. All of this is our definition, shown as such: the decision sets ends, no ways.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.measures import rounded

#: How much of the expected value may be missing to be called near.
NEAR = Decimal("0.9")


class TargetStatus(StrEnum):
    MET = "met"
    ON_WAY = "on_way"
    NEAR = "near"
    FAR = "far"
    OVERDUE = "overdue"  #: the year is over and the target is not met
    EMPTY = "empty"  #: there is a measure, nothing was counted in the period
    NONE = "none"  #: nobody provides the number


WORDS: dict[TargetStatus, str | Promise] = {
    TargetStatus.MET: _("Đạt mục tiêu"),
    TargetStatus.ON_WAY: _("Đúng tiến độ"),
    TargetStatus.NEAR: _("Chậm, thiếu không quá 10%"),
    TargetStatus.FAR: _("Còn xa"),
    TargetStatus.OVERDUE: _("Quá hạn, chưa đạt"),
    TargetStatus.EMPTY: _("Kỳ này chưa có số"),
    TargetStatus.NONE: _("Chưa có nguồn số liệu"),
}


@dataclass(frozen=True)
class Mark:
    """An end of the way: the value to reach by 31 December of a year."""

    year: int
    value: Decimal

    @property
    def day(self) -> date:
        return date(self.year, 12, 31)


def expected(mark: Mark, marks: Sequence[Mark], first_day: date, today: date) -> Decimal:
    """What the straight way to ``mark`` asks for today; ``marks`` are all ends of the series."""
    before = max((m for m in marks if m.year < mark.year), key=lambda m: m.year, default=None)
    start, level = (before.day, before.value) if before else (first_day, Decimal(0))
    if today >= mark.day:
        return rounded(mark.value)
    if today <= start:
        return rounded(level)
    share = Decimal((today - start).days) / Decimal((mark.day - start).days)
    return rounded(level + (mark.value - level) * share)


def reached(value: Decimal, aim: Decimal, direction: str) -> bool:
    """Whether the value meets the aim: "trên" asks for more than it, except where nothing more is possible."""
    if direction == "at_most":
        return value <= aim
    return value > aim if direction == "above" and aim < 100 else value >= aim


def status(
    value: Decimal | None, mark: Mark, direction: str, asked: Decimal, today: date, *, measured: bool = True
) -> TargetStatus:
    """Where a target stands, with ``asked`` from `expected`."""
    if not measured:
        return TargetStatus.NONE
    if value is None:
        return TargetStatus.EMPTY
    if reached(value, mark.value, direction):
        return TargetStatus.MET
    if today > mark.day:
        return TargetStatus.OVERDUE
    if direction == "at_most":
        return TargetStatus.FAR
    if value >= asked:
        return TargetStatus.ON_WAY
    return TargetStatus.NEAR if value >= NEAR * asked else TargetStatus.FAR
