"""The place where backups lie: its key, and whole encrypted objects in it.

``place.json`` holds the place's own key, encrypted under a key that scrypt draws from the operator's passphrase. Every
object has a key of its own, encrypted under the place's key together with the object's name: an object cannot pass for
another one. Nothing in the place is readable without the passphrase.
"""

import errno
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tinhso.cli.refusal import Refusal
from tinhso.kernel.cipher import PIECE, TAG, decrypt, encrypt

FORMAT = 1
MAGIC = b"TINHSO-BACKUP-1\n"
_NONCE = 12
_HEAD = len(MAGIC) + _NONCE + 32 + TAG
SHORTEST = 12
#: 32 MB and some 100 ms for each guess at the passphrase.
_SCRYPT = {"n": 2**15, "r": 8, "p": 1}


class Damaged(Exception):
    """Something in the place is not as it was written: which object, and where in it."""

    def __init__(self, name: str, where: str) -> None:
        self.name, self.where = name, where
        super().__init__(f"{name}: {where}")


@dataclass(frozen=True)
class Entry:
    """An object as it was written. ``sha256`` (hex) and ``size`` (bytes) are of the encrypted form."""

    name: str
    size: int
    sha256: str


class _Counted:
    """A file that is hashed and counted while it is written."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.seen, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.seen.update(data)
        self.size += len(data)
        return self.file.write(data)


@dataclass(frozen=True)
class Place:
    """An opened place."""

    folder: Path
    key: bytes

    # -- objects ----------------------------------------------------------------------------------------------------

    def write(self, path: Path, name: str, pieces: Iterator[bytes]) -> Entry:
        """Write an object whole or not at all; on disk when this returns. ``name`` is what it answers to."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}.new")
        key, nonce = secrets.token_bytes(32), secrets.token_bytes(_NONCE)
        wrapped = AESGCM(self.key).encrypt(nonce, key, name.encode())
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                out = _Counted(file)
                out.write(MAGIC + nonce + wrapped)
                encrypt(key, pieces, cast(BinaryIO, out))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise self._full(error) from error
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)
        return Entry(name, out.size, out.seen.hexdigest())

    def read(self, path: Path, name: str) -> Iterator[bytes]:
        """The plain pieces of an object. Raises Damaged, naming the bytes that are not as they were written."""
        try:
            file = path.open("rb")
        except FileNotFoundError as error:
            raise Damaged(name, "không có / is missing") from error
        with file:
            head = file.read(_HEAD)
            try:
                if not head.startswith(MAGIC):
                    raise InvalidTag
                sealed = head[len(MAGIC) :]
                key = AESGCM(self.key).decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
            except (InvalidTag, ValueError) as error:
                raise Damaged(name, f"byte 0–{_HEAD - 1}") from error
            at = _HEAD
            try:
                for piece in decrypt(key, file):
                    yield piece
                    at += PIECE + TAG
            except InvalidTag as error:
                end = min(at + PIECE + TAG, path.stat().st_size)
                raise Damaged(name, f"byte {at}–{max(at, end - 1)}") from error

    def mark(self, content: bytes) -> str:
        """What only this place's key can write under a content (HMAC, hex)."""
        return hmac.new(hashlib.sha256(b"manifest" + self.key).digest(), content, hashlib.sha256).hexdigest()

    def _full(self, error: OSError) -> Exception:
        return full(self.folder) if error.errno in (errno.ENOSPC, errno.EDQUOT) else error

    # -- one at a time ----------------------------------------------------------------------------------------------

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One backup or clean-up at a time. Raises Refusal while another one runs."""
        with (self.folder / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refusal(
                    f"Đang có một lần sao lưu khác vào {self.folder}: hãy đợi nó xong rồi chạy lại.",
                    f"Another backup into {self.folder} is under way: wait until it has ended, then run again.",
                ) from None
            yield


def full(folder: Path) -> Refusal:
    """The sentence for a disk that took no more."""
    free = shutil.disk_usage(folder).free >> 20
    return Refusal(
        f"Ổ đĩa của {folder} đã đầy (còn {free} MB); bản sao lưu dở đã được bỏ, các bản cũ còn nguyên: hãy giải phóng "
        "chỗ, giảm --keep, hoặc chọn --to trên ổ đĩa khác.",
        f"The disk of {folder} is full ({free} MB left); the unfinished backup was dropped, earlier ones are whole: "
        "free some space, lower --keep, or choose --to on another disk.",
    )


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def passphrase_in(file: Path) -> str:
    """The passphrase that a key file holds. Raises Refusal."""
    try:
        text = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            f"Không đọc được tệp khóa {file}: hãy chỉ đúng tệp chứa mật khẩu sao lưu (--key-file).",
            f"The key file {file} cannot be read: name the file that holds the backup passphrase (--key-file).",
        ) from error
    return text


def make_place(folder: Path, passphrase: str) -> Place:
    """A new, empty place. Raises Refusal for a short passphrase or a folder that holds something else."""
    if len(passphrase) < SHORTEST:
        raise Refusal(
            f"Mật khẩu sao lưu phải có ít nhất {SHORTEST} ký tự: ai có bản sao lưu có thể thử đoán mãi.",
            f"The backup passphrase needs at least {SHORTEST} characters: whoever holds a backup can guess for ever.",
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise Refusal(
            f"{folder} có tệp khác và không phải nơi sao lưu của TinhSo: hãy chọn một thư mục trống.",
            f"{folder} holds other files and is no backup place of TinhSo: choose an empty folder.",
        )
    key, salt, nonce = secrets.token_bytes(32), secrets.token_bytes(16), secrets.token_bytes(_NONCE)
    wrapped = nonce + AESGCM(_drawn(passphrase, salt, _SCRYPT)).encrypt(nonce, key, b"place")
    said = {"format": FORMAT, "salt": salt.hex(), "scrypt": _SCRYPT, "key": wrapped.hex()}
    draft = folder / ".place.json.new"
    draft.write_text(json.dumps(said, indent=1) + "\n")
    draft.replace(folder / "place.json")
    sync_folder(folder)
    return Place(folder, key)


def is_place(folder: Path) -> bool:
    return (folder / "place.json").is_file()


def open_place(folder: Path, passphrase: str) -> Place:
    """Open a place that is there. Raises Refusal: no place, or not its passphrase."""
    try:
        said = json.loads((folder / "place.json").read_text())
        wrapped, salt, costs = bytes.fromhex(said["key"]), bytes.fromhex(said["salt"]), dict(said["scrypt"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(
            f"{folder} không phải nơi sao lưu của TinhSo (thiếu place.json đọc được): hãy chỉ đúng thư mục.",
            f"{folder} is no backup place of TinhSo (no readable place.json): name the right folder.",
        ) from error
    try:
        key = AESGCM(_drawn(passphrase, salt, costs)).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], b"place")
    except (InvalidTag, ValueError) as error:
        raise Refusal(
            f"Mật khẩu sao lưu không đúng với {folder}: hãy dùng tệp khóa của chính nơi sao lưu này.",
            f"This is not the passphrase of {folder}: use the key file that belongs to this backup place.",
        ) from error
    return Place(folder, key)


def _drawn(passphrase: str, salt: bytes, costs: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=32, n=costs["n"], r=costs["r"], p=costs["p"]).derive(passphrase.encode())
