"""What a seal says, how it is signed, and the book of seals outside the database.

The book is `seals/YYYY-MM.jsonl` of the home: one line a seal, appended. Copy it to another machine as often as you
like; with the public key beside it (`seal.pub`) anyone can check it.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tinhso.config import instance
from tinhso.kernel import keys
from tinhso.kernel.canonical import canonical


@dataclass(frozen=True)
class Statement:
    """The signed words of a seal."""

    number: int
    since: int  #: first transaction
    until: int  #: first transaction that is not part of it
    rows: int
    start: str  #: the chain's link before its first row, hex
    head: str  #: the link of its last row, hex
    members: str  #: SHA-256 of the packed members, hex
    previous: str  #: SHA-256 of the statement before, hex
    sealed_at: str  #: real time
    business_at: str  #: time of the business clock

    def text(self) -> str:
        return canonical(asdict(self)).decode()


@dataclass(frozen=True)
class Signed:
    """A statement's text with its signature."""

    text: str
    signature: bytes

    @property
    def statement(self) -> Statement:
        return Statement(**json.loads(self.text))


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.key("seal.key"))


def sign(statement: Statement) -> Signed:
    text = statement.text()
    return Signed(text, _private().sign(text.encode()))


def public_key() -> Ed25519PublicKey:
    """The key that this instance's seals are checked with."""
    return _private().public_key()


def has_key() -> bool:
    """Whether this machine holds the sealing key."""
    return (keys.folder() / "seal.key").exists()


def is_signed(signed: Signed, by: Ed25519PublicKey) -> bool:
    try:
        by.verify(signed.signature, signed.text.encode())
    except InvalidSignature:
        return False
    return True


def folder() -> Path:
    """Where the book of seals lies: `seals` of the home, or what ``[seals] folder`` of config.toml says."""
    here = instance()
    return Path(here.settings.get("seals", {}).get("folder", here.home / "seals"))


def write(signed: Signed) -> None:
    """Append a seal to the book; it is on disk when this returns."""
    where = folder()
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = where / "seal.pub"
    if not key.exists():
        key.write_text(public_key().public_bytes_raw().hex() + "\n")
    line = json.dumps({"seal": signed.text, "signature": signed.signature.hex()}, ensure_ascii=False) + "\n"
    path = where / f"{signed.statement.sealed_at[:7]}.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        data = line.encode()
        if path.stat().st_size and not _ends_a_line(path):
            data = b"\n" + data  # the machine died while it wrote the line before
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


@dataclass(frozen=True)
class Line:
    """A line of the book; ``signed`` is None when it cannot be read."""

    place: str  #: "2026-11.jsonl:17"
    signed: Signed | None


def book() -> Iterator[Line]:
    """All lines of the book, oldest first."""
    for path in sorted(folder().glob("*.jsonl")):
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield Line(f"{path.name}:{number}", _read(line))


def _read(line: bytes) -> Signed | None:
    try:
        read = json.loads(line)
        signed = Signed(read["seal"], bytes.fromhex(read["signature"]))
        _ = signed.statement
    except (ValueError, KeyError, TypeError):
        return None
    return signed


def last_in_book() -> Signed | None:
    """The last seal of the book that can be read."""
    for path in sorted(folder().glob("*.jsonl"), reverse=True):
        for line in reversed(path.read_bytes().splitlines()):
            if signed := _read(line):
                return signed
    return None
