"""Scans, lists and archives as offices send them, good and evil."""

import io
import zipfile
from typing import Any

from PIL import Image
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from tinhso.dossiers.digitising.lines import COLUMNS
from tinhso.dossiers.models import Digitised, DigitisedBatch, DigitisedState
from tinhso.kernel.pdf.render import render

_made: dict[str, bytes] = {}


def scan(words: str) -> bytes:
    """A page of PDF that differs by its words; drawn once."""
    if not _made:
        _made[""] = render("<p>Trang quét</p>", title="Trang quét")
    return _made[""] + f"\n% {words}\n".encode()


def zipped(rows: list[list[str]], scans: dict[str, bytes], name: str = "danh-sach.csv", separator: str = ",") -> bytes:
    out = io.BytesIO()
    text = "\n".join(separator.join(f'"{cell}"' for cell in row) for row in [[str(t) for t in COLUMNS.values()], *rows])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo(name), "\ufeff" + text)
        for one, content in scans.items():
            made.writestr(zipfile.ZipInfo(one), content)
    return out.getvalue()


def row(holder: tuple[str, str], number: str = "12", file: str = "12.pdf", **more: str) -> list[str]:
    said = {"number": number, "issued_on": "05/09/2011", "kind": "Giấy khai sinh", "identity": holder[0]}
    said |= {"holder_name": holder[1], "birth_date": "", "valid_to": "", "scan": file, **more}
    return [said[name] for name in COLUMNS]


def faults_of(batch: DigitisedBatch) -> dict[int, list[str]]:
    rows = Digitised.objects.filter(batch=batch, state=DigitisedState.WRONG)
    return {one.line: [fault["column"] for fault in one.faults] for one in rows}


def picture_pdf() -> bytes:
    """As scanning programs write it: with a cross-reference table that strict readers refuse."""
    made = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(made, "PDF")
    return made.getvalue()


def with_script() -> bytes:
    """A page that runs a script when it is opened, in a compressed object."""
    made = PdfFileWriter(stream_xrefs=True)
    holder = made.prepare_object_stream()
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
    page = PageObject(
        contents=made.add_object(StreamObject(stream_data=b"")),
        media_box=ArrayObject(map(NumberObject, (0, 0, 40, 60))),
    )
    made.insert_page(page)
    made.root["/OpenAction"] = made.add_object(action, obj_stream=holder)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def evil(**entry: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, (content, attributes) in entry.items():
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = attributes, zipfile.ZIP_DEFLATED
            made.writestr(info, content)
    return out.getvalue()
