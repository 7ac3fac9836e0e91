"""HTML → PDF/A-3u (ISO 19005-3), with WeasyPrint. Slow (about 0.2 s a page): call it from a job.

Decree 30/2020 (Appendix I) asks for Times New Roman; its free metric twin Liberation Serif is
embedded, with every Vietnamese letter. WeasyPrint and pyHanko load in about a second, so they are imported on use.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.disk import writing
from tinhso.kernel.errors import Invalid

#: Debian's fonts-liberation2, which `make up` installs; other systems name their own folder.
FONTS = Path(os.environ.get("TINHSO_FONTS", "/usr/share/fonts/truetype/liberation2"))
FACES = frozenset(f"LiberationSerif-{face}.ttf" for face in ("Regular", "Bold", "Italic", "BoldItalic"))
SIGN_PREFIX = "sign-"
_FACES = "".join(
    f"@font-face{{font-family:'Liberation Serif';src:url('tinhso:{name}.ttf');font-weight:{weight};font-style:{style}}}"
    for name, weight, style in (
        ("LiberationSerif-Regular", 400, "normal"),
        ("LiberationSerif-Bold", 700, "normal"),
        ("LiberationSerif-Italic", 400, "italic"),
        ("LiberationSerif-BoldItalic", 700, "italic"),
    )
)
#: Pango and fontconfig hold state of the process: one page set is drawn at a time.
_drawing = Lock()


class Relationship(StrEnum):
    """What an attached file is to the document (ISO 32000-2, 7.11.3, AFRelationship)."""

    DATA = "Data"  #: the data shown by the document
    SOURCE = "Source"  #: what the document was made from
    SUPPLEMENT = "Supplement"


@dataclass(frozen=True)
class Attached:
    """A file carried inside the PDF, as PDF/A-3 allows. Its media type follows from the name."""

    name: str
    content: bytes
    description: str
    relationship: Relationship = Relationship.DATA


@dataclass(frozen=True)
class Place:
    """A rectangle on a page (points, from the lower left corner) where a signature goes."""

    field: str
    page: int
    box: tuple[int, int, int, int]


def render(
    html: str,
    *,
    title: str,
    lang: str = "vi",
    attachments: tuple[Attached, ...] = (),
    at: datetime | None = None,
) -> bytes:
    """The HTML as PDF/A-3u: fonts embedded, no network; the same input and ``at`` give the same bytes.

    An element with ``id="sign-person"`` or ``id="sign-seal"`` becomes an empty signature field "person" or "seal"
    where it stands, which `tinhso.kernel.signing` fills (that revision carries its own, real time). ``at`` is the
    document's date of creation, default the business instant. Raises Invalid when the HTML asks for a resource that
    is neither ``data:`` nor ours, NoRoom when the disk is full.
    """
    from weasyprint import HTML  # noqa: PLC0415  loads Pango: only where paper is made
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

    moment = at or clock.now()
    with _drawing, writing():  # the fonts are laid out in a temporary folder
        fonts = FontConfiguration()
        fetch = _fetcher()
        try:
            document = HTML(string=html, url_fetcher=fetch).render(
                stylesheets=[_faces(fonts, fetch)], font_config=fonts, pdf_variant="pdf/a-3u"
            )
            meta = document.metadata
            meta.title, meta.lang, meta.generator = title, lang, "TinhSo"
            meta.created = meta.modified = clock.local(moment).isoformat(timespec="seconds")
            meta.attachments = [_attachment(item, moment, fetch) for item in attachments]
            seed = hashlib.sha256(html.encode() + title.encode() + meta.created.encode())
            pdf: bytes = document.write_pdf(pdf_identifier=seed.digest()[:16], pdf_variant="pdf/a-3u")
        except FatalURLFetchingError as refused:
            raise Invalid(
                _("Mẫu văn bản trỏ tới một tài nguyên bên ngoài. Hãy nhúng hình vào mẫu (data:) rồi thử lại.")
            ) from refused
        places = _places(document)
    return _with_fields(pdf, places) if places else pdf


def _fetcher() -> Any:
    from weasyprint.urls import (  # noqa: PLC0415
        FatalURLFetchingError,
        URLFetcher,
        URLFetcherResponse,
    )

    class OwnAssets(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
        """Reaches ``data:`` and the four faces of the paper's font; nothing else, whatever a template says."""

        def fetch(self, url: str, headers: object = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url)
            name = url.removeprefix("tinhso:")
            if url != name and name in FACES:
                return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/ttf"})
            raise FatalURLFetchingError(f"refused: {url[:80]}")

    return OwnAssets(allowed_protocols=("data",))


def _faces(fonts: Any, fetch: Any) -> Any:
    from weasyprint import CSS  # noqa: PLC0415

    return CSS(string=_FACES, font_config=fonts, url_fetcher=fetch)


def _attachment(item: Attached, moment: datetime, fetch: Any) -> Any:
    from weasyprint import Attachment  # noqa: PLC0415

    return Attachment(
        string=item.content,
        name=item.name,
        description=item.description,
        relationship=item.relationship.value,
        created=moment.astimezone(UTC),
        modified=moment.astimezone(UTC),
        url_fetcher=fetch,
    )


def _places(document: Any) -> list[Place]:
    """Where the HTML reserved room for signatures. A CSS pixel is 0.75 point."""
    return [
        Place(
            name.removeprefix(SIGN_PREFIX),
            number,
            (
                round(left * 0.75),
                round((page.height - bottom) * 0.75),
                round(right * 0.75),
                round((page.height - top) * 0.75),
            ),
        )
        for number, page in enumerate(document.pages)
        for name, (left, top, right, bottom) in page.anchors.items()
        if name.startswith(SIGN_PREFIX)
    ]


def _with_fields(pdf: bytes, places: list[Place]) -> bytes:
    from pyhanko.pdf_utils.generic import TextStringObject  # noqa: PLC0415
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.pdf_utils.metadata.model import VENDOR  # noqa: PLC0415
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field  # noqa: PLC0415

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    for place in places:
        append_signature_field(writer, SigFieldSpec(place.field, on_page=place.page, box=place.box))
    # ISO 19005-3, 6.6.3: what both the information dictionary and XMP say must agree; pyHanko would extend only one.
    info = writer.prev.trailer_view.raw_get("/Info")
    info.get_object()["/Producer"] = TextStringObject(VENDOR)
    writer.mark_update(info)
    done = BytesIO()
    writer.write(done)
    return done.getvalue()
