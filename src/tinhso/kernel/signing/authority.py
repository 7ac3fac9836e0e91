"""The development authority of one instance: root, issuing CA, time-stamping, certificates, revocation list.

It lives in ``TINHSO_HOME/authority`` and says in every name that it is not for official use: a province in
production signs with keys of the Government's special-use authority, on tokens or a remote service. Certificates
run on real time, never on the business clock (``TINHSO_CLOCK``): what a reader checks is when the key was used.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.utils.translation import gettext as _

from tinhso.config import instance
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, Unavailable
from tinhso.kernel.signing.holders import folder, holders

NOT_OFFICIAL = "NOT FOR OFFICIAL USE"
ROOT_NAME = f"TinhSo Development Authority – {NOT_OFFICIAL}"
ISSUING_NAME = f"TinhSo Development Issuing CA – {NOT_OFFICIAL}"
STAMPING_NAME = f"TinhSo Development Time-Stamping – {NOT_OFFICIAL}"

_ROOT_LIFE = timedelta(days=365 * 20)
_ISSUING_LIFE = timedelta(days=365 * 10)
_LEAF_LIFE = timedelta(days=365 * 2)
_RENEW_BEFORE = timedelta(days=30)
_LIST_LIFE = timedelta(days=7)
_LIST_AGE = timedelta(days=1)
#: A clock a little behind ours must not find a fresh certificate "not yet valid".
_SKEW = timedelta(minutes=2)
_KEY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,120}")


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names. ``account`` is empty on an agency's seal."""

    name: str
    agency: str
    agency_id: str
    account: str = ""

    def x500(self) -> x509.Name:
        """CN, O, organizationIdentifier (opaque agency id), and for a person serialNumber (opaque account id)."""
        parts = [(NameOID.COMMON_NAME, self.name), (NameOID.ORGANIZATION_NAME, self.agency)]
        parts.append((NameOID.ORGANIZATION_IDENTIFIER, self.agency_id))
        if self.account:
            parts.append((NameOID.SERIAL_NUMBER, self.account))
        # X.520 (2008) dropped the 64-octet bound, which Vietnamese agency names in UTF-8 exceed.
        return x509.Name(
            [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
            + [x509.NameAttribute(oid, value, _validate=False) for oid, value in parts]
        )


@dataclass(frozen=True)
class Trust:
    """What a checker trusts: roots, certificates on the way to them, and revocation lists (all DER).

    ``naming``: issuers whose certificates carry our ids. ``holders``: for certificates of other issuers, a JSON row
    each of fingerprint, account and agency id; anything such a certificate itself says about our ids is not believed.
    """

    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    naming: tuple[bytes, ...] = ()
    holders: tuple[bytes, ...] = ()


class Authority:
    """The authority in one folder. Every change holds the folder's lock, so processes may share it.

    Closed (production), it makes and trusts nothing of its own: keys lie elsewhere (`holders`), and what it trusts is
    what the settings name.
    """

    def __init__(self, folder: Path, *, closed: bool = False) -> None:
        self.folder = folder
        self.closed = closed
        self.keys = folder / "keys"

    # -- making -----------------------------------------------------------------------------------------------------

    def ensure(self) -> None:
        """Make root, issuing CA and time-stamping certificate unless they are there. Raises Unavailable when closed."""
        if self.closed:
            raise Unavailable(_("Hệ thống này không dùng bộ cấp chứng thư phát triển. Hãy báo cho người quản trị."))
        if (self.folder / "tsa.pem").exists():
            return
        with self._locked():
            if (self.folder / "tsa.pem").exists():
                return
            now = clock.real()
            root_key = self._new_key("root", 3072)
            root = _sign(_plain_name(ROOT_NAME), root_key, None, now, _ROOT_LIFE, ca=1)
            self._write("root.pem", root.public_bytes(serialization.Encoding.PEM))
            issuing_key = self._new_key("issuing", 3072)
            issuing = _sign(_plain_name(ISSUING_NAME), issuing_key, (root, root_key), now, _ISSUING_LIFE, ca=0)
            self._write("issuing.pem", issuing.public_bytes(serialization.Encoding.PEM))
            self._write("root.crl", _list(root, root_key, {}, now, _ISSUING_LIFE))
            self._write("issuing.crl", _list(issuing, issuing_key, {}, now, _LIST_LIFE))
            stamping_key = self._new_key("tsa", 2048)
            stamping = _sign(
                _plain_name(STAMPING_NAME), stamping_key, (issuing, issuing_key), now, _ISSUING_LIFE, stamping=True
            )
            self._write("tsa.pem", stamping.public_bytes(serialization.Encoding.PEM))

    def issue(self, key_name: str, subject: Subject) -> None:
        """A key and certificate of that name for this subject, kept while it is good and names the same subject.

        A new key is made when the subject changed, the certificate is revoked, or it ends within 30 days; the old
        certificate stays beside it for the record. Raises Unavailable when closed.
        """
        if self.closed:
            raise Unavailable(
                _("Chưa có khóa ký số cho chữ ký này. Người quản trị cần ghi khóa bằng «tinhso authority --hold».")
            )
        self.ensure()
        with self._locked():
            now = clock.real()
            if self._good(key_name, subject, now):
                return
            path = self.folder / "issuing.key"
            issuing, issuing_key = self.certificate("issuing"), _issuing_key(path, path.stat().st_mtime_ns)
            private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            made = _sign(subject.x500(), private, (issuing, issuing_key), now, _LEAF_LIFE)
            path = self.certificate_file(key_name)
            if path.exists():
                path.rename(path.with_name(f"{path.stem}.{self._read(path).serial_number:x}.old"))
            self._write(f"keys/{key_name}.key", _key_pem(private))
            self._write(
                f"keys/{key_name}.pem",
                b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (made, issuing)),
            )

    def revoke(self, key_name: str, at: datetime | None = None) -> None:
        """Put the key's certificate on the list from ``at`` (default now) and publish the list at once."""
        self.ensure()
        with self._locked():
            revoked = self._revoked()
            when = (at or clock.real()).astimezone(UTC)
            revoked[f"{self._read(self.certificate_file(key_name)).serial_number:x}"] = when.isoformat()
            self._write("revoked.json", json.dumps(revoked, indent=1).encode())
            self._publish()

    # -- reading ----------------------------------------------------------------------------------------------------

    def certificate(self, name: str) -> x509.Certificate:
        """One of "root", "issuing", "tsa"."""
        self.ensure()
        return self._read(self.folder / f"{name}.pem")

    def private_key(self, name: str) -> rsa.RSAPrivateKey:
        """The time-stamping key ("tsa"); people's keys are reached through signers."""
        self.ensure()
        return self._load_key(self.folder / f"{name}.key")

    def certificate_file(self, key_name: str) -> Path:
        """Where the certificate of a key is. Raises Invalid for a name that is no key's name."""
        if not _KEY_NAME.fullmatch(key_name):
            raise Invalid(_("Không có khóa ký số tên như vậy."))
        return self.keys / f"{key_name}.pem"

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """Whether this authority has revoked it, from whatever instant."""
        return f"{certificate.serial_number:x}" in self._revoked()

    def root(self) -> x509.Certificate:
        """The root that our signatures lead to; closed, the first that the settings name. Raises Unavailable."""
        if not self.closed:
            return self.certificate("root")
        named = self.trust().roots
        if not named:
            raise Unavailable(_("Hệ thống này chưa khai báo chứng thư gốc. Hãy báo cho người quản trị."))
        return x509.load_der_x509_certificate(named[0])

    def root_pem(self) -> bytes:
        """The root as a file to download and to add to a reader."""
        return self.root().public_bytes(serialization.Encoding.PEM)

    def fingerprint(self) -> str:
        """SHA-256 of the root, in pairs, to compare with what a reader shows."""
        digest = self.root().fingerprint(hashes.SHA256()).hex().upper()
        return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))

    def trust(self) -> Trust:
        """What our own checker trusts: this authority with lists not older than a day, and what the settings add.

        Closed: what the settings name, nothing else."""
        if self.closed:
            return _named_in(instance().settings.get("signing", {}))
        self.ensure()
        issuing_list = self.folder / "issuing.crl"
        if clock.real() - _list_time(issuing_list.read_bytes()) > _LIST_AGE:
            with self._locked():
                self._publish()
        added = _named_in(instance().settings.get("signing", {}))
        return Trust(
            (_der(self.certificate("root")), *added.roots),
            (_der(self.certificate("issuing")), *added.intermediates),
            ((self.folder / "root.crl").read_bytes(), issuing_list.read_bytes(), *added.lists),
            (_der(self.certificate("issuing")),),
            added.holders,
        )

    # -- inside -----------------------------------------------------------------------------------------------------

    def _good(self, key_name: str, subject: Subject, now: datetime) -> bool:
        path = self.certificate_file(key_name)
        if not path.exists():
            return False
        kept = self._read(path)
        return (
            kept.subject == subject.x500()
            and kept.not_valid_after_utc - now > _RENEW_BEFORE
            and not self.is_revoked(kept)
        )

    def _publish(self) -> None:
        issuing, key = self.certificate("issuing"), self._load_key(self.folder / "issuing.key")
        self._write("issuing.crl", _list(issuing, key, self._revoked(), clock.real(), _LIST_LIFE))

    def _revoked(self) -> dict[str, str]:
        path = self.folder / "revoked.json"
        read: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return read

    def _new_key(self, name: str, bits: int) -> rsa.RSAPrivateKey:
        private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        self._write(f"{name}.key", _key_pem(private))
        return private

    def _write(self, name: str, content: bytes) -> None:
        """Whole or not at all, readable by the owner only."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{path.name}.new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @staticmethod
    def _read(path: Path) -> x509.Certificate:
        return x509.load_pem_x509_certificate(path.read_bytes())

    @staticmethod
    def _load_key(path: Path) -> rsa.RSAPrivateKey:
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(loaded, rsa.RSAPrivateKey):
            raise TypeError(f"{path.name}: not an RSA key")
        return loaded


@lru_cache(maxsize=1)
def _issuing_key(path: Path, changed: int) -> rsa.RSAPrivateKey:
    """Kept until the file is ``changed``: reading it checks its primes, which takes a third of a second."""
    return Authority._load_key(path)


@cache
def authority() -> Authority:
    """The authority of this instance; in production it is closed."""
    here = instance()
    return Authority(folder(), closed=here.production)


def key_file_name(kind: str, *parts: str) -> str:
    """A file name for a key from opaque ids, whatever characters they carry."""
    plain = "-".join((kind, *parts))
    if _KEY_NAME.fullmatch(plain):
        return plain
    return f"{kind}-{hashlib.sha256(plain.encode()).hexdigest()[:32]}"


def _plain_name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"TinhSo – {NOT_OFFICIAL}"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_pem(private: rsa.RSAPrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _sign(
    subject: x509.Name,
    private: rsa.RSAPrivateKey,
    issuer: tuple[x509.Certificate, rsa.RSAPrivateKey] | None,
    now: datetime,
    life: timedelta,
    *,
    ca: int | None = None,
    stamping: bool = False,
) -> x509.Certificate:
    """A certificate after RFC 5280; ``ca`` is the path length, None for a leaf; without issuer it signs itself."""
    issuer_name, issuer_key = (issuer[0].subject, issuer[1]) if issuer else (subject, private)
    end = now + life
    if issuer:
        end = min(end, issuer[0].not_valid_after_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca is not None, ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .add_extension(_usage(ca is not None, stamping), critical=True)
    )
    if stamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(ca: bool, stamping: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca and not stamping,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _list(
    issuer: x509.Certificate, key: rsa.RSAPrivateKey, revoked: dict[str, str], now: datetime, life: timedelta
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + life)
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for serial, when in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(int(serial, 16))
        builder = builder.add_revoked_certificate(entry.revocation_date(datetime.fromisoformat(when)).build())
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _from_files(names: Iterable[str]) -> Iterator[bytes]:
    """The certificates of PEM files."""
    for name in names:
        yield from map(_der, x509.load_pem_x509_certificates(Path(name).read_bytes()))


def _named_in(setting: dict[str, list[str]]) -> Trust:
    """What ``[signing]`` of config.toml trusts (PEM files of roots and intermediates, DER files of lists), and the
    register of holders."""
    return Trust(
        tuple(_from_files(setting.get("roots", ()))),
        tuple(_from_files(setting.get("intermediates", ()))),
        tuple(Path(name).read_bytes() for name in setting.get("lists", ())),
        holders=tuple(json.dumps([one.fingerprint, one.account, one.agency_id]).encode() for one in holders()),
    )


def _list_time(der: bytes) -> datetime:
    return x509.load_der_x509_crl(der).last_update_utc
