"""`catalogue/fields/*.yaml`: a field's procedures, each with its versions, each statement with its source."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from tinhso.kernel.http.problems import sentence
from tinhso.kernel.packs import Mapping, Mistake, Pack, Unreadable
from tinhso.kernel.packs.shapes import line_at
from tinhso.procedures.entries import ENTRY, Borrowed, Entry
from tinhso.procedures.pack.periods import WrongPeriod, overlap, period
from tinhso.procedures.spec import Stated

FOLDER = "catalogue/fields"
Json = dict[str, Any]
Path = tuple[int | str, ...]
DAYS = ("valid_from", "valid_to", "source", "unverified")


@dataclass(frozen=True)
class Version:
    """One period of one procedure."""

    file: str
    line: int
    code: str
    valid_from: date
    valid_to: date | None
    definition: Json
    entry: Entry


@dataclass
class FieldFile:
    """One file as read."""

    file: str
    data: Mapping
    versions: list[Version] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, path: Path, message: str, remedy: str) -> None:
        mistake = Mistake(self.file, line_at(self.data, path), message, remedy)
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)


def read(pack: Pack, path: str) -> FieldFile:
    """A field's file with its mistakes. Raises Unreadable when it is no such file at all."""
    data = pack.yaml(path)
    head = data.get("field") if isinstance(data, Mapping) else None
    listed = data.get("procedures") if isinstance(data, Mapping) else None
    if not isinstance(head, Mapping) or not isinstance(head.get("name"), str) or not isinstance(listed, list):
        remedy = _("Tệp cần hai mục: field (name, source) và procedures (danh sách thủ tục).")
        raise Unreadable(Mistake(path, 1, _("Nội dung tệp chưa đúng dạng."), remedy))
    found = FieldFile(path, data)
    for index, item in enumerate(listed):
        if isinstance(item, Mapping) and isinstance(item.get("versions"), list) and item["versions"]:
            _versions(found, head, item, ("procedures", index))
        else:
            remedy = _("Thêm versions với ít nhất một mục có valid_from.")
            found.wrong(("procedures", index), _("Thủ tục thiếu mục versions."), remedy)
    return found


def repeated(versions: list[Version], whole: set[str]) -> Iterator[Mistake]:
    """A code has one place in the pack: one entry of one file, or a folder of its own."""
    first: dict[str, Version] = {}
    for version in versions:
        known = first.setdefault(version.code, version)
        if version.code in whole:
            remedy = _("Bỏ mục này: procedures/%(code)s đã là nguồn duy nhất của thủ tục.") % {"code": version.code}
            yield Mistake(version.file, version.line, _("Mã %(code)s có hai nguồn.") % {"code": version.code}, remedy)
        elif (known.file, known.line) != (version.file, version.line):
            place = f"{known.file}:{known.line}"
            message = _("Mã %(code)s đã có ở %(place)s.") % {"code": version.code, "place": place}
            yield Mistake(version.file, version.line, message, _("Giữ lại một mục."))


def _versions(file: FieldFile, head: Mapping, item: Mapping, path: Path) -> None:
    shared = {key: value for key, value in item.items() if key != "versions"}
    days = []
    for index, stated in enumerate(item["versions"]):
        here: Path = (*path, "versions", index)
        try:
            dates = period(stated)
        except WrongPeriod as wrong:
            file.wrong((*here, *wrong.inside), wrong.message, wrong.remedy)
            continue
        different = {key: value for key, value in stated.items() if key not in DAYS}
        mark = {key: stated[key] for key in ("source", "unverified") if key in stated}
        whole = {**shared, **different, "field": head["name"], "field_mark": _mark(head), "period": mark}
        definition: Json = json.loads(json.dumps(whole, default=str))
        entry = _entry(file, definition, path, here, different)
        if entry is not None:
            days.append(dates)
            _sources(file, entry, path, here, different)
            line = line_at(file.data, path)
            file.versions.append(Version(file.file, line, entry.code, *dates, definition, entry))
    for day in overlap(days):
        message = _("Hai phiên bản cùng có hiệu lực vào ngày %(day)s.") % {"day": f"{day:%d/%m/%Y}"}
        file.wrong((*path, "versions"), message, _("Cho phiên bản trước hết hiệu lực sớm hơn."))


def _mark(head: Mapping) -> Json:
    return {key: head[key] for key in ("source", "unverified") if key in head}


def _entry(file: FieldFile, definition: Json, path: Path, here: Path, different: Json) -> Entry | None:
    try:
        entry = ENTRY.validate_python(definition)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            where = _written(each["loc"], path, here, different)
            what = ".".join(str(step) for step in each["loc"])
            file.wrong(where, _("Mục %(where)s chưa đúng.") % {"where": what}, sentence(dict(each)))
        return None
    digits = entry.code.replace(".", "", 1)
    if len(entry.code) != len("0.000000") or entry.code[1] != "." or not (digits.isascii() and digits.isdigit()):
        remedy = _('Ghi mã gốc quốc gia trong ngoặc kép, dạng "0.000000", không kèm đuôi của tỉnh.')
        file.wrong((*path, "code"), _("Mã %(code)s chưa đúng dạng.") % {"code": entry.code[:30]}, remedy)
    return entry


def _written(loc: Path, path: Path, here: Path, different: Json) -> Path:
    """Where a place of the definition stands in the file."""
    if loc and loc[0] in different:
        return (*here, *loc)
    if loc and loc[0] in ("field", "field_mark"):
        return ("field", *loc[1:])
    return (*here, *loc[1:]) if loc and loc[0] == "period" else (*path, *loc)


def _sources(file: FieldFile, entry: Entry, path: Path, here: Path, different: Json) -> None:
    remedy = _("Ghi source (văn bản, điều khoản), hoặc unverified: true nếu chưa kiểm chứng.")
    for name, stated in _statements(entry):
        where = _written((name,), path, here, different) if name else path
        if not stated.source.strip() and not stated.unverified:
            file.wrong(where, _("Điều này không có nguồn."), remedy)
        if isinstance(stated, Borrowed) and stated.elsewhere and not stated.unverified:
            message = _("Điều này là của %(where)s, không phải của tỉnh.") % {"where": stated.elsewhere}
            file.wrong(where, message, _("Thêm unverified: true."))
    for name in ("components", "legal_basis"):
        lines = getattr(entry, name)
        if lines is not None and not all(item.strip() for item in lines.items):
            where = _written((name, "items"), path, here, different)
            file.wrong(where, _("Có mục trống trong danh sách."), _("Ghi tên, hoặc bỏ mục trống."))


def _statements(entry: Entry) -> Iterator[tuple[str, Stated]]:
    for name, stated in entry.marks().items():
        if stated is not None and name != "name":
            yield ("" if name == "code" else "field_mark" if name == "field" else name), stated
