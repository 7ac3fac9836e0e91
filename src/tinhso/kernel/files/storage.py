"""Where encrypted contents lie: `files/` of the home, named by a keyed hash of the content.

Several nodes share one folder: ``[files] folder`` of config.toml."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from tinhso.config import instance
from tinhso.kernel import keys
from tinhso.kernel.cipher import PIECE, Content, encrypt
from tinhso.kernel.disk import writing
from tinhso.kernel.errors import TooLarge
from tinhso.kernel.ids import new_id

#: Begins a wrapped key that needs its share; the older form had none: nonce, key and tag.
_SHARED = b"\x02"
_UNSHARED_LENGTH = 12 + 32 + 16


def root() -> Path:
    here = instance()
    return Path(here.settings.get("files", {}).get("folder", here.home / "files"))


def address_of(sha256: str) -> str:
    """Where a content lies. Keyed: who holds a copy of a document cannot ask whether we have it, too."""
    return hmac.new(keys.key("files.address"), sha256.encode(), hashlib.sha256).hexdigest()


def path_of(address: str, blob: UUID) -> Path:
    return content_path(f"{address}-{blob}")


def content_path(name: str) -> Path:
    return root() / name[:2] / name


def share_of(blob: UUID) -> Path:
    """Where the second part of a content's key lies: on disk, apart from contents and database."""
    return root() / "keys" / blob.hex[-2:] / str(blob)


def wrap(key: bytes, blob: UUID) -> bytes:
    """A content's key as the database keeps it: useless without the master key and without its share on disk.

    The share is what erasing destroys: then neither an old row nor an old copy of the content opens it again.
    """
    share, nonce = _new_share(blob), secrets.token_bytes(12)
    return _SHARED + nonce + AESGCM(_wrapping_key(share)).encrypt(nonce, key, blob.bytes)


def unwrap(wrapped: bytes, blob: UUID) -> bytes:
    """The content's key. Raises FileNotFoundError when its share was destroyed."""
    if len(wrapped) == _UNSHARED_LENGTH:  # kept before there were shares
        return AESGCM(keys.key("files.master")).decrypt(wrapped[:12], wrapped[12:], blob.bytes)
    share = share_of(blob).read_bytes()
    return AESGCM(_wrapping_key(share)).decrypt(wrapped[1:13], wrapped[13:], blob.bytes)


def destroy_share(blob: UUID) -> None:
    """From now on the content cannot be read, whatever copies of row and content there are. Twice is the same."""
    path = share_of(blob)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)
    _sync(path.parent)


def _wrapping_key(share: bytes) -> bytes:
    return hmac.new(keys.key("files.master"), b"share" + share, hashlib.sha256).digest()


def _new_share(blob: UUID) -> bytes:
    """Made once, safe on disk before any row needs it."""
    path, share = share_of(blob), secrets.token_bytes(32)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(share)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)
    return share


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Draft:
    """An encrypted content on disk that belongs to nothing yet."""

    blob: UUID
    key: bytes
    path: Path
    size: int
    sha256: str

    def content(self) -> Content:
        return Content(self.key, self.path, self.size)

    def keep(self) -> None:
        """Move it to its place; it is safe on disk before any row names it. Raises NoRoom."""
        target = path_of(address_of(self.sha256), self.blob)
        with writing():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.replace(target)
        _sync(target.parent)

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)


def draw(content: BinaryIO | bytes, limit: int) -> Draft:
    """Encrypt a content to disk while reading it.

    Raises TooLarge as soon as it is over the limit (bytes), NoRoom when the disk is full; then nothing of it stays.
    """
    folder = root() / "drafts"
    with writing():
        root().mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
    blob, key = new_id(), secrets.token_bytes(32)
    path = folder / str(blob)
    seen, size = hashlib.sha256(), 0

    def pieces() -> Iterator[bytes]:
        nonlocal size
        for piece in _read(content):
            size += len(piece)
            if size > limit:
                raise TooLarge(
                    _("Tệp lớn hơn %(limit)s MB. Hãy chụp lại với độ phân giải thấp hơn hoặc chia nhỏ tệp.")
                    % {"limit": max(1, limit // (1024 * 1024))}
                )
            seen.update(piece)
            yield piece

    try:
        with writing(), path.open("wb") as out:
            path.chmod(0o600)
            encrypt(key, pieces(), out)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Draft(blob, key, path, size, seen.hexdigest())


def _read(content: BinaryIO | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield from (content[at : at + PIECE] for at in range(0, len(content), PIECE))
        return
    while piece := content.read(PIECE):
        yield piece
