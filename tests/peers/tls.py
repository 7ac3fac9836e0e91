"""A small certification authority for servers on the loopback: whom a province's own mail server or database trusts."""

import ssl
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tinhso.kernel import clock

DAY = timedelta(days=1)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass
class Issuer:
    """Its root is ``root`` (PEM)."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def issue(self, name: str) -> tuple[Path, Path]:
        """A server's certificate for a DNS name, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(clock.real() - DAY)
            .not_valid_after(clock.real() + DAY)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        there, its_key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        there.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        its_key.write_bytes(_pem(key))
        its_key.chmod(0o600)
        return there, its_key

    def server(self, name: str) -> ssl.SSLContext:
        """What a server that is called so shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(name))
        return context


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def issuer(folder: Path) -> Issuer:
    """Made anew in an empty folder."""
    folder.mkdir(parents=True)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name("Goc tren loopback"))
        .issuer_name(_name("Goc tren loopback"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.real() - DAY)
        .not_valid_after(clock.real() + DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Issuer(folder, key, certificate)
    made.root.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return made
