"""A bad file is refused in words; a fault of the machine is not blamed on the file."""

import errno
import io
import random
import re
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from openpyxl import Workbook

from tinhso.kernel.errors import Invalid
from tinhso.kernel.spreadsheets import Row, rows

WIDTH = 4
SAID = "Không đọc được tệp Excel này. Hãy mở bằng Excel, lưu lại thành .xlsx rồi gửi lại."


def good() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Họ tên", "Số", "Ngày", "Ghi chú"])
    sheet.append(["Lý Thị Cẩm Tú", 12.0, date(2026, 9, 5), None])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def read(content: bytes) -> list[Row]:
    return list(rows(io.BytesIO(content), columns=WIDTH, most=100))


def rewritten(**parts: bytes | None) -> bytes:
    """The good workbook with some of its parts written anew, or left out (None). ``__`` stands for a slash."""
    changed = {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as source, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            content = changed.get(name, source.read(name))
            if content is not None:
                made.writestr(name, content)
    return kept.getvalue()


def test_a_good_file_is_read_as_a_person_would_write_it():
    assert read(good()) == [
        (1, ["Họ tên", "Số", "Ngày", "Ghi chú"]),
        (2, ["Lý Thị Cẩm Tú", "12", "05/09/2026", ""]),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 not really",
        good()[:-30],
        good()[: len(good()) // 2],
        rewritten(xl__workbook=None),
        rewritten(xl__workbook=b"<workbook"),
        rewritten(xl__styles=b"<styleSheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><x/"),
        rewritten(xl__worksheets__sheet1=b"<worksheet><sheetData><row r='a'>"),
        rewritten(xl__worksheets__sheet1=b"\xff\xfe no xml"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(content: bytes):
    with pytest.raises(Invalid) as refused:
        read(content)
    assert str(refused.value.detail) == SAID


def broken_ones(count: int) -> Iterator[bytes]:
    """The good workbook with bytes, tags, attributes and values garbled, the same ones each time."""
    chance = random.Random(2174)
    with zipfile.ZipFile(io.BytesIO(good())) as source:
        parts = {name: source.read(name).decode() for name in source.namelist()}
    for number in range(count):
        if number % 4 == 0:
            raw = bytearray(good())
            for _time in range(3):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            yield bytes(raw)
            continue
        name = chance.choice(sorted(parts))
        words = re.findall(r"<[^>]*>|[^<]+", parts[name])
        at = chance.randrange(len(words))
        words[at] = chance.choice(
            [
                "",
                "-5",
                "<a/>",
                "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
                re.sub(r'"[^"]*"', '"1e999"', words[at]),
                re.sub(r" (\w+)=", " zz=", words[at]),
            ]
        )
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w") as made:
            for part, text in parts.items():
                made.writestr(part, "".join(words) if part == name else text)
        yield kept.getvalue()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_garbled_workbook_is_a_fault():
    refused = 0
    for content in broken_ones(160):
        try:
            read(content)
        except Invalid:
            refused += 1
    assert refused > 30, "hardly any of them was broken"


class FailingDisk(io.BytesIO):
    """A file whose disk fails while the sheet is read."""

    def __init__(self, content: bytes, fault: BaseException) -> None:
        super().__init__(content)
        self.fault, self.reads = fault, 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        if self.reads > 12:  # by then the archive's own list was read
            raise self.fault
        return super().read(size)


@pytest.mark.parametrize("fault", [OSError(errno.EIO, "Input/output error"), MemoryError()])
def test_a_fault_of_the_machine_is_not_blamed_on_the_file(fault: BaseException):
    with pytest.raises(type(fault)) as seen:
        list(rows(FailingDisk(good(), fault), columns=WIDTH, most=100))
    assert not isinstance(seen.value, Invalid)
