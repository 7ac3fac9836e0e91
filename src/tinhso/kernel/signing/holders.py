"""Whose certificate is whose, for keys that our own authority did not make (tokens, remote services).

Our own certificates carry our opaque ids. A foreign one carries the ids of its issuer, and whatever it says about ours
is not believed: what counts is this register, kept in ``TINHSO_HOME/authority/holders.json``, by fingerprint. An entry
is never removed, so that what it signed stays checkable; a later entry for the same holder takes its place for signing.
"""

import base64
import fcntl
import json
import os
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from django.utils.translation import gettext as _

from tinhso.config import instance
from tinhso.kernel.errors import Invalid


@dataclass(frozen=True)
class Holder:
    """A certificate, the key that belongs to it (``kind:name``) and whose it is; no account: an agency's seal."""

    key: str
    agency_id: str
    account: str
    chain: tuple[str, ...]  #: DER in base64: the certificate itself, then those between it and the root

    def certificates(self) -> list[x509.Certificate]:
        return [x509.load_der_x509_certificate(base64.b64decode(one)) for one in self.chain]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal digits."""
        return self.certificates()[0].fingerprint(hashes.SHA256()).hex()


def folder() -> Path:
    """Where the register lies, beside the instance's own authority: ``authority`` of the home, or what ``[signing]
    folder`` of config.toml says (several nodes share one)."""
    here = instance()
    return Path(here.settings.get("signing", {}).get("folder", here.home / "authority"))


def _file() -> Path:
    return folder() / "holders.json"


def holders() -> list[Holder]:
    """All entries, oldest first."""
    try:
        rows = json.loads(_file().read_text())
    except FileNotFoundError:
        return []
    return [Holder(row["key"], row["agency_id"], row["account"], tuple(row["chain"])) for row in rows]


def held(*, agency_id: str, account: str = "") -> Holder | None:
    """The newest entry of this holder."""
    mine = [one for one in holders() if (one.agency_id, one.account) == (agency_id, account)]
    return mine[-1] if mine else None


def holding(key: str) -> Holder:
    """The newest entry with this key. Raises Invalid when nobody holds it."""
    found = [one for one in holders() if one.key == key]
    if not found:
        raise Invalid(_("Khóa ký số này chưa được ghi là của ai. Hãy ghi bằng «tinhso authority --hold»."))
    return found[-1]


def enter(*, key: str, agency_id: str, account: str, pem: bytes) -> Holder:
    """Write an entry. ``pem``: the certificate, then its issuers. Raises Invalid for a chain that does not hold."""
    try:
        chain = x509.load_pem_x509_certificates(pem)
        for issued, issuer in pairwise(chain):
            issued.verify_directly_issued_by(issuer)
    except Exception as fault:  # the library answers a broken file with many kinds of error
        raise Invalid(_("Tệp chứng thư phải là PEM: chứng thư của người ký trước, rồi tới nơi cấp.")) from fault
    encoded = tuple(
        base64.b64encode(one.public_bytes(serialization.Encoding.DER)).decode()
        for one in chain
        if one.subject != one.issuer
    )
    if not encoded:
        raise Invalid(_("Chứng thư tự ký không dùng được cho cán bộ hay con dấu."))
    entry = Holder(key, agency_id, account, encoded)
    _append(entry)
    return entry


def _append(entry: Holder) -> None:
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (file.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rows = [asdict(one) for one in (*holders(), entry)]
        fresh = file.with_name(".holders.json.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as draft:
            json.dump(rows, draft, indent=1)
            draft.flush()
            os.fsync(draft.fileno())
        fresh.replace(file)
