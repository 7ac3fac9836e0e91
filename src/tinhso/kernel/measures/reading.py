"""Reading the sums, and the records behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from tinhso.kernel.http import paged
from tinhso.kernel.measures.definition import Kind, Line, Measure, measure
from tinhso.kernel.models.measures import Counted, Grain, Rollup
from tinhso.kernel.policy import Actor


def rounded(value: Decimal) -> Decimal:
    """Two decimals, none when there is nothing behind the point: 33.33, 100."""
    short = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return short.to_integral_value() if short == short.to_integral_value() else short


class Part(StrEnum):
    """Which of the counted records to list."""

    ALL = "all"
    NUMERATOR = "numerator"
    OUTSIDE = "outside"  #: in the denominator, not in the numerator


@dataclass(frozen=True)
class Figure:
    """A number with its two sides. ``unverified``: how many of the counted rest on something not verified."""

    numerator: int
    denominator: int
    unverified: int
    share: bool

    @property
    def value(self) -> Decimal | None:
        """Percent for a share, else the count. None: nothing was counted, so there is no number."""
        if not self.share:
            return Decimal(self.numerator)
        if not self.denominator:
            return None
        return rounded(Decimal(100) * self.numerator / self.denominator)

    def plus(self, other: "Figure") -> "Figure":
        """Both together: shares are not averaged, their sides are added."""
        return Figure(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.unverified + other.unverified,
            self.share,
        )


def figures(names: Iterable[str], year: int) -> dict[str, Figure]:
    """Several measures in one query, and one for each that is told otherwise than live: flows of that year, stocks as
    of now. Those without any record are left out."""
    asked = [measure(name) for name in set(names)]
    wanted = [m for m in asked if m.told is None]
    flows = [m.name for m in wanted if m.kind is Kind.FLOW]
    stocks = [m.name for m in wanted if m.kind is Kind.STOCK]
    sums = Rollup.objects.filter(grain=Grain.YEAR)
    found = sums.filter(measure__in=flows, start=date(year, 1, 1)) | sums.filter(measure__in=stocks)
    live = {
        row["measure"]: _figure(measure(row["measure"]), row) for row in _summed(found.values("measure")) if row["d"]
    }
    told = [(m, m.told(year)) for m in asked if m.told is not None]
    return live | {m.name: Figure(*parts, m.share) for m, parts in told if parts is not None}


def _summed(groups: Any) -> list[dict[str, Any]]:
    """The sums n, d, u of each group, in one query."""
    return list(groups.annotate(n=Sum("numerator"), d=Sum("denominator"), u=Sum("unverified")).order_by())


def _figure(of: Measure, row: dict[str, Any]) -> Figure:
    return Figure(int(row["n"]), int(row["d"]), int(row["u"]), of.share)


def breakdown(name: str, by: str, year: int) -> dict[UUID | None, Figure]:
    """One measure by ``scope`` or ``place``, in one query over at most one sum for each of them."""
    if by not in ("scope", "place"):
        raise ValueError(f"a measure is told apart by scope or place, not by {by}")
    of = measure(name)
    sums = Rollup.objects.filter(measure=name, grain=Grain.YEAR)
    if of.kind is Kind.FLOW:
        sums = sums.filter(start=date(year, 1, 1))
    rows = _summed(sums.values(which=F(by)))
    return {row["which"]: _figure(of, row) for row in rows if row["d"]}


def history(name: str) -> list[tuple[date, Figure]]:
    """A flow month by month; a stock as what began until the end of each month and still stands. Nothing of a measure
    that is told otherwise than live: its months would tell what is held back."""
    of = measure(name)
    if of.told is not None:
        return []
    months = Rollup.objects.filter(measure=name, grain=Grain.MONTH).values("start")
    found, n, d, u = [], 0, 0, 0
    for row in sorted(_summed(months), key=lambda row: row["start"]):
        if of.kind is Kind.STOCK:
            n, d, u = n + int(row["n"]), d + int(row["d"]), u + int(row["u"])
            found.append((row["start"], Figure(n, d, u, of.share)))
        elif row["d"]:
            found.append((row["start"], _figure(of, row)))
    return found


def years(names: Iterable[str]) -> list[int]:
    """Years of which something was counted, the newest first."""
    rows = Rollup.objects.filter(measure__in=list(names), grain=Grain.YEAR, denominator__gt=0)
    return [start.year for start in rows.values_list("start", flat=True).distinct().order_by("-start")]


@dataclass(frozen=True)
class Listed:
    """A counted record: the line that its app shows, when it was counted, where, and on which side."""

    line: Line
    day: date
    scope: UUID | None
    numerator: bool


def records(
    actor: Actor,
    name: str,
    *,
    year: int,
    scope: UUID | None = None,
    place: UUID | None = None,
    part: Part = Part.ALL,
    cursor: str | None = None,
    limit: int = 20,
) -> tuple[list[Listed], str | None]:
    """A page of the records counted, the newest first, as far as the actor may list them, and the next cursor.

    What the actor may not list is left out here; opening a record asks its own policy again. Raises Invalid for a bad
    cursor.
    """
    of = measure(name)
    rows = _counted(of, year, part)
    if scope is not None:
        rows = rows.filter(scope=scope)
    if place is not None:
        rows = rows.filter(place=place)
    allowed = of.scopes(actor)
    if allowed is not None:
        rows = rows.filter(scope__in=allowed)
    page, following = paged(rows, cursor=cursor, limit=limit, by=("-day", "-record"))
    lines = {line.record: line for line in of.show([row.record for row in page])} if page else {}
    listed = [Listed(lines[r.record], r.day, r.scope, r.numerator > 0) for r in page if r.record in lines]
    return listed, following


def _counted(of: Measure, year: int, part: Part) -> "QuerySet[Counted]":
    rows = Counted.objects.filter(measure=of.name, day__isnull=False)
    if of.kind is Kind.FLOW:
        rows = rows.filter(day__gte=date(year, 1, 1), day__lte=date(year, 12, 31))
    if part is Part.NUMERATOR:
        rows = rows.filter(numerator__gt=0)
    if part is Part.OUTSIDE:
        rows = rows.filter(numerator=0)
    return rows
