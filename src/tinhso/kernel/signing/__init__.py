"""Digital signatures: PAdES B-T in two phases, a development authority, and checking."""

from tinhso.kernel.signing.base import Prepared, Role, SignatureRequest, Signer
from tinhso.kernel.signing.service import person_key, revoke, seal_key, sign_as, signer, verify
from tinhso.kernel.signing.verdict import Refusal, Signature, Verdict

__all__ = [
    "Prepared",
    "Refusal",
    "Role",
    "Signature",
    "SignatureRequest",
    "Signer",
    "Verdict",
    "person_key",
    "revoke",
    "seal_key",
    "sign_as",
    "signer",
    "verify",
]
