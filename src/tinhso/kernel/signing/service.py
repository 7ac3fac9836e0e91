"""The door of signing for other apps."""

from collections.abc import Callable
from datetime import datetime

from tinhso.kernel.signing.base import Prepared, Role, SignatureRequest, Signer
from tinhso.kernel.signing.verdict import Verdict

#: (account id, agency id, when) → whether that person might sign for that agency then
WasAuthorised = Callable[[str, str, datetime], bool]


def signer(key: str) -> Signer:
    """The signer of a key named ``kind:name``. Raises Invalid when there is no such key."""
    raise NotImplementedError


def sign_as(key: str, pdf: bytes, request: SignatureRequest) -> bytes:
    """Both phases at once, for a key that answers by itself. Raises Invalid, Unavailable."""
    hand = signer(key)
    prepared: Prepared = hand.begin(pdf, request)
    return hand.complete(prepared, hand.sign(prepared))


def person_key(*, account_id: str, name: str, agency_id: str, agency: str) -> str:
    """The key of an official at an agency, made with its certificate on first use. Answers its name."""
    raise NotImplementedError


def seal_key(*, agency_id: str, agency: str) -> str:
    """The key of an agency's seal, made with its certificate on first use. Answers its name."""
    raise NotImplementedError


def revoke(key: str, *, at: datetime | None = None) -> None:
    """The key's certificate goes on the revocation list from ``at`` (real time, default now)."""
    raise NotImplementedError


def verify(
    pdf: bytes,
    *,
    was_authorised: WasAuthorised | None = None,
    require: frozenset[Role] = frozenset(Role),
    trust_roots: tuple[bytes, ...] | None = None,
    at: datetime | None = None,
) -> Verdict:
    """Check an uploaded file of any kind; never raises for what is in it.

    ``trust_roots``: DER certificates, default the instance's own authority. ``at``: the real instant of checking,
    default now. ``was_authorised`` is asked once for each person's signature with the time-stamp's instant.
    """
    raise NotImplementedError
