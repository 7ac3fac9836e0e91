"""Digital signatures: PAdES B-T in two phases, a development authority, and checking."""

from typing import TYPE_CHECKING, Any

from tinhso.kernel.signing.base import Prepared, Role, SignatureRequest, Signer
from tinhso.kernel.signing.verdict import Refusal, Signature, Verdict

if TYPE_CHECKING:
    from tinhso.kernel.signing.service import hold, person_key, revoke, seal_key, sign_as, signer, verify

__all__ = [
    "Prepared",
    "Refusal",
    "Role",
    "Signature",
    "SignatureRequest",
    "Signer",
    "Verdict",
    "hold",
    "person_key",
    "revoke",
    "seal_key",
    "sign_as",
    "signer",
    "verify",
]


def __getattr__(name: str) -> Any:
    """The service loads on use, so that the checking cell starts without Django's web part."""
    if name not in __all__:
        raise AttributeError(name)
    from tinhso.kernel.signing import service  # noqa: PLC0415

    return getattr(service, name)
