"""Paper: PDF/A-3u as far as its marks can be read here (veraPDF is not on this machine), and nothing from outside."""

import re
import subprocess
from io import BytesIO

import pytest
from django.template import engines
from pyhanko.pdf_utils.generic import DictionaryObject, Reference
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.kernel.pdf.qr import qr_data, qr_svg
from tinhso.kernel.pdf.render import Attached, render
from tinhso.kernel.signing import Role, SignatureRequest, person_key, seal_key, sign_as

LETTERS = "ẮẰẲẴẶắằẳẵặ ẤẦẨẪẬấầẩẫậ ẾỀỂỄỆếềểễệ ỐỒỔỖỘốồổỗộ ỚỜỞỠỢớờởỡợ ỨỪỬỮỰứừửữự ÝỲỶỸỴýỳỷỹỵ Đđ"
AT = clock.parse("2025-09-05T08:00:00+07:00")


def official(**context: object) -> str:
    page = engines["django"].from_string(
        '{% extends "print/official.html" %}{% block agency %}{{ agency }}{% endblock %}'
        "{% block body %}<p>{{ text }}</p><p><b>{{ text }}</b> <i>{{ text }}</i></p>{% endblock %}"
        '{% block check %}{% include "print/check.html" %}{% endblock %}'
    )
    qr = {"qr": qr_data("http://127.0.0.1:8000/kiem-tra"), "address": "http://127.0.0.1:8000/kiem-tra"}
    return page.render({"agency": "UBND đặc khu Kiên Hải", "text": LETTERS, **qr, **context})


@pytest.fixture(scope="module")
def pdf() -> bytes:
    data = Attached("du-lieu.json", b'{"so": "05/2025"}', "Dữ liệu của giấy tờ")
    return render(official(), title="Giấy khai sinh", attachments=(data,), at=AT)


def fonts_of(pdf: bytes) -> list[DictionaryObject]:
    reader = PdfFileReader(BytesIO(pdf))
    found = []
    for number in range(1, int(reader.trailer_view["/Size"])):
        try:
            thing = reader.get_object(Reference(number, 0, reader))
        except Exception:
            continue
        if isinstance(thing, DictionaryObject) and thing.get("/Type") == "/Font" and "/DescendantFonts" in thing:
            found.append(thing)
    return found


def assert_marks_of_pdf_a(pdf: bytes) -> None:
    """The marks of ISO 19005-3, level U, that a program can look up."""
    root = PdfFileReader(BytesIO(pdf)).root
    xmp = root["/Metadata"].data.decode()
    assert re.search(r'pdfaid:part="3"', xmp)
    assert re.search(r'pdfaid:conformance="U"', xmp)
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/OutputIntents"][0]["/DestOutputProfile"].data
    assert root["/Lang"] == "vi"
    for font in fonts_of(pdf):
        below = font["/DescendantFonts"][0]
        assert font["/ToUnicode"].data
        assert "/FontFile2" in below["/FontDescriptor"]
        assert "/CIDToGIDMap" in below
    info = PdfFileReader(BytesIO(pdf)).trailer_view["/Info"]
    assert f'pdf:Producer="{info["/Producer"]}"' in xmp
    for page in root["/Pages"]["/Kids"]:
        for found in page.get_object().get("/Annots", ()):
            annotation = found.get_object()
            flags = int(annotation["/F"])
            assert flags & 4, "annotations print"
            assert not flags & (1 | 2 | 32), "annotations are not hidden"
            assert "/N" in annotation["/AP"]


def test_it_carries_the_marks_of_pdf_a_3u(pdf: bytes) -> None:
    assert_marks_of_pdf_a(pdf)


def test_signing_keeps_the_marks(pdf: bytes) -> None:
    person = person_key(account_id="a-paper", name="Nguyễn Thị Lập Lành Anh", agency_id="g-paper", agency="UBND X")
    signed = sign_as(person, pdf, SignatureRequest(Role.PERSON))
    sealed = sign_as(seal_key(agency_id="g-paper", agency="UBND X"), signed, SignatureRequest(Role.SEAL))

    assert_marks_of_pdf_a(sealed)
    assert len(fonts_of(sealed)) == len(fonts_of(pdf)) + 2


def test_every_vietnamese_letter_comes_out_as_text(pdf: bytes, tmp_path) -> None:
    (tmp_path / "p.pdf").write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", "p.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    flat = " ".join(text.stdout.decode().split())
    assert flat.count(LETTERS) == 3
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in flat


def test_only_our_own_fonts_are_used(pdf: bytes) -> None:
    assert {str(font["/BaseFont"]).split("+")[1].split("-")[0] for font in fonts_of(pdf)} == {"Liberation"}


def test_data_travels_inside(pdf: bytes) -> None:
    root = PdfFileReader(BytesIO(pdf)).root
    file = root["/AF"][0]
    assert file["/AFRelationship"] == "/Data"
    assert file["/EF"]["/F"].data == b'{"so": "05/2025"}'
    assert file["/EF"]["/F"]["/Subtype"] == "/application/json"


def test_it_has_a_title_and_the_date_of_business(pdf: bytes) -> None:
    info = PdfFileReader(BytesIO(pdf)).trailer_view["/Info"]
    assert info["/Title"] == "Giấy khai sinh"
    assert str(info["/CreationDate"]).startswith("D:20250905080000+07")


def test_places_for_the_two_signatures(pdf: bytes) -> None:
    fields = {name: field.get_object() for name, _value, field in enumerate_sig_fields(PdfFileReader(BytesIO(pdf)))}
    assert set(fields) == {"person", "seal"}
    seal, person = fields["seal"]["/Rect"], fields["person"]["/Rect"]
    assert seal[2] <= person[0], "the seal stands left of the signature"


def test_the_same_input_gives_the_same_bytes() -> None:
    page = "<p>Số 05/2025</p>"
    assert render(page, title="A", at=AT) == render(page, title="A", at=AT)


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="file:///etc/hostname">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<style>@import url("file:///etc/passwd")</style>',
        '<style>p{background:url("http://127.0.0.1:9/")}</style><p>x</p>',
        '<style>@font-face{font-family:X;src:url("tinhso:../render.py")}</style>',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<object data="file:///etc/passwd"></object>',
    ],
)
def test_nothing_is_fetched(markup: str) -> None:
    with pytest.raises(Invalid):
        render(markup, title="x")


def test_a_page_cannot_attach_files_by_itself() -> None:
    made = render('<link rel="attachment" href="file:///etc/passwd"><p>x</p>', title="x")
    assert b"/EmbeddedFile" not in made


def test_markup_in_a_field_stays_text(tmp_path) -> None:
    made = render(official(text="<b>x</b><script>1</script>'; DROP TABLE"), title="x")
    (tmp_path / "p.pdf").write_bytes(made)
    text = subprocess.run(["pdftotext", "p.pdf", "-"], cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    assert "<b>x</b><script>1</script>'; DROP TABLE" in text


def test_a_qr_code_is_drawn_here() -> None:
    assert qr_svg("x").startswith("<svg")
    assert qr_data("x").startswith("data:image/svg+xml")
