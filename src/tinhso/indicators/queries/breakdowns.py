"""What lies under a number: agencies, administrative units, months, records."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from tinhso.indicators.policies import READ
from tinhso.indicators.queries.targets import TargetFacts, target
from tinhso.kernel import clock, measures
from tinhso.kernel.errors import NotFound
from tinhso.kernel.measures import Figure, Listed, Part
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.places.heirs import units_now

By = Literal["agency", "unit"]
_COLUMN: dict[By, str] = {"agency": "scope", "unit": "place"}


@dataclass(frozen=True)
class Share:
    """The number of one agency or unit."""

    id: UUID
    name: str
    figure: Figure


@dataclass(frozen=True)
class Month:
    """The number of a month (``first`` is its first day)."""

    first: date
    figure: Figure


def breakdown(actor: Actor, found: TargetFacts, by: By, year: int | None = None) -> list[Share]:
    """A target's number by agency or by administrative unit, by name; two queries. Empty when it is not told apart."""
    READ.require(actor)
    if found.measure is None or not measures.measure(found.measure).local:
        return []
    parts = measures.breakdown(found.measure, _COLUMN[by], year or clock.today().year)
    known = places.names([id for id in parts if id is not None])
    shares = [Share(id, known[id], figure) for id, figure in parts.items() if id in known]
    return sorted(shares, key=lambda share: (share.name, share.id))


def units_today(actor: Actor, found: TargetFacts, year: int | None = None) -> list[Share]:
    """A target's number by the units of today: what earlier units did counts under the one that took them over. Sums
    lose nothing; a unit that was divided stands for itself. Three queries and one for each step of succession."""
    shares = breakdown(actor, found, "unit", year)
    now = units_now([share.id for share in shares], clock.today())
    sums: dict[UUID, Figure] = {}
    for share in shares:
        unit = now[share.id]
        sums[unit] = sums[unit].plus(share.figure) if unit in sums else share.figure
    known = places.names(sums)
    return sorted((Share(id, known[id], figure) for id, figure in sums.items()), key=lambda s: (s.name, s.id))


def history(actor: Actor, found: TargetFacts) -> list[Month]:
    """A target's number month by month; one query."""
    READ.require(actor)
    if found.measure is None:
        return []
    return [Month(first, figure) for first, figure in measures.history(found.measure)]


def records(
    actor: Actor,
    key: str,
    *,
    year: int | None = None,
    agency: UUID | None = None,
    unit: UUID | None = None,
    part: Part = Part.ALL,
    cursor: str | None = None,
    limit: int = 20,
) -> tuple[TargetFacts, list[Listed], str | None]:
    """The records that a target's number counts, as far as the actor may list them. Raises NotFound, Invalid."""
    of_year = year or clock.today().year
    found = target(actor, key, of_year)
    listed, following = counted(
        actor, found.measure, of_year, agency=agency, unit=unit, part=part, cursor=cursor, limit=limit
    )
    return found, listed, following


def counted(
    actor: Actor,
    measure: str | None,
    year: int,
    *,
    agency: UUID | None = None,
    unit: UUID | None = None,
    part: Part = Part.ALL,
    cursor: str | None = None,
    limit: int = 20,
) -> tuple[list[Listed], str | None]:
    """The records that a measure counts, as far as the actor may list them. Raises NotFound without one, Invalid."""
    READ.require(actor)
    if measure is None:
        raise NotFound
    return measures.records(actor, measure, year=year, scope=agency, place=unit, part=part, cursor=cursor, limit=limit)
