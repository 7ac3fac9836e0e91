"""Keys that lie elsewhere: in a token (SoftHSM, a real PKCS#11 module) and at a remote service."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from tests.peers.remote_signing import Mode, remote_signing

from tinhso.config import instance
from tinhso.kernel.errors import Invalid, Unavailable
from tinhso.kernel.signing import Role, SignatureRequest, person_key, seal_key, sign_as, signer, verify
from tinhso.kernel.signing.authority import Subject
from tinhso.kernel.signing.holders import enter, held
from tinhso.kernel.signing.tests.conftest import AGENCY, Paper, judged

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "2174-2022"


@dataclass(frozen=True)
class Foreign:
    """An authority that is not ours, trusted by the settings: its root, and its empty revocation list."""

    root: x509.Certificate
    key: rsa.RSAPrivateKey

    def certify(self, subject: x509.Name, public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
        """PEM: the certificate, then the root."""
        made = _builder(subject, self.root.subject, public).sign(self.key, hashes.SHA256())
        pem = serialization.Encoding.PEM
        return made.public_bytes(pem) + self.root.public_bytes(pem)


def _builder(
    subject: x509.Name, issuer: x509.Name, public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, *, ca: bool = False
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca, 0 if ca else None), critical=True)
        .add_extension(x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), critical=True)
    )


def plain_name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Foreign:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = plain_name("Cơ quan chứng thực khác (thử)")
    return Foreign(_builder(name, name, key.public_key(), ca=True).sign(key, hashes.SHA256()), key)


@pytest.fixture(autouse=True)
def settings_of_signing(foreign: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The foreign root is trusted; each test adds its keys."""
    (tmp_path / "root.pem").write_bytes(foreign.root.public_bytes(serialization.Encoding.PEM))
    now = datetime.now(UTC)
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(foreign.root.subject)
        .last_update(now - timedelta(minutes=5))
        .next_update(now + timedelta(days=1))
        .sign(foreign.key, hashes.SHA256())
    )
    (tmp_path / "root.crl").write_bytes(listed.public_bytes(serialization.Encoding.DER))
    signing: dict[str, object] = {"roots": [str(tmp_path / "root.pem")], "lists": [str(tmp_path / "root.crl")]}
    monkeypatch.setitem(instance().settings, "signing", signing)
    monkeypatch.setattr("tinhso.kernel.signing.holders._file", lambda: tmp_path / "holders.json")
    return signing


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pkcs11.Token]:
    """A token of SoftHSM with an RSA and an EC key, made inside of it."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    words = ("--init-token", "--free", "--label", "UBND thử", "--so-pin", PIN, "--pin", PIN)
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    found = pkcs11.lib(MODULE).get_token(token_label="UBND thử")
    with found.open(rw=True, user_pin=PIN) as session:
        session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="rsa")
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
        )
        parameters.generate_keypair(store=True, label="ec")
    yield found
    del os.environ["SOFTHSM2_CONF"]


def public_key(token: pkcs11.Token, label: str) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    with token.open(user_pin=PIN) as session:
        key = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=label)
        if label == "ec":
            return serialization.load_der_public_key(encode_ec_public_key(key))  # type: ignore[return-value]
        der = encode_rsa_public_key(key)
    from asn1crypto.keys import PublicKeyInfo, RSAPublicKey

    wrapped = PublicKeyInfo.wrap(RSAPublicKey.load(der), "rsa").dump()
    return serialization.load_der_public_key(wrapped)  # type: ignore[return-value]


def in_token(settings: dict[str, object], pin: str = PIN) -> None:
    settings["pkcs11"] = {"ubnd": {"module": MODULE, "label": "UBND thử"}}
    secret = instance().home / "secrets" / "pkcs11-ubnd"
    secret.write_text(pin)
    secret.chmod(0o600)


@pytest.mark.parametrize("label", ["rsa", "ec"])
def test_a_seal_in_a_token_makes_a_valid_document(
    label: str, token: pkcs11.Token, foreign: Foreign, paper: Paper, settings_of_signing: dict[str, object]
) -> None:
    in_token(settings_of_signing)
    pem = foreign.certify(plain_name("UBND đặc khu Kiên Hải"), public_key(token, label))
    enter(key=f"pkcs11:ubnd/{label}", agency_id=paper.agency_id, account="", pem=pem)

    key = seal_key(agency_id=paper.agency_id, agency=AGENCY)
    sealed = sign_as(key, paper.by_person, SignatureRequest(Role.SEAL))

    assert key == f"pkcs11:ubnd/{label}"
    verdict = judged(sealed)
    assert verdict.valid
    assert verdict.signatures[1].agency_id == paper.agency_id
    assert verify(sealed).valid, "the checking cell knows the register too"


@pytest.mark.parametrize("wrong", ["pin", "label", "module", "token"])
def test_a_token_that_cannot_sign_says_why_and_may_be_asked_again(
    wrong: str, token: pkcs11.Token, foreign: Foreign, paper: Paper, settings_of_signing: dict[str, object]
) -> None:
    in_token(settings_of_signing, pin="0000" if wrong == "pin" else PIN)
    pem = foreign.certify(plain_name("UBND"), public_key(token, "rsa"))
    label = "nothing" if wrong == "label" else "rsa"
    enter(key=f"pkcs11:ubnd/{label}", agency_id=paper.agency_id, account="", pem=pem)
    if wrong in {"module", "token"}:
        settings_of_signing["pkcs11"]["ubnd"] |= {"module": "/nowhere.so"} if wrong == "module" else {"label": "?"}  # type: ignore[index]
    prepared = signer(f"pkcs11:ubnd/{label}").begin(paper.by_person, SignatureRequest(Role.SEAL))

    with pytest.raises(Unavailable) as refused:
        signer(f"pkcs11:ubnd/{label}").sign(prepared)

    assert {"pin": "PIN", "label": "nothing"}.get(wrong, "thiết bị ký") in str(refused.value.detail)


def test_what_a_foreign_certificate_says_of_our_ids_is_not_believed(
    foreign: Foreign, paper: Paper, tmp_path: Path
) -> None:
    """Else any customer of a trusted authority could name itself after an agency of ours."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = Subject("Kẻ mạo danh", AGENCY, paper.agency_id).x500()
    with remote_signing(key) as (address, peer):
        peer.agree()
        instance().settings["signing"]["remote"] = {"dv": {"url": address}}
        enter(key="remote:dv/x", agency_id=str(uuid4()), account="", pem=foreign.certify(name, key.public_key()))
        sealed = sign_as("remote:dv/x", paper.by_person, SignatureRequest(Role.SEAL))
    (tmp_path / "holders.json").unlink()

    verdict = judged(sealed)

    assert not verdict.valid
    assert verdict.signatures[1].agency_id == ""


@pytest.fixture
def telephone(foreign: Foreign, settings_of_signing: dict[str, object]) -> Iterator[tuple[str, object, str, str]]:
    """A person whose key a remote service keeps: the key's name, the service, agency and account ids."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    agency, account = str(uuid4()), str(uuid4())
    pem = foreign.certify(plain_name("Trần Văn Bảy"), key.public_key())
    enter(key="remote:dv/bay", agency_id=agency, account=account, pem=pem)
    with remote_signing(key) as (address, peer):
        settings_of_signing["remote"] = {"dv": {"url": address, "timeout": 1}}
        yield (
            person_key(account_id=account, name="Trần Văn Bảy", agency_id=agency, agency=AGENCY),
            peer,
            agency,
            account,
        )


def test_a_remote_key_signs_once_its_holder_agrees_whatever_the_delay(telephone, paper: Paper) -> None:
    name, peer, agency, account = telephone
    prepared = signer(name).begin(paper.plain, SignatureRequest(Role.PERSON, reason="Cấp Giấy khai sinh"))
    with pytest.raises(Unavailable, match="unavailable"):
        signer(name).sign(prepared)

    peer.agree()
    signed = signer(name).complete(prepared, signer(name).sign(prepared))

    (one,) = judged(signed).signatures
    assert (one.role, one.account, one.agency_id, one.trusted) == (Role.PERSON, account, agency, True)
    assert peer.tokens == {f"Bearer {instance().secret('remote-dv')}"}


@pytest.mark.parametrize("mode", ["slow", "wrong-shape", "half-answer", "duplicate", "unavailable", "not-base64"])
def test_a_service_astray_is_asked_again(mode: Mode, telephone, paper: Paper) -> None:
    name, peer, _agency, _account = telephone
    prepared = signer(name).begin(paper.plain, SignatureRequest(Role.PERSON))
    peer.agree()
    peer.mode = mode
    with pytest.raises(Unavailable):
        signer(name).sign(prepared)

    peer.mode = "good"

    assert judged(signer(name).complete(prepared, signer(name).sign(prepared))).signatures[0].intact


def test_a_holder_who_says_no_ends_the_attempt(telephone, paper: Paper) -> None:
    name, peer, _agency, _account = telephone
    prepared = signer(name).begin(paper.plain, SignatureRequest(Role.PERSON))
    peer.mode = "refused"

    with pytest.raises(Invalid):
        signer(name).sign(prepared)


def test_a_value_over_another_digest_is_not_put_in(telephone, paper: Paper) -> None:
    name, peer, _agency, _account = telephone
    prepared = signer(name).begin(paper.plain, SignatureRequest(Role.PERSON))
    peer.agree()
    peer.mode = "other-digest"

    with pytest.raises(Invalid):
        signer(name).complete(prepared, signer(name).sign(prepared))


def test_a_later_entry_of_a_holder_takes_the_place_of_the_first(foreign: Foreign) -> None:
    agency = str(uuid4())
    for label in ("old", "new"):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = foreign.certify(plain_name("UBND"), key.public_key())
        enter(key=f"pkcs11:ubnd/{label}", agency_id=agency, account="", pem=pem)

    entry = held(agency_id=agency)

    assert entry is not None
    assert entry.key == "pkcs11:ubnd/new"


@pytest.mark.parametrize("pem", [b"", b"no PEM", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_broken_certificate_file_is_refused(pem: bytes) -> None:
    with pytest.raises(Invalid):
        enter(key="pkcs11:ubnd/x", agency_id="a", account="", pem=pem)


def test_a_chain_that_does_not_hold_is_refused(foreign: Foreign) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own = _builder(plain_name("A"), foreign.root.subject, key.public_key()).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM

    with pytest.raises(Invalid):
        enter(key="pkcs11:u/x", agency_id="a", account="", pem=own.public_bytes(pem) + foreign.root.public_bytes(pem))
