"""What a file is, found in its content. The name's ending is only what somebody claims."""

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
HEIC = "image/heic"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"

#: Photographs and scans that people send from a phone.
PAPERS = frozenset({PDF, JPEG, PNG, WEBP, HEIC})


@dataclass(frozen=True)
class Kind:
    media_type: str
    title: str | Promise
    endings: tuple[str, ...]


KINDS = {
    kind.media_type: kind
    for kind in (
        Kind(PDF, _("PDF"), ("pdf",)),
        Kind(JPEG, _("ảnh JPEG"), ("jpg", "jpeg", "jfif")),
        Kind(PNG, _("ảnh PNG"), ("png",)),
        Kind(WEBP, _("ảnh WebP"), ("webp",)),
        Kind(HEIC, _("ảnh HEIC"), ("heic", "heif")),
        Kind(DOCX, _("Word (DOCX)"), ("docx",)),
        Kind(XLSX, _("Excel (XLSX)"), ("xlsx",)),
        Kind(ZIP, _("tệp nén ZIP"), ("zip",)),
    )
}
_BY_ENDING = {ending: kind for kind in KINDS.values() for ending in kind.endings}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1"}


def _of_head(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    if b"%PDF-" in head[:1024]:
        return PDF
    return None


def _of_archive(content: BinaryIO) -> str | None:
    """The office document that a zip archive is, else a plain archive; only its list of names is read."""
    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names:
        return ZIP
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def kind_of(content: BinaryIO) -> Kind | None:
    """The kind of a content, None when it is none that the house knows."""
    content.seek(0)
    head = content.read(2048)
    content.seek(0)
    found = _of_archive(content) if head.startswith(b"PK\x03\x04") else _of_head(head)
    return KINDS.get(found or "")


def ending(name: str) -> str:
    """The name's ending in small letters, without the dot; empty when it has none."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem and len(end) <= 10 else ""


def claimed(name: str) -> Kind | None:
    """The kind that the name's ending claims."""
    return _BY_ENDING.get(ending(name))
