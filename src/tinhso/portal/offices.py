"""Where a procedure can be filed: the agencies of its level today, found by the place's name."""

from collections.abc import Collection

from tinhso.kernel import clock
from tinhso.places import queries as places
from tinhso.places.models import Agency, AgencyKind
from tinhso.procedures.queries import plain


def office_choices(levels: Collection[str], text: str = "", *, departments: bool = True) -> list[Agency]:
    """Agencies whose unit is of one of these levels, by name; with a text, those whose name has its words.

    A department handles only its own field: leave departments out where the level alone decides.
    """
    words = plain(text).split()
    found = [
        agency
        for agency in places.agencies(clock.today())
        if agency.unit is not None
        and agency.unit.level in levels
        and (departments or agency.kind != AgencyKind.DEPARTMENT)
        and all(word in plain(agency.name) for word in words)
    ]
    return sorted(found, key=lambda agency: plain(agency.name))
