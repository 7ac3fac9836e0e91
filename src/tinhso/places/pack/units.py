"""`units/units.csv` and `units/successions.csv`: administrative units through time and what became of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tinhso.kernel.packs import Mistake, Pack
from tinhso.places.models import Level, Succession, Unit
from tinhso.places.pack import province
from tinhso.places.pack.rows import Validity, overlaps, rows

UNITS = "units/units.csv"
SUCCESSIONS = "units/successions.csv"
DIGITS = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}
UNDER = {Level.PROVINCE: (), Level.DISTRICT: (Level.PROVINCE,), Level.COMMUNE: (Level.DISTRICT, Level.PROVINCE)}
Key = tuple[str, date]


class UnitLine(Validity):
    code: str = Field(pattern=r"^[0-9]{2,5}$")
    name: str = Field(min_length=1, max_length=120)
    level: Level
    kind: str = Field(min_length=1, max_length=30)
    parent_code: str
    since_known: bool  #: false: the unit is older than valid_from, since when is not verified
    island: bool

    @model_validator(mode="after")
    def _code_of_its_level(self) -> "UnitLine":
        if len(self.code) != DIGITS[self.level]:
            raise ValueError(_("Mã cấp này phải có %(n)d chữ số.") % {"n": DIGITS[self.level]})
        return self

    @property
    def key(self) -> Key:
        return self.code, self.valid_from


class SuccessionLine(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    old_code: str
    old_valid_from: date
    new_code: str
    new_valid_from: date
    source: str = Field(min_length=1, max_length=300)


@dataclass(frozen=True)
class Units:
    """The units of a pack, found by code and day."""

    lines: list[tuple[int, UnitLine]]

    def at(self, code: str, on: date) -> UnitLine | None:
        return next((unit for _line, unit in self.lines if unit.code == code and unit.on(on)), None)

    def of(self, key: Key) -> UnitLine | None:
        return next((unit for _line, unit in self.lines if unit.key == key), None)


def read(pack: Pack) -> Units:
    """Raises Unreadable."""
    return Units(rows(pack, UNITS, UnitLine))


def check(pack: Pack) -> list[Mistake]:
    units = read(pack)
    found = overlaps(UNITS, [(unit.code, line, unit) for line, unit in units.lines])
    for line, unit in units.lines:
        found += _check_parent(units, line, unit)
    for line, step in rows(pack, SUCCESSIONS, SuccessionLine):
        found += _check_step(units, line, step)
    return found


def _check_parent(units: Units, line: int, unit: UnitLine) -> list[Mistake]:
    if unit.level is Level.PROVINCE and not unit.parent_code:
        return []
    parent = units.at(unit.parent_code, unit.valid_from)
    if parent is None or not parent.covers(unit):
        message = _("%(name)s: đơn vị cha %(code)s không có trong suốt thời gian hiệu lực.")
        remedy = _("Thêm đơn vị cha, hoặc tách dòng này thành các khoảng thời gian có đơn vị cha.")
        return [Mistake(UNITS, line, message % {"name": unit.name, "code": unit.parent_code or "?"}, remedy)]
    if parent.level not in UNDER[unit.level]:
        message = _("%(name)s không thể thuộc cấp %(level)s.") % {"name": unit.name, "level": parent.level}
        return [Mistake(UNITS, line, message, _("Sửa parent_code: xã thuộc huyện hoặc tỉnh, huyện thuộc tỉnh."))]
    return []


def _check_step(units: Units, line: int, step: SuccessionLine) -> list[Mistake]:
    old = units.of((step.old_code, step.old_valid_from))
    new = units.of((step.new_code, step.new_valid_from))
    if old is None or new is None:
        missing = step.old_code if old is None else step.new_code
        message = _("Không có đơn vị %(code)s bắt đầu từ ngày đã ghi.") % {"code": missing}
        return [Mistake(SUCCESSIONS, line, message, _("Ghi đúng valid_from của đơn vị trong units.csv."))]
    if old.valid_to is None or old.valid_to + timedelta(days=1) != new.valid_from:
        message = _("%(old)s phải kết thúc đúng ngày trước khi %(new)s bắt đầu.") % {"old": old.name, "new": new.name}
        return [Mistake(SUCCESSIONS, line, message, _("Sửa valid_to của đơn vị cũ hoặc valid_from của đơn vị mới."))]
    return []


def load(pack: Pack) -> None:
    """Add and correct units by code and first day; none is deleted: what was once a unit stays one."""
    wanted = read(pack)
    province_code = province.read(pack).code
    known: dict[Key, Unit] = {(u.code, u.valid_from): u for u in Unit.objects.defer("boundary")}
    by_level: dict[Level, list[UnitLine]] = defaultdict(list)
    for _line, unit in wanted.lines:
        by_level[unit.level].append(unit)
    for level in Level:
        _store([_row(unit, wanted, known, province_code) for unit in by_level[level]], known)
    _store_steps(pack, known)


def _row(line: UnitLine, units: Units, known: dict[Key, Unit], province_code: str) -> tuple[Unit, bool]:
    """The unit as the pack has it, and whether it differs from what is stored."""
    parent = units.at(line.parent_code, line.valid_from) if line.parent_code else None
    facts = {
        **line.model_dump(include={"name", "kind", "valid_to", "since_known", "island", "source"}),
        "level": str(line.level),
        "province_code": province_code,
        "parent_id": known[parent.key].id if parent else None,
    }
    row = known.get(line.key) or Unit(code=line.code, valid_from=line.valid_from)
    changed = any(getattr(row, name) != value for name, value in facts.items())
    for name, value in facts.items():
        setattr(row, name, value)
    return row, changed


def _store(rows: list[tuple[Unit, bool]], known: dict[Key, Unit]) -> None:
    """Corrections first: an end moved forward makes room for the unit that follows."""
    fields = ["name", "kind", "valid_to", "since_known", "island", "source", "level", "province_code", "parent"]
    stored = set(known)
    changed = [row for row, differs in rows if differs and (row.code, row.valid_from) in stored]
    Unit.objects.bulk_update(changed, fields)
    fresh = [row for row, _differs in rows if (row.code, row.valid_from) not in stored]
    for row in Unit.objects.bulk_create(fresh):
        known[row.code, row.valid_from] = row


def _store_steps(pack: Pack, known: dict[Key, Unit]) -> None:
    steps = [
        Succession(
            old=known[step.old_code, step.old_valid_from],
            new=known[step.new_code, step.new_valid_from],
            on=step.new_valid_from,
            source=step.source,
        )
        for _line, step in rows(pack, SUCCESSIONS, SuccessionLine)
    ]
    Succession.objects.bulk_create(
        steps, update_conflicts=True, unique_fields=["old", "new"], update_fields=["on", "source"]
    )
