"""The EICAR test file, found anywhere in a content and in the members of a zip archive."""

import zipfile
import zlib
from typing import Any, BinaryIO

from tinhso.kernel.files.base import Verdict

#: Put together here, so that scanners do not take this file for the test file.
SIGNATURE = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = Verdict("EICAR-Test-File")
PIECE = 64 * 1024
#: So much of an archive is unpacked at most: more may be a bomb.
UNPACKED = 200 * 1024 * 1024


def _contains(content: BinaryIO, budget: int) -> bool:
    tail = b""
    while budget > 0 and (piece := content.read(PIECE)):
        if SIGNATURE in tail + piece:
            return True
        tail = piece[-len(SIGNATURE) :]
        budget -= len(piece)
    return False


def _in_archive(content: BinaryIO) -> bool:
    try:
        with zipfile.ZipFile(content) as archive:
            for member in archive.infolist()[:1000]:
                with archive.open(member) as part:
                    if _contains(part, UNPACKED):  # type: ignore[arg-type]
                        return True
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, zlib.error, EOFError):
        return False
    return False


class EicarOnly:
    """The scanner of an instance that has none."""

    def scan(self, content: BinaryIO) -> Verdict:
        content.seek(0)
        is_archive = content.read(2) == b"PK"
        content.seek(0)
        if _contains(content, 1 << 40):
            return FOUND
        content.seek(0)
        return FOUND if is_archive and _in_archive(content) else Verdict()


def make(settings: dict[str, Any]) -> EicarOnly:
    """Has no settings."""
    return EicarOnly()
