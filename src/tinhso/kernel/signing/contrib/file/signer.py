"""A key in a file: PEM (``name.key`` with ``name.pem``) or PKCS#12 (``name.p12`` with ``name.pass``), mode 0600."""

import stat
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import pkcs12
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Invalid, Unavailable
from tinhso.kernel.signing import pades
from tinhso.kernel.signing.authority import authority
from tinhso.kernel.signing.base import Prepared, SignatureRequest
from tinhso.kernel.signing.stamping import timestamper

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class FileSigner:
    """Signs with a key of ``home/authority/keys``."""

    def __init__(self, name: str) -> None:
        self.certificate = authority().certificate_file(name)
        if not (self.certificate.exists() or self.certificate.with_suffix(".p12").exists()):
            raise Invalid(_("Không có khóa ký số tên như vậy."))

    def begin(self, pdf: bytes, request: SignatureRequest) -> Prepared:
        return pades.begin(pdf, request, self._load()[1])

    def sign(self, prepared: Prepared) -> bytes:
        key = self._load()[0]
        sha256 = Prehashed(hashes.SHA256())
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(prepared.digest, padding.PKCS1v15(), sha256)
        return key.sign(prepared.digest, ec.ECDSA(sha256))

    def complete(self, prepared: Prepared, signature: bytes) -> bytes:
        return pades.complete(prepared, signature, timestamper())

    def _load(self) -> tuple[Key, list[x509.Certificate]]:
        bundle = self.certificate.with_suffix(".p12")
        if bundle.exists():
            password = _private(self.certificate.with_suffix(".pass")).strip()
            loaded = pkcs12.load_pkcs12(_private(bundle), password)
            if loaded.cert is None:
                raise Unavailable(_("Tệp PKCS#12 không có chứng thư. Hãy xuất lại tệp kèm chứng thư."))
            chain = [loaded.cert.certificate, *(extra.certificate for extra in loaded.additional_certs)]
            return _usable(loaded.key), chain
        chain = x509.load_pem_x509_certificates(self.certificate.read_bytes())
        pem = _private(self.certificate.with_suffix(".key"))
        return _usable(serialization.load_pem_private_key(pem, password=None)), chain


def _usable(key: object) -> Key:
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Unavailable(_("Loại khóa này chưa dùng để ký được; cần khóa RSA hoặc ECDSA."))
    return key


def _private(path: Path) -> bytes:
    """The content of a file that nobody else may read."""
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Unavailable(
            _("Tệp khóa %(name)s đang mở cho người khác đọc. Hãy đặt lại quyền: chmod 600.") % {"name": path.name}
        )
    return path.read_bytes()
