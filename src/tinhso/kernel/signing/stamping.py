"""Trusted time (RFC 3161): the instance's own time-stamping for one machine, or an authority over HTTP.

Which one is a line in ``config.toml``: ``[signing]`` ``tsa = "https://…"`` (and
``tsa_timeout`` in seconds); without it, our own.
"""

import httpx
from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.utils.translation import gettext as _
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus

from tinhso.config import instance
from tinhso.kernel import clock
from tinhso.kernel.errors import Unavailable
from tinhso.kernel.signing.authority import authority
from tinhso.kernel.signing.check import Anchors

#: Our own time-stamping policy, an OID anyone may make from a UUID (X.667): it promises no more than the key.
_POLICY = "2.25.268067403070897411918335230127497558080"
_LARGEST_ANSWER = 64 * 1024
_TIMEOUT = 10.0


def timestamper() -> TimeStamper:
    """The time-stamper that this instance is set to."""
    setting = instance().settings.get("signing", {})
    if "tsa" in setting:
        return HttpTimeStamper(setting["tsa"], float(setting.get("tsa_timeout", _TIMEOUT)))
    if instance().production:
        raise unavailable()  # never a stamp of the development authority
    return LocalTimeStamper()


class CheckedTimeStamper(TimeStamper):
    """Takes a stamp only when it is over what was asked, signed, and by an authority that this instance trusts.

    A result must never leave the house with a stamp that no reader accepts, so every fault is Unavailable here.
    """

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        context = Anchors.of(authority().trust()).at(clock.real())
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            status = TimestampSignatureStatus(
                **await validate_tst_signed_data(token["content"], context, lambda _algorithm: message_digest)
            )
        # A malformed answer surfaces in asn1crypto and pyHanko as any of these.
        except (OSError, httpx.HTTPError, ValueError, TypeError, KeyError, AttributeError) as fault:
            raise unavailable() from fault
        if not (status.intact and status.valid and status.trusted):
            raise unavailable()
        return token


class LocalTimeStamper(CheckedTimeStamper):
    """The development authority's time-stamping, in this process."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        own = authority()
        return answer(req, own.certificate("tsa"), own.certificate("issuing"), own.private_key("tsa"))


class HttpTimeStamper(CheckedTimeStamper):
    """A time-stamping authority over HTTP (RFC 3161, section 3.4)."""

    def __init__(self, address: str, timeout: float) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]  # pyHanko
        self.address = address
        self.timeout = timeout

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        async with httpx.AsyncClient(timeout=self.timeout, trust_env=False) as client:
            got = await client.post(
                self.address,
                content=req.dump(),
                headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
            )
        if got.status_code != httpx.codes.OK or len(got.content) > _LARGEST_ANSWER:
            raise OSError(f"time-stamp authority answered {got.status_code}, {len(got.content)} bytes")
        return tsp.TimeStampResp.load(got.content, strict=True)


def unavailable() -> Unavailable:
    """What the user reads while no time can be had."""
    return Unavailable(
        _("Máy chủ cấp dấu thời gian chưa trả lời đúng. Văn bản vẫn được giữ nguyên; hãy ký lại sau ít phút.")
    )


def answer(
    req: tsp.TimeStampReq, own: x509.Certificate, issuer: x509.Certificate, key: rsa.RSAPrivateKey
) -> tsp.TimeStampResp:
    """The answer of a time-stamping authority: real time, signed (RFC 3161, section 2.4.2)."""
    certificate, parent = _asn1(own), _asn1(issuer)
    fields = {
        "version": "v1",
        "policy": _POLICY,
        "message_imprint": req["message_imprint"],
        "serial_number": x509.random_serial_number(),
        "gen_time": clock.real().replace(microsecond=0),
        "accuracy": {"seconds": 1},
        "tsa": asn1_x509.GeneralName(name="directory_name", value=certificate.subject),
    }
    if req["nonce"].native is not None:
        fields["nonce"] = req["nonce"]
    info = tsp.TSTInfo(fields).dump()
    digest = hashes.Hash(hashes.SHA256())
    digest.update(info)
    signed = cms.CMSAttributes(
        [
            simple_cms_attribute("content_type", "tst_info"),
            simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(clock.real())})),
            simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(certificate, "sha256")),
            simple_cms_attribute("message_digest", digest.finalize()),
        ]
    )
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    )
                }
            ),
            "digest_algorithm": sha256,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            "signed_attrs": signed,
            "signature": key.sign(signed.dump(), padding.PKCS1v15(), hashes.SHA256()),
        }
    )
    token = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": cms.DigestAlgorithms((sha256,)),
            "encap_content_info": cms.EncapsulatedContentInfo(
                {"content_type": "tst_info", "content": cms.ParsableOctetString(info)}
            ),
            "certificates": [certificate, parent],
            "signer_infos": [signer],
        }
    )
    return tsp.TimeStampResp(
        {
            "status": tsp.PKIStatusInfo({"status": tsp.PKIStatus("granted")}),
            "time_stamp_token": cms.ContentInfo({"content_type": "signed_data", "content": token}),
        }
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
