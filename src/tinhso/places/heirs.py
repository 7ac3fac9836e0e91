"""What became of agencies that are gone, as far as the pack knows: never guessed from names."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tinhso.places.models import Agency, AgencyKind, Succession, Unit


@dataclass(frozen=True)
class Ended:
    """An agency whose time is over. ``heirs``: committees of the units that took over its own unit; empty: the pack
    knows none, so nobody has verified who took over its duties. ``territory``: for a district's committee, today's
    committees on its land, which is no succession of duties."""

    agency: UUID
    name: str
    last_day: date
    heirs: tuple[str, ...]
    territory: tuple[str, ...]


def ended(agencies: Iterable[UUID], on: date) -> list[Ended]:
    """Those of the agencies that are gone on that day, by name; at most seven queries whatever their number."""
    gone = list(Agency.objects.filter(id__in=set(agencies), valid_to__lt=on).order_by("name"))
    committees = [agency for agency in gone if agency.kind != AgencyKind.DEPARTMENT]
    districts = {agency.unit_id for agency in committees if agency.kind == AgencyKind.DISTRICT_COMMITTEE}
    parts: dict[UUID, set[UUID]] = defaultdict(set)
    for part, district in Unit.objects.filter(parent__in=districts).values_list("id", "parent_id"):
        parts[district].add(part)
    now = _today({agency.unit_id for agency in committees} | {part for some in parts.values() for part in some}, on)
    seats = _committees({unit for some in now.values() for unit in some}, on)

    def named(units: Iterable[UUID]) -> tuple[str, ...]:
        return tuple(sorted({seats[new] for unit in units for new in now[unit] if new in seats}))

    return [
        Ended(
            agency.id,
            agency.name,
            agency.valid_to,
            named([agency.unit_id] if agency in committees else []),
            named(parts[agency.unit_id] if agency.unit_id in districts and agency in committees else []),
        )
        for agency in gone
        if agency.valid_to is not None
    ]


def units_now(ids: Iterable[UUID], on: date) -> dict[UUID, UUID]:
    """Each unit → the one unit of that day that took all of it over. A unit of that day, one that was divided and one
    without a successor stand for themselves, so that sums over the answer lose nothing and count nothing twice."""
    wanted = set(ids)
    now = _today(wanted, on)
    return {unit: next(iter(now[unit])) if len(now.get(unit, ())) == 1 else unit for unit in wanted}


def _today(units: set[UUID], on: date) -> dict[UUID, set[UUID]]:
    """Each unit → the units of that day that came of it, however many steps away; a unit that lives on is its own."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    at: dict[UUID, set[UUID]] = {unit: {unit} for unit in units}  #: a unit reached → from which it was reached
    seen: set[UUID] = set()
    while at:
        live = Unit.objects.filter(id__in=at, valid_from__lte=on).exclude(valid_to__lt=on).values_list("id", flat=True)
        for unit in live:
            for origin in at.pop(unit):
                found[origin].add(unit)
        seen |= at.keys()
        after: dict[UUID, set[UUID]] = defaultdict(set)
        for old, new in Succession.objects.filter(old__in=at).exclude(new__in=seen).values_list("old_id", "new_id"):
            after[new] |= at[old]
        at = after
    return found


def _committees(units: set[UUID], on: date) -> dict[UUID, str]:
    rows = Agency.objects.filter(unit__in=units, valid_from__lte=on).exclude(valid_to__lt=on)
    return dict(rows.exclude(kind=AgencyKind.DEPARTMENT).values_list("unit_id", "name"))
