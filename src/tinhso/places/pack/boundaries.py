"""`boundaries/boundaries.yaml`: which GeoJSON file draws which units, with its source and whether it is approximate."""

import json
from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Mistake, Pack, read_as
from tinhso.places.models import Level, Unit
from tinhso.places.pack import units
from tinhso.places.queries import valid

FILE = "boundaries/boundaries.yaml"
SHAPES = {"Polygon", "MultiPolygon"}


class Drawing(BaseModel):
    """One GeoJSON file: features with ``properties.code``, in WGS 84. A later file draws over an earlier one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    on: date  #: a day on which the drawn units are valid
    level: Level
    approximate: bool
    source: str = Field(min_length=1, max_length=300)
    terms: str = Field(min_length=1)  #: what whoever shows the map must know


class Drawings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    drawings: list[Drawing]


def read(pack: Pack) -> list[Drawing]:
    """Raises Unreadable."""
    return read_as(Drawings, pack.yaml(FILE), FILE).drawings if pack.has(FILE) else []


def check(pack: Pack) -> list[Mistake]:
    known = units.read(pack)
    found = []
    for drawing in read(pack):
        path = f"boundaries/{drawing.file}"
        for feature in _features(pack, path):
            wrong = _wrong(feature, drawing, known)
            if wrong:
                found.append(Mistake(path, 0, *wrong))
    return found


def _features(pack: Pack, path: str) -> list[dict[str, Any]]:
    collection = pack.json(path)
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        raise pack.unreadable(path, _("Không phải GeoJSON FeatureCollection."), _("Xuất lại tệp dạng GeoJSON."))
    return features


def _wrong(feature: Any, drawing: Drawing, known: units.Units) -> tuple[str, str] | None:
    code = str(feature.get("properties", {}).get("code")) if isinstance(feature, dict) else "?"
    unit = known.at(code, drawing.on)
    if unit is None or unit.level != drawing.level:
        message = _("Không có đơn vị %(code)s cấp %(level)s vào ngày %(day)s.")
        return (
            message % {"code": code, "level": drawing.level, "day": f"{drawing.on:%d/%m/%Y}"},
            _("Sửa properties.code hoặc ngày trong boundaries.yaml."),
        )
    geometry = feature.get("geometry") or {}
    if geometry.get("type") not in SHAPES:
        return _("%(code)s: hình không phải Polygon.") % {"code": code}, _("Xuất lại thành Polygon hoặc MultiPolygon.")
    try:
        shape = _shape(geometry)
    except (ValueError, TypeError):
        return _("%(code)s: tọa độ không đọc được.") % {"code": code}, _("Xuất lại tệp, hệ tọa độ WGS 84.")
    if not shape.valid:
        return _("%(code)s: đường ranh giới tự cắt.") % {"code": code}, _("Sửa hình bằng phần mềm bản đồ.")
    return None


def _shape(geometry: dict[str, Any]) -> MultiPolygon:
    shape = GEOSGeometry(json.dumps(geometry), srid=4326)
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326)


def load(pack: Pack) -> None:
    for drawing in read(pack):
        rows = {u.code: u for u in Unit.objects.filter(valid(drawing.on), level=str(drawing.level))}
        changed = []
        for feature in _features(pack, f"boundaries/{drawing.file}"):
            unit, shape = rows[str(feature["properties"]["code"])], _shape(feature["geometry"])
            facts = (drawing.approximate, drawing.source)
            same = unit.boundary is not None and unit.boundary.equals_exact(shape)
            if same and (unit.boundary_approximate, unit.boundary_source) == facts:
                continue
            unit.boundary = shape
            unit.boundary_approximate, unit.boundary_source = facts
            changed.append(unit)
        Unit.objects.bulk_update(changed, ["boundary", "boundary_approximate", "boundary_source"])
