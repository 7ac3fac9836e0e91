"""The uploaded archive: a zip made by a stranger. Names, number and sizes are bounded before and while it is read.

Nothing is unpacked to disk: a name is only a key, so none can lead outside.
"""

import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from tinhso.kernel import files
from tinhso.kernel.errors import Invalid, TooLarge

MOST_LINES = 500
LARGEST = 50 * files.MB  #: of the archive, as nginx lets through
LARGEST_SCAN = 20 * files.MB
LARGEST_LIST = 2 * files.MB
LARGEST_ALL = 300 * files.MB  #: unpacked, all together
MOST_RATIO = 100  #: a scan is pressed together already; what unpacks further is no scan
_SYMLINK = 0o120000
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_BAD = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class Archive:
    """The list and the scans of an open archive, by their bare names in small letters."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        self.scans: dict[str, zipfile.ZipInfo] = {}
        lists: list[zipfile.ZipInfo] = []
        parts = [part for part in opened.infolist() if not part.is_dir() and not _litter(part.filename)]
        _guard(parts)
        for part in parts:
            name = key(part.filename)
            if name.endswith(".csv"):
                lists.append(part)
            elif name in self.scans:
                raise Invalid(_("Có hai tệp cùng tên “%(name)s”. Đổi tên một tệp.") % {"name": _shown(part.filename)})
            else:
                self.scans[name] = part
        if len(lists) != 1:
            raise Invalid(_("Cần đúng một tệp danh sách .csv trong tệp nén; đang có %(n)d.") % {"n": len(lists)})
        self._list = lists[0]

    def listing(self) -> bytes:
        """The bytes of the list. Raises Invalid."""
        return self._content(self._list, LARGEST_LIST)

    def scan(self, name: str) -> bytes:
        """The bytes of a scan; LookupError when there is none. Raises Invalid."""
        return self._content(self.scans[key(name)], LARGEST_SCAN)

    def _content(self, part: zipfile.ZipInfo, most: int) -> bytes:
        """Never more than ``most``, whatever the archive says of itself."""
        try:
            with self._zip.open(part) as stream:
                content = stream.read(most + 1)
        except _BAD:
            raise Invalid(_("Tệp “%(name)s” trong tệp nén bị hỏng.") % {"name": _shown(part.filename)}) from None
        if len(content) > most:
            raise Invalid(
                _("Tệp “%(name)s” lớn quá %(n)d MB.") % {"name": _shown(part.filename), "n": most // files.MB}
            )
        return content


@contextmanager
def opened(content: BinaryIO) -> Iterator[Archive]:
    """The archive. Raises Invalid with what to do."""
    try:
        found = zipfile.ZipFile(content)
    except _BAD:
        raise Invalid(_("Không mở được tệp nén. Nén lại thành .zip thường, không đặt mật khẩu.")) from None
    with found:
        yield Archive(found)


def key(name: str) -> str:
    """How a file is named in the list: without folders, in small letters."""
    return PurePosixPath(name.replace("\\", "/")).name.strip().casefold()


def _shown(name: str) -> str:
    return "".join(letter for letter in PurePosixPath(name.replace("\\", "/")).name if letter.isprintable())[:100]


def _litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in _LITTER


def _guard(parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_LINES + 1:
        raise Invalid(_("Mỗi lần nhiều nhất %(n)d bản quét. Chia thành nhiều lần.") % {"n": MOST_LINES})
    for part in parts:
        if part.flag_bits & 0x1:
            raise Invalid(_("Tệp nén đặt mật khẩu. Nén lại không đặt mật khẩu."))
        path = PurePosixPath(part.filename.replace("\\", "/"))
        linked = (part.external_attr >> 16) & 0o170000 == _SYMLINK
        if path.is_absolute() or ".." in path.parts or ":" in part.filename or "\x00" in part.filename or linked:
            raise Invalid(
                _("Tên tệp “%(name)s” trong tệp nén không dùng được. Nén lại từ thư mục chứa các bản quét.")
                % {"name": _shown(part.filename)}
            )
    size = sum(part.file_size for part in parts)
    pressed = any(p.file_size > files.MB and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts)
    if size > LARGEST_ALL or pressed:
        raise Invalid(_("Tệp nén mở ra quá lớn. Chia thành nhiều lần, mỗi lần ít bản quét hơn."))


def joined(papers: Sequence[tuple[str, BinaryIO]]) -> BinaryIO:
    """Several files sent from a folder, as one archive; a single archive as it is. Raises TooLarge, Invalid."""
    if len(papers) == 1:
        return papers[0][1]
    if len(papers) > MOST_LINES + 1:
        raise Invalid(_("Mỗi lần nhiều nhất %(n)d bản quét. Chia thành nhiều lần.") % {"n": MOST_LINES})
    made = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  closed with its last reader
    seen, total = set[str](), 0
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in papers:
            bare = PurePosixPath(name.replace("\\", "/")).name or "tep"
            if bare.casefold() in seen:
                raise Invalid(_("Có hai tệp cùng tên “%(name)s”. Đổi tên một tệp.") % {"name": _shown(bare)})
            seen.add(bare.casefold())
            total += content.seek(0, io.SEEK_END)
            content.seek(0)
            if total > LARGEST:
                raise TooLarge(_("Tổng các tệp quá %(n)d MB. Chia thành nhiều lần.") % {"n": LARGEST // files.MB})
            # a fixed moment: the same folder sent again is the same archive
            archive.writestr(zipfile.ZipInfo(bare), content.read())
    made.seek(0)
    return made
