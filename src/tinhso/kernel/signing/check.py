"""Checking one PDF: pyHanko reads and computes, the rules of what we accept are here.

A signature is judged at the instant that its time-stamp attests, so a certificate that ended or was revoked later
does not take the document with it. Run in a process of its own on what strangers upload (`tinhso.kernel.signing.cell`).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import pairwise

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tinhso.kernel.signing.authority import Trust
from tinhso.kernel.signing.base import Role
from tinhso.kernel.signing.verdict import Refusal, Signature, Verdict, refused
from tinhso.kernel.signing.waiting import finished


def inspect(pdf: bytes, *, trust: Trust, at: datetime, require: frozenset[Role] = frozenset(Role)) -> Verdict:
    """The verdict on one file at the real instant ``at``. Never raises for what is in the file."""
    if b"%PDF-" not in pdf[:1024]:
        return refused(pdf, Refusal.NOT_PDF)
    # A hostile file may break the reader in any way, deep recursion included: whatever it is, it is unreadable.
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        if reader.encrypted:
            return refused(pdf, Refusal.ENCRYPTED)
        found = list(reader.embedded_regular_signatures)
        if not found:
            return refused(pdf, Refusal.UNSIGNED)
        signatures = [_judge(one, Anchors.of(trust), at, last=one is found[-1]) for one in found]
    except Exception:
        return refused(pdf, Refusal.UNREADABLE)
    return _sum_up(pdf, tuple(signatures), require)


def _sum_up(pdf: bytes, signatures: tuple[Signature, ...], require: frozenset[Role]) -> Verdict:
    refusals = [why for one in signatures for why in one.refusals]
    present = {one.role for one in signatures}
    if Role.PERSON in require - present:
        refusals.append(Refusal.PERSON_MISSING)
    if Role.SEAL in require - present:
        refusals.append(Refusal.SEAL_MISSING)
    # A person signs for the agency whose seal follows; another agency's genuine seal does not make it its own.
    if len({one.agency_id for one in signatures if one.role}) > 1:
        refusals.append(Refusal.UNAUTHORISED)
    return Verdict(
        intact=all(one.intact for one in signatures),
        trusted=all(one.trusted for one in signatures),
        signatures=signatures,
        refusals=tuple(dict.fromkeys(refusals)),
        sha256=hashlib.sha256(pdf).hexdigest(),
    )


@dataclass(frozen=True)
class Anchors:
    """Trust, parsed."""

    roots: list[asn1_x509.Certificate]
    others: list[asn1_x509.Certificate]
    lists: list[x509.CertificateRevocationList]
    naming: list[asn1_x509.Certificate]
    holders: dict[str, tuple[str, str]]  #: fingerprint → account, agency id

    @classmethod
    def of(cls, trust: Trust) -> "Anchors":
        return cls(
            [asn1_x509.Certificate.load(der) for der in trust.roots],
            [asn1_x509.Certificate.load(der) for der in trust.intermediates],
            [x509.load_der_x509_crl(der) for der in trust.lists],
            [asn1_x509.Certificate.load(der) for der in trust.naming],
            {finger: (account, agency) for finger, account, agency in map(json.loads, trust.holders)},
        )

    def at(self, moment: datetime) -> ValidationContext:
        """Path building and validity at one moment; revocation is looked up in `revoked_on`."""
        return ValidationContext(
            trust_roots=self.roots,
            other_certs=self.others,
            moment=moment,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )


def _judge(found: EmbeddedPdfSignature, anchors: Anchors, now: datetime, *, last: bool) -> Signature:
    at = _stamped_at(found)
    status = finished(
        async_validate_pdf_signature(
            found, signer_validation_context=anchors.at(at or now), ts_validation_context=anchors.at(now)
        )
    )
    leaf = x509.load_der_x509_certificate(status.signing_cert.dump())
    refusals: list[Refusal] = []
    unchanged = status.intact and status.valid and _padding_empty(found)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not unchanged or (status.coverage or SignatureCoverageLevel.UNCLEAR) < SignatureCoverageLevel.ENTIRE_REVISION:
        refusals.append(Refusal.CHANGED)
    elif (last and not whole) or not (whole or status.docmdp_ok):
        refusals.append(Refusal.ADDED_TO)
    intact = not refusals
    refusals += _trust_refusals(status, leaf, anchors, at or now) if unchanged else []
    account, agency_id = _holder(leaf, anchors, trusted=not refusals)
    stamp = status.timestamp_validity
    if unchanged and not (at and stamp and stamp.intact and stamp.valid and stamp.trusted):
        refusals.append(Refusal.UNSTAMPED)
        at = None
    return Signature(
        role=(Role.PERSON if account else Role.SEAL) if agency_id else None,
        signer=_name(leaf, NameOID.COMMON_NAME),
        account=account,
        agency=_name(leaf, NameOID.ORGANIZATION_NAME),
        agency_id=agency_id,
        at=at,
        certificate=leaf.fingerprint(hashes.SHA256()).hex(),
        intact=intact,
        trusted=not refusals,
        reason=str(found.sig_object.get("/Reason", "")),
        refusals=tuple(refusals),
    )


def _trust_refusals(
    status: PdfSignatureStatus, leaf: x509.Certificate, anchors: Anchors, moment: datetime
) -> list[Refusal]:
    """Why the certificate does not carry this signature at that moment; empty when it does."""
    if status.trusted and status.validation_path is not None:
        path = [
            x509.load_der_x509_certificate(one.dump()) for one in status.validation_path.iter_certs(include_root=True)
        ]
        for issuer, issued in pairwise(path):
            answer = _revocation(issued, issuer, anchors, moment)
            if answer:
                return [answer]
        return []
    in_force = leaf.not_valid_before_utc <= moment <= leaf.not_valid_after_utc
    issued_by_known = any(
        _issued_by(leaf, x509.load_der_x509_certificate(one.dump())) for one in (*anchors.others, *anchors.roots)
    )
    return [Refusal.EXPIRED if issued_by_known and not in_force else Refusal.UNTRUSTED]


def _revocation(
    issued: x509.Certificate, issuer: x509.Certificate, anchors: Anchors, moment: datetime
) -> Refusal | None:
    """Revoked at or before the moment, by a list that the issuer signed; no list: nobody can tell."""
    for listed in anchors.lists:
        if listed.issuer == issuer.subject and listed.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            entry = listed.get_revoked_certificate_by_serial_number(issued.serial_number)
            return Refusal.REVOKED if entry and entry.revocation_date_utc <= moment else None
    return Refusal.UNCHECKED


def _issued_by(leaf: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _stamped_at(found: EmbeddedPdfSignature) -> datetime | None:
    """The instant that the signature's time-stamp names; whether it may be believed is judged afterwards."""
    for token in extract_tst_data_iter(found.signer_info, signed=False):
        at: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
        return at
    return None


def _padding_empty(found: EmbeddedPdfSignature) -> bool:
    """After the signature's own bytes the hole holds zeros: nothing may hide outside of what is signed."""
    raw: bytes = found.pkcs7_content
    return not raw[len(cms.ContentInfo.load(raw).dump()) :].strip(b"\0")


def _holder(leaf: x509.Certificate, anchors: Anchors, *, trusted: bool) -> tuple[str, str]:
    """Account and agency id that the certificate stands for, as our register or our own issuer says; else empty.

    What is refused anyway may say what it likes of itself: it is shown, not believed.
    """
    entered = anchors.holders.get(leaf.fingerprint(hashes.SHA256()).hex())
    if entered is not None:
        return entered
    if not trusted or any(_issued_by(leaf, x509.load_der_x509_certificate(one.dump())) for one in anchors.naming):
        return _name(leaf, NameOID.SERIAL_NUMBER), _name(leaf, NameOID.ORGANIZATION_IDENTIFIER)
    return "", ""


def _name(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""
