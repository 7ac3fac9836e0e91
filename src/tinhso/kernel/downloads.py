"""Handing out files: never shown as a page of ours, never cached by others."""

from typing import Protocol

from django.http import HttpResponse
from django.utils.http import content_disposition_header

#: What a browser may show in place; everything else is saved.
_SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})


class Download(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def content(self) -> bytes: ...


def handed_out(file: Download, *, attach: bool = False) -> HttpResponse:
    """The file with its own name; a sandbox keeps whatever is in it from running."""
    response = HttpResponse(file.content, content_type=file.media_type)
    saved = attach or file.media_type not in _SHOWN
    response["Content-Disposition"] = content_disposition_header(saved, file.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
