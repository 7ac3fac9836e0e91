"""How units, boundaries, agencies and the calendar of a province pack are read, checked and loaded."""

from tinhso.kernel.packs import PackPart, register
from tinhso.places.pack import (
    agencies,
    areas,
    boundaries,
    calendar,
    province,
    reorganisations,
    suspension,
    units,
)

register(PackPart("places.province", "province.yaml", province.check, province.load))
register(PackPart("places.units", "units", units.check, units.load))
register(PackPart("places.areas", areas.FILE, areas.check, areas.load))
register(PackPart("places.boundaries", "boundaries", boundaries.check, boundaries.load))
register(PackPart("places.agencies", "agencies", agencies.check, agencies.load))
register(PackPart("places.calendar", "calendar", calendar.check, calendar.load))
register(PackPart("places.suspension", "suspension.yaml", suspension.check, suspension.load))
register(PackPart("places.reorganisations", reorganisations.FOLDER, reorganisations.check, reorganisations.load))
