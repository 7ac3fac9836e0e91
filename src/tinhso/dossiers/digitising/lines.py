"""The list beside the scans: its columns, its template, and what a line means.

The file speaks Vietnamese whatever language its reader has chosen: it goes from hand to hand. No cell is ever run: what
begins like a formula is text here, and is written back so that no spreadsheet runs it.
"""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tinhso.dossiers.digitising.archive import MOST_LINES
from tinhso.dossiers.pack import digitised_kinds
from tinhso.kernel import clock, spreadsheets
from tinhso.kernel.errors import Invalid
from tinhso.kernel.legible import all_legible
from tinhso.people.identifiers import personal_number
from tinhso.people.models.officials import name_key

#: name → heading in the file; the order is that of the columns A, B, C …
COLUMNS = {
    "number": gettext_lazy("Số trong sổ"),
    "issued_on": gettext_lazy("Ngày cấp"),
    "kind": gettext_lazy("Loại giấy tờ"),
    "identity": gettext_lazy("Số định danh"),
    "holder_name": gettext_lazy("Họ và tên"),
    "birth_date": gettext_lazy("Ngày sinh (không bắt buộc)"),
    "valid_to": gettext_lazy("Có giá trị đến hết ngày (để trống: không thời hạn)"),
    "scan": gettext_lazy("Tên tệp quét (để trống: chưa quét)"),
}
LETTERS = dict(zip(COLUMNS, "ABCDEFGH", strict=True))
_DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")
_LONGEST = {"number": 60, "holder_name": 255}
EARLIEST = date(1945, 9, 2)


@dataclass
class Line:
    """One line of the list. ``faults`` says for each column what to do."""

    number: int
    typed: dict[str, str]
    kind: str = ""
    title: str = ""
    issued_on: date | None = None
    valid_to: date | None = None
    birth_date: date | None = None
    identity: str = ""
    faults: list[dict[str, str]] = field(default_factory=list)

    def wrong(self, column: str, words: str) -> None:
        """Something in a column must be put right."""
        self.faults.append({"column": LETTERS[column], "words": words})

    @property
    def in_book(self) -> tuple[str, str, int] | None:
        """By what no two papers of an agency are alike; None when it cannot be read."""
        if not self.kind or self.issued_on is None or not self.typed["number"]:
            return None
        return self.kind, self.typed["number"], self.issued_on.year


@override("vi")
def template() -> bytes:
    """The file to fill in, with its headings."""
    return spreadsheets.csv_bytes([str(words) for words in COLUMNS.values()], [])


@override("vi")
def read(content: bytes) -> list[Line]:
    """The lines of a filled-in list; commas or semicolons. Raises Invalid when it is not the template or too long."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(_("Danh sách không phải mã UTF-8. Trong Excel chọn “Lưu thành”, loại “CSV UTF-8”.")) from None
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))]
    except csv.Error:
        raise Invalid(_("Dòng %(n)d của danh sách hỏng dấu nháy.") % {"n": reader.line_num}) from None
    header = rows[0][1] if rows else []
    for letter, (cell, title) in zip("ABCDEFGH", zip(header + [""] * 8, COLUMNS.values(), strict=False), strict=False):
        if " ".join(cell.lower().split()) != str(title).lower():
            raise Invalid(
                _("Ô %(cell)s1 của danh sách phải là “%(title)s”. Dùng đúng tệp mẫu, giữ nguyên dòng đầu.")
                % {"cell": letter, "title": title}
            )
    if len(rows) < 2:
        raise Invalid(_("Danh sách chưa có dòng nào dưới dòng tiêu đề."))
    if len(rows) > MOST_LINES + 1:
        raise Invalid(_("Danh sách quá %(n)d dòng. Chia thành nhiều lần.") % {"n": MOST_LINES})
    return [Line(number, dict(zip(COLUMNS, (cells + [""] * 8)[:8], strict=True))) for number, cells in rows[1:]]


@override("vi")
def understand(lines: list[Line]) -> None:
    """Read each cell and note what is wrong, also between the lines."""
    kinds = {one.name.casefold(): one for one in digitised_kinds()}
    books: dict[tuple[str, str, int], Line] = {}
    scans: dict[str, Line] = {}
    for line in lines:
        _texts(line)
        said = kinds.get(line.typed["kind"].casefold())
        if said is None:
            names = ", ".join(one.name for one in kinds.values())
            line.wrong("kind", _("Ghi đúng một trong các loại: %(names)s.") % {"names": names})
        else:
            line.kind, line.title = said.kind, said.name
        _days(line)
        _holder(line)
        if line.in_book is not None and (before := books.setdefault(line.in_book, line)) is not line:
            both_wrong(before, line, "number", _("Trùng số, loại và năm với dòng %(n)d."))
        scan = line.typed["scan"].casefold()
        if scan and (before := scans.setdefault(scan, line)) is not line:
            both_wrong(before, line, "scan", _("Tệp này cũng dùng ở dòng %(n)d."))


def tried_out(lines: list[Line]) -> set[str]:
    """Identity numbers that the list gives to more than two people. Such lines are wrong by themselves and are compared
    with nobody: a list must not find out by trying who holds a number."""
    people: dict[str, set[tuple[str, date | None]]] = defaultdict(set)
    for line in lines:
        if line.identity:
            people[line.identity].add((name_key(line.typed["holder_name"]), line.birth_date))
    found = {identity for identity, given in people.items() if len(given) > 2}
    for line in lines:
        if line.identity in found:
            line.wrong("identity", _("Danh sách ghi số này cho nhiều người khác nhau. So lại với giấy tờ."))
    return found


def both_wrong(before: Line, line: Line, column: str, words: str) -> None:
    """Two lines cannot both be right, and nobody knows yet which one is: each names the other."""
    line.wrong(column, words % {"n": before.number})
    if not any(fault["column"] == LETTERS[column] for fault in before.faults):
        before.wrong(column, words % {"n": line.number})


def _texts(line: Line) -> None:
    for name, longest in _LONGEST.items():
        if not line.typed[name]:
            line.wrong(name, _("Ô này cần có chữ."))
        elif len(line.typed[name]) > longest:
            line.wrong(name, _("Dài quá %(n)d ký tự.") % {"n": longest})
    for name, text in line.typed.items():
        if not all_legible(text):
            line.typed[name] = ""
            line.wrong(name, _("Có ký tự không đọc được. Gõ lại ô này."))


def _days(line: Line) -> None:
    today = clock.today()
    line.issued_on = _day(line, "issued_on")
    if line.issued_on is None and not line.typed["issued_on"]:
        line.wrong("issued_on", _("Ghi ngày cấp như 05/09/2015."))
    elif line.issued_on is not None and not EARLIEST <= line.issued_on <= today:
        line.wrong("issued_on", _("Ngày cấp phải từ 02/09/1945 tới hôm nay."))
        line.issued_on = None
    line.valid_to = _day(line, "valid_to")
    if line.valid_to is not None and line.valid_to < today:
        line.wrong("valid_to", _("Giấy tờ đã hết giá trị thì không số hóa ở đây. Bỏ dòng này."))
    line.birth_date = _day(line, "birth_date")


def _day(line: Line, column: str) -> date | None:
    text = line.typed[column]
    for form in _DAYS if text else ():
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    if text:
        line.wrong(column, _("Ghi ngày như 05/09/2015: ngày, tháng, năm."))
    return None


def _holder(line: Line) -> None:
    try:
        read_number = personal_number(line.typed["identity"])
    except Invalid as wrong:
        line.wrong("identity", str(wrong.detail))
        return
    line.identity = read_number.number
    if line.birth_date is not None and line.birth_date.year != read_number.birth_year:
        line.wrong("birth_date", _("Năm sinh không khớp với số định danh."))
    if line.issued_on is not None and line.issued_on.year < read_number.birth_year:
        line.wrong("issued_on", _("Ngày cấp trước năm sinh trong số định danh."))
