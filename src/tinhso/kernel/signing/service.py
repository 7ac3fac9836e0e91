"""The door of signing for other apps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.appending import append_audit
from tinhso.kernel.errors import Invalid
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.signing.authority import Subject, Trust, authority, key_file_name
from tinhso.kernel.signing.base import Role, SignatureRequest, Signer
from tinhso.kernel.signing.cell import check_apart
from tinhso.kernel.signing.holders import Holder, enter, held
from tinhso.kernel.signing.registry import signers
from tinhso.kernel.signing.verdict import Refusal, Signature, Verdict, refused

#: (account id, agency id, when) → whether that person might sign for that agency then
WasAuthorised = Callable[[str, str, datetime], bool]

#: The act under which a new entry of the register of holders stands in the audit trail.
KEY_ENTERED = "kernel.key-entered"
#: No result of ours comes near it; what is larger is not read.
LARGEST_FILE = 20 * 1024 * 1024


def _file_signer(name: str) -> Signer:
    from tinhso.kernel.signing.contrib.file.signer import FileSigner  # noqa: PLC0415  pyHanko loads slowly

    return FileSigner(name)


def _token_signer(name: str) -> Signer:
    from tinhso.kernel.signing.contrib.pkcs11.signer import TokenSigner  # noqa: PLC0415

    return TokenSigner(name)


def _remote_signer(name: str) -> Signer:
    from tinhso.kernel.signing.contrib.remote.signer import RemoteSigner  # noqa: PLC0415

    return RemoteSigner(name)


signers.register("file", _file_signer)
signers.register("pkcs11", _token_signer)
signers.register("remote", _remote_signer)


def signer(key: str) -> Signer:
    """The signer of a key named ``kind:name``. Raises Invalid when there is no such key."""
    kind, _colon, name = key.partition(":")
    if kind not in signers:
        raise Invalid(_("Không có khóa ký số tên như vậy."))
    return signers.get(kind)(name)


def sign_as(key: str, pdf: bytes, request: SignatureRequest) -> bytes:
    """Both phases at once, for a key that answers by itself. Raises Invalid, Unavailable."""
    hand = signer(key)
    prepared = hand.begin(pdf, request)
    return hand.complete(prepared, hand.sign(prepared))


def person_key(*, account_id: str, name: str, agency_id: str, agency: str) -> str:
    """The name of an official's key at an agency: the one that the register of holders has, else one that the
    instance's own authority makes with its certificate on first use."""
    if holder := held(agency_id=agency_id, account=account_id):
        return holder.key
    file = key_file_name("person", account_id, agency_id)
    authority().issue(file, Subject(name, agency, agency_id, account_id))
    return f"file:{file}"


def seal_key(*, agency_id: str, agency: str) -> str:
    """The name of the key of an agency's seal, found like a person's."""
    if holder := held(agency_id=agency_id):
        return holder.key
    file = key_file_name("seal", agency_id)
    authority().issue(file, Subject(agency, agency, agency_id))
    return f"file:{file}"


def hold(*, key: str, agency_id: str, account: str, pem: bytes) -> Holder:
    """Enter in the register, and in the audit trail, that a key kept elsewhere is this holder's.

    ``pem``: its certificate, then those of its issuers. Raises Invalid for a kind of key or a chain that is none.
    """
    if key.partition(":")[0] not in {"pkcs11", "remote"} or "/" not in key:
        raise Invalid(_("Tên khóa phải có dạng pkcs11:<thiết bị>/<nhãn> hoặc remote:<dịch vụ>/<mã>."))
    with transaction.atomic():
        entry = enter(key=key, agency_id=agency_id, account=account, pem=pem)
        data = {"key": key, "account": account, "certificate": entry.fingerprint}
        append_audit(SYSTEM, KEY_ENTERED, subject=f"agency:{agency_id}", data=data)
    return entry


def revoke(key: str, *, at: datetime | None = None) -> None:
    """The key's certificate goes on the revocation list from ``at`` (real time, default now)."""
    authority().revoke(key.partition(":")[2], at)


def verify(
    pdf: bytes,
    *,
    was_authorised: WasAuthorised | None = None,
    require: frozenset[Role] = frozenset(Role),
    trust: Trust | None = None,
    at: datetime | None = None,
) -> Verdict:
    """Check an uploaded file of any kind; never raises for what is in it, only Unavailable when too many are checked.

    The file is read in a process of its own with limits of time and memory. ``trust``: default the instance's own
    authority. ``at``: the real instant of checking, default now. ``was_authorised`` is asked for each person's
    signature with the instant of its time-stamp.
    """
    if len(pdf) > LARGEST_FILE:
        return refused(pdf, Refusal.TOO_LARGE)
    if b"%PDF-" not in pdf[:1024]:
        return refused(pdf, Refusal.NOT_PDF)
    verdict = check_apart(pdf, trust=trust or authority().trust(), at=at or clock.real(), require=require)
    if verdict is None:
        return refused(pdf, Refusal.UNREADABLE)
    return _with_authority(verdict, was_authorised) if was_authorised else verdict


def _with_authority(verdict: Verdict, was_authorised: WasAuthorised) -> Verdict:
    signatures = tuple(_judged(one, was_authorised) for one in verdict.signatures)
    if signatures == verdict.signatures:
        return verdict
    refusals = dict.fromkeys((*verdict.refusals, Refusal.UNAUTHORISED))
    return replace(verdict, signatures=signatures, refusals=tuple(refusals))


def _judged(one: Signature, was_authorised: WasAuthorised) -> Signature:
    if one.role is not Role.PERSON or one.at is None or was_authorised(one.account, one.agency_id, one.at):
        return one
    return replace(one, refusals=(*one.refusals, Refusal.UNAUTHORISED))
