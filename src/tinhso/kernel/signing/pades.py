"""PAdES B-T (ETSI EN 319 142-1) in two phases, for a key that lies anywhere.

`begin` writes the revision with an empty signature and keeps the CMS signed attributes; what the key signs is their
SHA-256. `complete` checks the signature value at once, gets a time-stamp over it and puts both into the hole.
"""

import base64
from collections.abc import Sequence
from io import BytesIO

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.kernel.signing.appearance import style
from tinhso.kernel.signing.authority import authority
from tinhso.kernel.signing.base import Prepared, SignatureRequest
from tinhso.kernel.signing.waiting import finished

#: Hexadecimal digits kept free: our chain and stamp take about 12,000, a foreign authority's may take twice that.
_RESERVED = 28_672
_FALLBACK_BOX = (60, 60, 250, 120)


def begin(pdf: bytes, request: SignatureRequest, chain: Sequence[x509.Certificate]) -> Prepared:
    """Phase one: ``chain`` is the signer's certificate and those between it and the root."""
    now = clock.real()
    leaf = chain[0]
    _check_in_force(leaf)
    hand = _hand(chain)
    field = request.field or request.role.value
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        maker = PdfSigner(
            PdfSignatureMetadata(
                field_name=field,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                reason=request.reason or None,
                location=request.location or None,
                name=common_name(leaf),
            ),
            hand,
            stamp_style=style(request, common_name(leaf), organisation(leaf), now),
            new_field_spec=SigFieldSpec(field, on_page=-1, box=_FALLBACK_BOX),
        )
        output = BytesIO()
        hole, _tbs, _same = finished(
            maker.async_digest_doc_for_signing(writer, bytes_reserved=_RESERVED, output=output)
        )
        attributes = finished(hand.signed_attrs(hole.document_digest, "sha256", use_pades=True))
    except (PdfError, SigningError, ValueError) as fault:
        raise Invalid(_("Không ký được vào tệp PDF này: ô chữ ký đã được ký hoặc tệp không hợp lệ.")) from fault
    signed = attributes.dump()
    digest = hashes.Hash(hashes.SHA256())
    digest.update(signed)
    return Prepared(
        document=output.getvalue(),
        digest=digest.finalize(),
        state={
            "document_digest": hole.document_digest.hex(),
            "start": hole.reserved_region_start,
            "end": hole.reserved_region_end,
            "attributes": base64.b64encode(signed).decode(),
            "chain": b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain).decode(),
        },
    )


def complete(prepared: Prepared, signature: bytes, stamper: TimeStamper) -> bytes:
    """Phase two. Raises Invalid for a wrong signature, Unavailable while there is no time-stamp; then call again."""
    chain = x509.load_pem_x509_certificates(str(prepared.state["chain"]).encode())
    _check_in_force(chain[0])
    check_signature(chain[0], prepared.digest, signature)
    attributes = cms.CMSAttributes.load(base64.b64decode(str(prepared.state["attributes"])))
    container = finished(
        _hand(chain, signature).async_sign_prescribed_attributes("sha256", attributes, timestamper=stamper)
    )
    hole = PreparedByteRangeDigest(
        bytes.fromhex(str(prepared.state["document_digest"])),
        int(prepared.state["start"]),
        int(prepared.state["end"]),
    )
    output = BytesIO(prepared.document)
    try:
        hole.fill_with_cms(output, container)
    except SigningError as fault:
        raise Invalid(_("Chữ ký kèm dấu thời gian lớn hơn chỗ dành sẵn. Hãy báo cho người quản trị.")) from fault
    return output.getvalue()


def _check_in_force(leaf: x509.Certificate) -> None:
    if not leaf.not_valid_before_utc <= clock.real() <= leaf.not_valid_after_utc:
        raise Invalid(_("Chứng thư số đã hết hạn hoặc chưa có hiệu lực. Hãy gia hạn chứng thư rồi ký lại."))
    if authority().is_revoked(leaf):
        raise Invalid(_("Chứng thư số đã bị thu hồi nên không ký được nữa. Hãy xin cấp chứng thư mới."))


def check_signature(leaf: x509.Certificate, digest: bytes, signature: bytes) -> None:
    """Raise Invalid unless ``signature`` is of this certificate's key over this digest."""
    key = leaf.public_key()
    sha256 = Prehashed(hashes.SHA256())
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), sha256)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, digest, ec.ECDSA(sha256))
        else:
            raise Invalid(_("Loại khóa này chưa dùng để ký được; cần khóa RSA hoặc ECDSA."))
    except InvalidSignature as fault:
        raise Invalid(_("Chữ ký nhận được không khớp với văn bản hoặc chứng thư. Văn bản chưa được ký.")) from fault


def common_name(certificate: x509.Certificate) -> str:
    return _attribute(certificate, NameOID.COMMON_NAME)


def organisation(certificate: x509.Certificate) -> str:
    return _attribute(certificate, NameOID.ORGANIZATION_NAME)


def _attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _hand(chain: Sequence[x509.Certificate], signature: bytes | None = None) -> ExternalSigner:
    leaf, *others = (asn1_x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in chain)
    store = SimpleCertificateStore()
    store.register_multiple(others)
    algorithm = "sha256_rsa" if isinstance(chain[0].public_key(), rsa.RSAPublicKey) else "sha256_ecdsa"
    return ExternalSigner(
        leaf,
        store,
        signature_value=signature,
        signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": algorithm}),
        embed_roots=False,
    )
