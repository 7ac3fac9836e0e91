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
        read = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        remedy = _("Kiểm tra dấu nháy quanh dòng này (%(what)s).") % {"what": error}
        raise Unreadable(Mistake(file, reader.line_num, _("Không đọc được dòng CSV."), remedy)) from None
    return _lines(read, file, list(columns))


def _lines(read: list[tuple[int, list[str]]], file: str, columns: list[str]) -> list[Line]:
    header = read[0][1] if read else []
    missing = [column for column in columns if column not in header]
    if missing:
        wanted = _("Thêm cột vào dòng đầu: %(columns)s.") % {"columns": ", ".join(missing)}
        raise Unreadable(Mistake(file, 1, _("Thiếu cột."), wanted))
    lines, wrong = [], []
    for number, cells in read[1:]:
        if len(cells) != len(header):
            message = _("Dòng có %(n)d ô, cần %(m)d ô.") % {"n": len(cells), "m": len(header)}
            wrong.append(Mistake(file, number, message, _("Kiểm tra dấu phẩy và dấu nháy trong dòng.")))
            continue
        line = Line(zip(header, (cell.strip() for cell in cells), strict=True))
        line.line = number
        lines.append(line)
    if wrong:
        raise Unreadable(*wrong)
    return lines
