"""Targets with their numbers of now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.indicators.models import Clause, Direction, Target
from tinhso.indicators.paths import WORDS, Mark, TargetStatus, expected, status
from tinhso.indicators.policies import READ
from tinhso.indicators.strategy import first_day
from tinhso.indicators.words import plain
from tinhso.kernel import clock, measures
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.measures import Figure, Kind, Measure
from tinhso.kernel.policy import Actor
from tinhso.kernel.templatetags.house import vi_number

#: More than any decision has: pages that show all targets ask for this many.
ALL = 1000


@dataclass(frozen=True)
class Filters:
    """Which targets; every one may be left out."""

    q: str = ""
    clause: str = ""
    year: int | None = None
    status: str = ""
    measured: bool | None = None


@dataclass(frozen=True)
class Current:
    """A measured value: percent for shares, else a count. ``period``: interval (ISO 8601) of a flow, day of a stock."""

    value: Decimal
    numerator: int
    denominator: int
    unverified: int
    period: str
    since: date | None
    until: date


@dataclass(frozen=True)
class TargetFacts:
    """A target as shown everywhere. ``current`` is None when there is no source, or nothing was counted."""

    id: str
    clause: str
    year: int
    value: Decimal
    unit: str
    direction: str
    sentence: str
    part: str
    title: str
    owner: str | None
    current: Current | None
    status: TargetStatus
    status_words: str
    expected: Decimal
    series: str
    marks: list[Mark]
    measure: str | None
    definition: str | None
    note: str
    source: str
    unverified: bool

    @property
    def aim_words(self) -> str:
        """ "trên 80%, năm 2025"."""
        return _("%(aim)s, năm %(year)d") % {"aim": self.aim, "year": self.year}

    @property
    def aim(self) -> str:
        """ "trên 80%"."""
        amount = vi_number(self.value.normalize() if self.value % 1 else int(self.value))
        unit = self.unit if self.unit.startswith("%") else f" {self.unit}"
        return f"{Direction(self.direction).label} {amount}{unit}"

    @property
    def mark(self) -> Decimal | None:
        """The first year's mark, for gauges."""
        return self.marks[0].value if self.marks[0].year == 2025 else None

    @property
    def mark_2(self) -> Decimal | None:
        later = [m.value for m in self.marks if m.year > 2025]
        return later[0] if later else None


def targets(
    actor: Actor,
    filters: Filters | None = None,
    *,
    year: int | None = None,
    cursor: str | None = None,
    limit: int = ALL,
) -> tuple[list[TargetFacts], str | None]:
    """A page of targets in the order of the decision, and the next cursor; three queries, and those of `described`.

    ``year`` is the year whose numbers are shown, default this one. Raises Invalid for a bad cursor.
    """
    READ.require(actor)
    wanted = filters or Filters()
    rows, following = paged(_rows(wanted), cursor=cursor, limit=limit, by=("position", "key"))
    found = described(rows, year or clock.today().year)
    return [facts for facts in found if not wanted.status or facts.status in wanted.status.split(",")], following


def _rows(filters: Filters) -> "QuerySet[Target]":
    rows = Target.objects.filter(listed=True)
    if filters.clause:
        rows = rows.filter(clause=filters.clause)
    if filters.year is not None:
        rows = rows.filter(year=filters.year)
    if filters.measured is not None:
        rows = rows.exclude(measure="") if filters.measured else rows.filter(measure="")
    for word in plain(filters.q).split()[:10]:
        rows = rows.filter(search_text__contains=word)
    return rows


def described(rows: Sequence[Target], year: int) -> list[TargetFacts]:
    """Targets with their numbers of a year, in two queries and one for each measure that is not told live."""
    marks: dict[str, list[Mark]] = defaultdict(list)
    series = Target.objects.filter(listed=True, series__in={row.series for row in rows}).order_by("year")
    for name, of_year, value in series.values_list("series", "year", "value"):
        marks[name].append(Mark(of_year, value))
    known = {m.name: m for m in measures.every_measure()}
    names = {row.measure for row in rows if row.measure in known}
    figures = measures.figures(names, year) if names else {}
    return [_described(row, marks[row.series], known.get(row.measure), figures.get(row.measure), year) for row in rows]


def _described(
    row: Target, marks: list[Mark], measure: Measure | None, figure: Figure | None, year: int
) -> TargetFacts:
    today = min(clock.today(), date(year, 12, 31))
    mark = Mark(row.year, row.value)
    asked = expected(mark, marks, first_day(), today)
    current = current_of(measure, figure, year) if measure and figure else None
    state = status(current.value if current else None, mark, row.direction, asked, today, measured=measure is not None)
    return TargetFacts(
        id=row.key,
        clause=row.clause,
        year=row.year,
        value=row.value,
        unit=row.unit,
        direction=row.direction,
        sentence=row.sentence,
        part=row.part,
        title=row.title,
        owner=row.owner or None,
        current=current,
        status=state,
        status_words=str(WORDS[state]),
        expected=asked,
        series=row.series,
        marks=marks,
        measure=measure.name if measure else None,
        definition=str(measure.definition) if measure else None,
        note=row.note,
        source=row.source,
        unverified=row.unverified,
    )


def current_of(measure: Measure, figure: Figure, year: int) -> Current | None:
    """The figure with its period; None when nothing was counted."""
    if figure.value is None:
        return None
    today = clock.today()
    since = date(year, 1, 1) if measure.kind is Kind.FLOW else None
    until = min(today, date(year, 12, 31)) if since else today
    period = f"{since}/{until}" if since else f"{until}"
    return Current(figure.value, figure.numerator, figure.denominator, figure.unverified, period, since, until)


def target(actor: Actor, key: str, year: int | None = None) -> TargetFacts:
    """One target. Raises NotFound."""
    READ.require(actor)
    row = Target.objects.filter(key=key.replace("\x00", ""), listed=True).first()
    if row is None:
        raise NotFound
    return described([row], year or clock.today().year)[0]


def clauses(keys: Iterable[str] | None = None) -> dict[str, str]:
    """Headings of the decision by their number, in its order."""
    rows = Clause.objects.order_by("position")
    if keys is not None:
        rows = rows.filter(key__in=set(keys))
    return dict(rows.values_list("key", "title"))
