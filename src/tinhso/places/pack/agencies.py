"""`agencies/agencies.csv`: bodies of the state through time. Codes are the province's root and each row's suffix."""

import re
from datetime import date

from django.utils.translation import gettext as _
from pydantic import Field

from tinhso.kernel.packs import Mistake, Pack
from tinhso.places.models import Agency, AgencyKind, Level, Unit
from tinhso.places.pack import province, units
from tinhso.places.pack.rows import Validity, overlaps, rows

FILE = "agencies/agencies.csv"
SEAT = {
    AgencyKind.PROVINCE_COMMITTEE: Level.PROVINCE,
    AgencyKind.DEPARTMENT: Level.PROVINCE,
    AgencyKind.DISTRICT_COMMITTEE: Level.DISTRICT,
    AgencyKind.COMMUNE_COMMITTEE: Level.COMMUNE,
}
Key = tuple[str, date]


class AgencyLine(Validity):
    suffix: str = Field(pattern=r"^([A-Z0-9]+(\.[A-Z0-9]+)*)?$")
    name: str = Field(min_length=1, max_length=200)
    kind: AgencyKind
    unit_code: str
    parent: str  #: suffix of the agency above; empty is the province's committee


def code(root: str, suffix: str) -> str:
    return f"{root}.{suffix}" if suffix else root


def read(pack: Pack) -> list[tuple[int, AgencyLine]]:
    """Raises Unreadable."""
    return rows(pack, FILE, AgencyLine)


def above(line: AgencyLine, lines: list[tuple[int, AgencyLine]]) -> AgencyLine | None:
    """The agency above, on the first day of this one."""
    if line.kind is AgencyKind.PROVINCE_COMMITTEE:
        return None
    return next((a for _line, a in lines if a.suffix == line.parent and a.on(line.valid_from)), None)


def check(pack: Pack) -> list[Mistake]:
    lines, known = read(pack), units.read(pack)
    root = province.read(pack).agency_root.code
    found = overlaps(FILE, [(a.suffix, line, a) for line, a in lines])
    for line, agency in lines:
        wrong = _wrong(agency, lines, known, root)
        if wrong:
            found.append(Mistake(FILE, line, *wrong))
    return found


def _wrong(
    agency: AgencyLine, lines: list[tuple[int, AgencyLine]], known: units.Units, root: str
) -> tuple[str, str] | None:
    unit = known.at(agency.unit_code, agency.valid_from)
    if unit is None or not unit.covers(agency):
        message = _("%(name)s: đơn vị hành chính %(code)s không có trong suốt thời gian hiệu lực.")
        remedy = _("Sửa unit_code, hoặc đặt valid_from, valid_to theo đơn vị hành chính.")
        return message % {"name": agency.name, "code": agency.unit_code}, remedy
    if unit.level is not SEAT[agency.kind]:
        message = _("%(name)s: loại %(kind)s không thuộc đơn vị cấp %(level)s.")
        return (
            message % {"name": agency.name, "kind": agency.kind, "level": unit.level},
            _("Sửa kind hoặc unit_code."),
        )
    if agency.kind is not AgencyKind.PROVINCE_COMMITTEE and above(agency, lines) is None:
        message = _("%(name)s: không có cơ quan cấp trên %(parent)s vào ngày bắt đầu.")
        return message % {"name": agency.name, "parent": agency.parent}, _("Sửa cột parent (phần sau mã gốc).")
    full = code(root, agency.suffix)
    if len(full) > province.LONGEST_CODE or not re.fullmatch(province.AGENCY_CODE, full):
        message = _("Mã %(code)s không đúng dạng (tối đa 35 ký tự, nhóm A–Z, 0–9 cách nhau bằng dấu chấm).")
        return message % {"code": full}, _("Rút ngắn suffix.")
    return None


def load(pack: Pack) -> None:
    """Add and correct agencies by code and first day; none is deleted."""
    lines = read(pack)
    facts = province.read(pack).agency_root
    known: dict[Key, Agency] = {(a.code, a.valid_from): a for a in Agency.objects.all()}
    seats: dict[Key, Unit] = {(u.code, u.valid_from): u for u in Unit.objects.defer("boundary")}
    places = units.read(pack)
    for kind in (
        AgencyKind.PROVINCE_COMMITTEE,
        AgencyKind.DEPARTMENT,
        AgencyKind.DISTRICT_COMMITTEE,
        AgencyKind.COMMUNE_COMMITTEE,
    ):
        for _line, line in lines:
            if line.kind is kind:
                _store(line, lines, known, seats, places, facts)


def _store(
    line: AgencyLine,
    lines: list[tuple[int, AgencyLine]],
    known: dict[Key, Agency],
    seats: dict[Key, Unit],
    places: units.Units,
    root: province.AgencyRoot,
) -> None:
    full = code(root.code, line.suffix)
    parent = above(line, lines)
    unit = places.at(line.unit_code, line.valid_from)
    if unit is None:
        raise LookupError(f"{line.name}: the check lets no agency without its unit pass")
    values = {
        "name": line.name,
        "kind": str(line.kind),
        "unit_id": seats[unit.key].id,
        "parent_id": known[code(root.code, parent.suffix), parent.valid_from].id if parent else None,
        "valid_to": line.valid_to,
        "code_verified": not root.unverified,
        "source": line.source,
    }
    row = known.get((full, line.valid_from)) or Agency(code=full, valid_from=line.valid_from)
    if all(getattr(row, name) == value for name, value in values.items()) and not row._state.adding:
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    known[full, line.valid_from] = row
