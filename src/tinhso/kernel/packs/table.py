"""CSV tables of a pack: UTF-8, a header, commas; every row knows its line."""

import csv
from collections.abc import Iterable
from io import StringIO

from django.utils.translation import gettext as _

from tinhso.kernel.packs.mistakes import Mistake, Unreadable


class Line(dict[str, str]):
    """A row by column name, and the line it stands on."""

    line: int = 0


def parse(text: str, file: str, columns: Iterable[str]) -> list[Line]:
    """The rows. Raises Unreadable for a missing column or a row of another width."""
    reader = csv.reader(StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        return _lines(reader, file, list(columns))
    except csv.Error as error:
        remedy = _("Kiểm tra dấu nháy quanh dòng này (%(what)s).") % {"what": error}
        raise Unreadable(Mistake(file, reader.line_num, _("Không đọc được dòng CSV."), remedy)) from None


def _lines(reader: "csv._reader", file: str, columns: list[str]) -> list[Line]:
    header = next(reader, [])
    missing = [column for column in columns if column not in header]
    if missing:
        wanted = _("Thêm cột vào dòng đầu: %(columns)s.") % {"columns": ", ".join(missing)}
        raise Unreadable(Mistake(file, 1, _("Thiếu cột."), wanted))
    lines, wrong = [], []
    for cells in reader:
        if not cells:
            continue
        if len(cells) != len(header):
            message = _("Dòng có %(n)d ô, cần %(m)d ô.") % {"n": len(cells), "m": len(header)}
            wrong.append(Mistake(file, reader.line_num, message, _("Kiểm tra dấu phẩy và dấu nháy trong dòng.")))
            continue
        line = Line(zip(header, (cell.strip() for cell in cells), strict=True))
        line.line = reader.line_num
        lines.append(line)
    if wrong:
        raise Unreadable(*wrong)
    return lines
