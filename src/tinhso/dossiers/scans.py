"""Pages that a scanner or a camera made, bound into one PDF."""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from tinhso.kernel.errors import Invalid, TooLarge
from tinhso.kernel.files import checks
from tinhso.kernel.files.kinds import JPEG, PNG, WEBP, kind_of

PICTURES = frozenset({JPEG, PNG, WEBP})
#: Most pages in one paper, and how large a page is kept: 200 dots an inch on A4.
PAGES, LONG_SIDE, DPI, QUALITY = 40, 2340, 200, 80
#: Largest page as it is sent, in bytes.
PAGE_LIMIT = 15 * 1024 * 1024

Page = tuple[str, BinaryIO | bytes]


def is_picture(content: BinaryIO | bytes) -> bool:
    kind = kind_of(_stream(content))
    return kind is not None and kind.media_type in PICTURES


def bind(pages: Sequence[Page], *, limit: int) -> bytes:
    """One PDF with a page for each picture, upright, in the order given. Raises Invalid, TooLarge."""
    drawn = [Image.open(BytesIO(one)) for one in pictures(pages)]
    kept = BytesIO()
    drawn[0].save(kept, "PDF", save_all=True, append_images=drawn[1:], resolution=DPI, quality=QUALITY)
    if kept.tell() > limit:
        raise TooLarge(_("Các trang ghép lại lớn quá. Quét ở độ phân giải thấp hơn hoặc chia làm hai lần."))
    return kept.getvalue()


def pictures(pages: Sequence[Page]) -> list[bytes]:
    """Each page as an upright JPEG of readable size, without what the camera wrote into it. Raises like `bind`."""
    if not pages:
        raise Invalid(_("Chụp hoặc chọn ít nhất một trang."))
    if len(pages) > PAGES:
        raise Invalid(_("Mỗi lần ghép nhiều nhất %(n)d trang.") % {"n": PAGES})
    return [_page(name, _stream(content)) for name, content in pages]


def _page(name: str, content: BinaryIO) -> bytes:
    content.seek(0, 2)
    if content.tell() > PAGE_LIMIT:
        raise TooLarge(_("Trang “%(name)s” lớn quá. Chụp hoặc quét lại nhỏ hơn.") % {"name": name})
    content.seek(0)
    checks.check(name, content, PICTURES)
    content.seek(0)
    with Image.open(content) as opened:
        opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
        upright = ImageOps.exif_transpose(opened)
        page = upright.convert("RGB")
    page.thumbnail((LONG_SIDE, LONG_SIDE))
    kept = BytesIO()
    page.save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()


def _stream(content: BinaryIO | bytes) -> BinaryIO:
    stream = BytesIO(content) if isinstance(content, bytes) else content
    stream.seek(0)
    return stream
