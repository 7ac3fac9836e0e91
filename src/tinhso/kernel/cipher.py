"""Encrypted content on disk: AES-256-GCM in pieces of 64 KiB, so that any size needs little memory.

A piece's nonce is its number and whether it is the last (the STREAM construction): pieces can be neither swapped,
dropped nor cut off. Every content has a key of its own, so nonces never repeat under a key.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 64 * 1024
TAG = 16


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def encrypt(key: bytes, pieces: Iterator[bytes], out: BinaryIO) -> None:
    """Write the encrypted form of a content that comes in pieces of any size."""
    cipher = AESGCM(key)
    waiting, number = b"", 0
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE:
            out.write(cipher.encrypt(_nonce(number, False), waiting[:PIECE], None))
            waiting, number = waiting[PIECE:], number + 1
    out.write(cipher.encrypt(_nonce(number, True), waiting, None))


def decrypt(key: bytes, file: BinaryIO) -> Iterator[bytes]:
    """The plain pieces of an encrypted stream, whatever its length. Raises cryptography's InvalidTag at the first
    piece that was changed, dropped or cut off; no byte of it was given out."""
    cipher = AESGCM(key)
    sealed, number = file.read(PIECE + TAG), 0
    while True:
        following = file.read(PIECE + TAG)
        yield cipher.decrypt(_nonce(number, not following), sealed, None)
        if not following:
            return
        sealed, number = following, number + 1


class Content(io.RawIOBase):
    """The plain content of an encrypted file, readable and seekable, decrypted piece by piece.

    Raises cryptography's InvalidTag when the file was changed.
    """

    def __init__(self, key: bytes, path: Path, size: int) -> None:
        self._cipher = AESGCM(key)
        self._file = path.open("rb")
        self._size = size
        self._last = max(0, (size - 1) // PIECE)
        self._at = 0
        self._piece: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        number, begin = divmod(self._at, PIECE)
        if self._at >= self._size and self._at:
            return 0
        part = self._decrypted(number)[begin : begin + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _decrypted(self, number: int) -> bytes:
        if self._piece[0] != number:
            self._file.seek(number * (PIECE + TAG))
            sealed = self._file.read(PIECE + TAG)
            self._piece = (number, self._cipher.decrypt(_nonce(number, number == self._last), sealed, None))
        return self._piece[1]

    def close(self) -> None:
        self._file.close()
        super().close()
