"""Tables that people make in Excel: read within limits, and written so that no cell runs as a formula.

An .xlsx is a zip of XML made by a stranger: its size, what it unpacks to, its rows and columns are all bounded before
and while it is read. Formulas are not computed and not kept: a cell holds what was shown when the file was saved.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from tinhso.kernel.errors import Invalid

MOST_PARTS = 200  #: files in the zip; Excel writes about a dozen
MOST_BYTES = 60 * 1024 * 1024  #: unpacked, all parts together
MOST_RATIO = 200  #: how far a part may be pressed together; text of a table seldom passes 30
LONGEST_CELL = 1000  #: letters

#: What zip, XML and openpyxl raise for bytes that are no workbook, as seen by feeding it thousands of broken ones:
#: archives cut or garbled, XML that is not well-formed (both parsers' faults are SyntaxErrors), parts, attributes and
#: values that are missing or of another kind, encryption. Not AttributeError, not MemoryError, nothing of a database.
OF_A_BAD_FILE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError),
    *(SyntaxError, LookupError, TypeError, ValueError),
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = tuple[int, list[str]]


def guard_archive(content: BinaryIO) -> None:
    """Refuse an archive that unpacks to more than a table can hold. Raises Invalid."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
    except OF_A_BAD_FILE as fault:
        raise _refused(fault) from None
    size = sum(part.file_size for part in parts)
    pressed = any(p.file_size > 1024 * 1024 and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts)
    if len(parts) > MOST_PARTS or size > MOST_BYTES or pressed:
        raise Invalid(
            _("Tệp này mở ra quá lớn so với một danh sách. Hãy chép các dòng cần thiết sang tệp mẫu rồi gửi lại.")
        )
    content.seek(0)


def rows(content: BinaryIO, *, columns: int, most: int) -> Iterator[Row]:
    """The rows of the first sheet as text, with their line numbers; empty rows are left out.

    Only the first ``columns`` cells of a row are read. Raises Invalid for what is not a spreadsheet, and when more
    than ``most`` rows (the header included) are filled in.
    """
    filled = 0
    for number, cells in enumerate(_cells(content, columns), start=1):
        texts = [text_of(cell) for cell in cells]
        if not any(texts):
            if number > most * 20:
                break
            continue
        filled += 1
        if filled > most:
            raise Invalid(
                _("Tệp có hơn %(most)s dòng. Hãy chia thành nhiều tệp.") % {"most": f"{most - 1:,}".replace(",", ".")}
            )
        yield number, texts + [""] * (columns - len(texts))


def _cells(content: BinaryIO, columns: int) -> Iterator[tuple[Any, ...]]:
    """The rows of the first sheet as the library reads them. Raises Invalid; a fault of the machine or of our own
    code passes through as what it is."""
    from openpyxl import load_workbook  # noqa: PLC0415  slow to load, seldom needed

    guard_archive(content)
    try:
        book = load_workbook(content, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        lines = sheet.iter_rows(max_col=columns, values_only=True)
    except OF_A_BAD_FILE as fault:
        raise _refused(fault) from None
    while True:
        try:
            line = next(lines)
        except StopIteration:
            return
        except OF_A_BAD_FILE as fault:
            raise _refused(fault) from None
        yield line


def _refused(fault: Exception) -> Exception:
    """The sentence for a bad file; the disk's own faults have a number and stay what they are."""
    return fault if isinstance(fault, OSError) and fault.errno is not None else unreadable()


def unreadable() -> Invalid:
    return Invalid(_("Không đọc được tệp Excel này. Hãy mở bằng Excel, lưu lại thành .xlsx rồi gửi lại."))


def text_of(cell: Any) -> str:
    """What a cell says, as a person would write it: days as 05/09/2025, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    words = "".join(letter for letter in str(cell) if letter.isprintable() or letter.isspace())
    return " ".join(words.split())[:LONGEST_CELL]


def harmless(value: object) -> str:
    """Text for a cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    words = "" if value is None else str(value)
    return "'" + words if words.startswith(_FORMULA) else words


def csv_bytes(header: Sequence[object], lines: Iterable[Sequence[object]]) -> bytes:
    """A CSV file that Excel opens with Vietnamese letters whole and no cell computed."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for line in (header, *lines):
        writer.writerow([harmless(cell) for cell in line])
    return ("\ufeff" + written.getvalue()).encode()


def workbook(sheets: dict[str, tuple[Sequence[str], Iterable[Sequence[str]], Sequence[int]]]) -> bytes:
    """An .xlsx of sheets: title → (header, lines, column widths). Every cell is text."""
    from openpyxl import Workbook  # noqa: PLC0415  slow to load, seldom needed
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    book.remove(book.worksheets[0])
    for title, (header, lines, widths) in sheets.items():
        sheet = book.create_sheet(title[:31])
        for line in (header, *lines):
            sheet.append([harmless(cell) for cell in line])
        for column, width in zip(sheet.iter_cols(max_col=len(header), max_row=1), widths, strict=True):
            column[0].font = Font(bold=True)
            sheet.column_dimensions[column[0].column_letter].width = width
            for cell in sheet[column[0].column_letter]:
                cell.number_format = "@"
        sheet.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
