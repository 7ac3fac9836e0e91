"""What a file must be before it is kept: of an allowed kind, named for what it is, a picture that opens."""

from os import SEEK_END
from threading import BoundedSemaphore
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from tinhso.kernel.errors import Invalid
from tinhso.kernel.files.kinds import JPEG, KINDS, PDF, PNG, WEBP, Kind, claimed, ending, kind_of

#: The largest picture, in pixels: beyond it a small file may be made to fill the memory.
PIXELS = 60_000_000
#: A picture unfolds to hundreds of megabytes: one at a time in a web process, however many are sent at once.
_one_at_a_time = BoundedSemaphore(1)
#: Where the mark of a PDF's end is looked for, in bytes from the end: some writers put a note behind it.
_TAIL = 8192
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}


def check(name: str, content: BinaryIO, allowed: frozenset[str]) -> Kind:
    """The file's kind. Raises Invalid, naming what the file is and what to do."""
    if content.seek(0, SEEK_END) == 0:
        raise Invalid(_("Tệp “%(name)s” trống, không có gì bên trong. Hãy chọn lại tệp.") % {"name": name})
    kind = kind_of(content)
    wanted = ", ".join(str(KINDS[media_type].title) for media_type in KINDS if media_type in allowed)
    if kind is None:
        raise Invalid(
            _("Tệp “%(name)s” không phải loại tệp được nhận. Hãy gửi một trong các loại: %(wanted)s.")
            % {"name": name, "wanted": wanted}
        )
    _check_name(name, kind)
    if kind.media_type not in allowed:
        raise Invalid(
            _("Tệp “%(name)s” là %(kind)s, chỗ này chỉ nhận: %(wanted)s.")
            % {"name": name, "kind": kind.title, "wanted": wanted}
        )
    if kind.media_type in _FORMATS:
        _check_picture(name, content, kind)
    if kind.media_type == PDF:
        _check_pdf(name, content)
    return kind


def _check_name(name: str, kind: Kind) -> None:
    end = ending(name)
    said = claimed(name)
    if not end or said is kind:
        return
    title = said.title if said else f".{end}"
    raise Invalid(
        _("Tệp “%(name)s” có đuôi của %(claimed)s nhưng nội dung là %(kind)s. Hãy đổi đuôi tệp hoặc chọn lại tệp.")
        % {"name": name, "claimed": title, "kind": kind.title}
    )


def _check_pdf(name: str, content: BinaryIO) -> None:
    """A PDF ends with its mark: what broke off on the way does not."""
    size = content.seek(0, SEEK_END)
    content.seek(max(0, size - _TAIL))
    if b"%%EOF" not in content.read():
        raise Invalid(_("Tệp PDF “%(name)s” bị cắt cụt hoặc hỏng. Hãy quét hoặc tải lên lại.") % {"name": name})


def _check_picture(name: str, content: BinaryIO, kind: Kind) -> None:
    content.seek(0)
    try:
        with _one_at_a_time, Image.open(content, formats=[_FORMATS[kind.media_type]]) as picture:
            width, height = picture.size
            if width * height > PIXELS:
                raise _too_many_pixels(name)
            picture.draft("RGB", (width // 8, height // 8))  # a JPEG is decoded at an eighth: little memory
            picture.load()
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Invalid(_("Ảnh “%(name)s” bị hỏng, không mở được. Hãy chụp lại.") % {"name": name}) from error


def _too_many_pixels(name: str) -> Invalid:
    return Invalid(
        _("Ảnh “%(name)s” có quá nhiều điểm ảnh (trên %(limit)d triệu). Hãy chụp lại hoặc thu nhỏ ảnh.")
        % {"name": name, "limit": PIXELS // 1_000_000}
    )
