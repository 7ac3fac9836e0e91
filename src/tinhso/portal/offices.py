"""Where a procedure can be filed: the agencies of its level today, found by the place's name."""

from tinhso.kernel import clock
from tinhso.places import queries as places
from tinhso.places.models import Agency
from tinhso.procedures.queries import plain


def office_choices(level: str, text: str = "") -> list[Agency]:
    """Agencies whose unit is of that level, by name; with a text, those whose name has its words."""
    words = plain(text).split()
    found = [a for a in places.agencies(clock.today()) if a.unit is not None and a.unit.level == level]
    return sorted((a for a in found if all(w in plain(a.name) for w in words)), key=lambda a: plain(a.name))
