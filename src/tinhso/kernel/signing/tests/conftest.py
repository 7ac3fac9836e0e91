"""Papers, keys and an attacker for the tests of signing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, async_sign_pdf
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.kernel.pdf.render import render
from tinhso.kernel.signing import Role, SignatureRequest, Verdict, person_key, seal_key, sign_as
from tinhso.kernel.signing.authority import Subject, authority
from tinhso.kernel.signing.check import inspect
from tinhso.kernel.signing.stamping import LocalTimeStamper
from tinhso.kernel.signing.waiting import finished

AGENCY = "Ủy ban nhân dân đặc khu Kiên Hải"
PAGE = (
    '<html lang="vi"><body><p>Giấy khai sinh của Nguyễn Thị Lập Lành Anh</p>'
    '<div id="sign-person" style="width:54mm;height:23mm"></div>'
    '<div id="sign-seal" style="width:48mm;height:23mm"></div></body></html>'
)


@dataclass(frozen=True)
class Paper:
    """One document in its three states, with the keys that signed it."""

    plain: bytes
    by_person: bytes
    sealed: bytes
    person: str
    seal: str
    agency_id: str
    account: str


@pytest.fixture(scope="session")
def make_paper() -> Callable[[], Paper]:
    plain = render(PAGE, title="Giấy khai sinh")

    def make() -> Paper:
        agency_id, account = str(uuid4()), str(uuid4())
        person = person_key(account_id=account, name="Trần Văn Bảy", agency_id=agency_id, agency=AGENCY)
        seal = seal_key(agency_id=agency_id, agency=AGENCY)
        by_person = sign_as(person, plain, SignatureRequest(Role.PERSON, reason="Cấp Giấy khai sinh số 05/2025"))
        return Paper(
            plain, by_person, sign_as(seal, by_person, SignatureRequest(Role.SEAL)), person, seal, agency_id, account
        )

    return make


@pytest.fixture(scope="session")
def paper(make_paper: Callable[[], Paper]) -> Paper:
    """A good one; a test that revokes keys makes its own."""
    return make_paper()


def judged(pdf: bytes, at: datetime | None = None) -> Verdict:
    """The verdict of the instance's own checker, in this process."""
    return inspect(pdf, trust=authority().trust(), at=at or datetime.now(UTC))


@dataclass(frozen=True)
class Forged:
    """A key with a certificate that somebody made outside of our doors."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def forge(subject: x509.Name, *, by_our_ca: bool = False, ends: timedelta = timedelta(days=1)) -> Forged:
    """A certificate of that name: self-signed, or as the issuing CA itself would have made it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    now = datetime.now(UTC)
    issuer, issuer_key = subject, key
    if by_our_ca:
        issuer, issuer_key = authority().certificate("issuing").subject, authority().private_key("issuing")
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + ends)
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    return Forged(key, made)


def subject_of(paper: Paper) -> x509.Name:
    return Subject("Trần Văn Bảy", AGENCY, paper.agency_id, paper.account).x500()


def sign_around_us(pdf: bytes, forged: Forged, field: str, stamper: TimeStamper | None = None) -> bytes:
    """A signature made with pyHanko alone, past every check that our own signer makes."""
    der, info = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
    store = SimpleCertificateStore()
    store.register(asn1_x509.Certificate.load(authority().certificate("issuing").public_bytes(der)))
    signer = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(forged.certificate.public_bytes(der)),
        signing_key=asn1_keys.PrivateKeyInfo.load(forged.key.private_bytes(der, info, serialization.NoEncryption())),
        cert_registry=store,
    )
    out = BytesIO()
    meta = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    finished(async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer, timestamper=stamper, output=out))
    return out.getvalue()


def key_of(name: str) -> Forged:
    """What a thief of the key file would hold."""
    path = authority().certificate_file(name.partition(":")[2])
    key = serialization.load_pem_private_key(Path(path.with_suffix(".key")).read_bytes(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return Forged(key, x509.load_pem_x509_certificate(path.read_bytes()))


@pytest.fixture
def stamper() -> TimeStamper:
    return LocalTimeStamper()
