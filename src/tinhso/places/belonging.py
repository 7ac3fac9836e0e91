"""Which groups of communes a unit belongs to: islands, difficult areas (`areas.yaml` of the pack)."""

from datetime import date
from uuid import UUID

from tinhso.places.models import Unit
from tinhso.places.pack import areas
from tinhso.places.queries import valid


def area_groups(agency_id: UUID, on: date, unit_code: str = "") -> frozenset[str]:
    """The groups of communes (`areas.yaml` of the pack) that the agency's unit belonged to on that day, or the unit of
    ``unit_code`` when that names one; one or two queries."""
    named = list(Unit.objects.filter(valid(on), code=unit_code).defer("boundary")) if unit_code else []
    found = named or list(Unit.objects.filter(agencies=agency_id).defer("boundary"))
    return frozenset(
        name for name, group in areas.groups().items() for unit in found if group.holds(unit.code, unit.island, on)
    )
