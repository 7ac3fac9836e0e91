"""What signing is, whoever holds the key: a two-phase signer, its request, and what passes between the phases.

`begin` fixes the document and answers the digest to be signed; any time later (a token in a reader, a remote
service that asks the official's telephone) `complete` puts the signature in. Nothing is held in memory between:
`Prepared` goes to bytes and back. Signatures follow one another as incremental revisions: person, then agency seal.
"""

import base64
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """Whose signature it is (Decree 30/2020, art. 8.1: chữ ký số của người có thẩm quyền, của cơ quan)."""

    PERSON = "person"
    SEAL = "seal"


@dataclass(frozen=True)
class SignatureRequest:
    """What the signature says. The signer's name and agency themselves come from the certificate."""

    role: Role
    reason: str = ""  #: e.g. "Cấp Giấy khai sinh số 05/2025"
    location: str = ""  #: e.g. the commune's name
    field: str = ""  #: the form field to fill; empty: the field named after the role
    image: bytes = b""  #: PNG of the handwritten signature or the seal, transparent; empty: text alone


@dataclass(frozen=True)
class Prepared:
    """A document waiting for its signature. ``to_bytes`` is what to store between the phases."""

    document: bytes  #: the PDF with the hole in which the signature goes
    digest: bytes  #: what the key signs: SHA-256 of the CMS signed attributes (DER)
    state: dict[str, str | int | bool]  #: the signer's own notes, JSON-able

    def to_bytes(self) -> bytes:
        plain = asdict(self)
        for name in ("document", "digest"):
            plain[name] = base64.b64encode(plain[name]).decode()
        return json.dumps(plain, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Prepared":
        plain = json.loads(kept)
        return cls(base64.b64decode(plain["document"]), base64.b64decode(plain["digest"]), plain["state"])


class Signer(Protocol):
    """One key, wherever it lies. Raises Unavailable while the key or the time-stamp authority does not answer."""

    def begin(self, pdf: bytes, request: SignatureRequest) -> Prepared:
        """Phase one. Raises Invalid when the PDF cannot be signed in that field."""

    def sign(self, prepared: Prepared) -> bytes:
        """Ask the key for the raw signature value over ``prepared.digest`` (RSA PKCS#1 v1.5, or ECDSA in DER)."""

    def complete(self, prepared: Prepared, signature: bytes) -> bytes:
        """Phase two: the signed PDF with its time-stamp (PAdES B-T). Raises Invalid when the signature is not of
        this key over this digest. May be called again with the same arguments after Unavailable."""
