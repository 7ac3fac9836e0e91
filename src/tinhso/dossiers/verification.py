"""Checking a file that somebody holds: the signatures in it, who might sign, and whether the result still stands.

The file itself is checked, not a code on it: whoever has the file needs no account and learns nothing that the file
does not say already.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.belonging import agency_then
from tinhso.dossiers.models import Result, ResultState
from tinhso.kernel import clock
from tinhso.kernel.registries import IssuedFile, issued_file
from tinhso.kernel.signing import Refusal, Role, Verdict, verify
from tinhso.kernel.throttle import Budget, network_of, refund, spend_all
from tinhso.people import queries as people
from tinhso.places import queries as places

#: Files that one address may have checked in an hour (a school's or a telephone company's many people share one), and
#: how many of them may be files that the reader gives up on: these cost the most, up to twenty seconds each.
CHECKS_AN_ADDRESS, UNREADABLE_AN_ADDRESS = 120, 20
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class SignedBy:
    """One signature as shown: a person's or an agency's seal."""

    role: str
    signer: str
    agency: str
    at: datetime | None
    intact: bool
    trusted: bool


@dataclass(frozen=True)
class Issued:
    """What our register says of exactly this file."""

    title: str
    number: str
    agency: str
    issued_at: datetime | None
    state: str
    state_words: str


@dataclass(frozen=True)
class Verification:
    """``valid`` only when nothing refuses it. ``words`` says it in one sentence, ``refusals`` each what to do."""

    valid: bool
    intact: bool
    trusted: bool
    words: str
    refusals: list[str]
    codes: list[str]
    signatures: list[SignedBy]
    issued: Issued | None
    sha256: str


def verify_for(address: str, pdf: bytes) -> Verification:
    """`verify_result` for somebody at this network address. Raises TooMany, and Unavailable as `verify` does."""
    words = _("Mạng bạn đang dùng đã gửi quá nhiều tệp để kiểm tra. Hãy đợi %(minutes)d phút rồi gửi lại tệp này.")
    network = network_of(address)
    unreadable = f"check-unreadable-from:{network}"
    every = Budget(f"check-from:{network}", CHECKS_AN_ADDRESS, words)
    spend_all(HOUR, every, Budget(unreadable, UNREADABLE_AN_ADDRESS, words))
    checked = None
    try:
        checked = verify_result(pdf)
        return checked
    finally:
        if checked is None or Refusal.UNREADABLE not in checked.codes:
            refund(unreadable)


def verify_result(pdf: bytes) -> Verification:
    """Check an uploaded file of any kind; never raises for what is in it."""
    digest = hashlib.sha256(pdf).hexdigest()
    result = Result.objects.select_related("dossier").filter(digest=digest).first()
    other = issued_file(digest) if result is None else None
    wanted = _wanted(other)
    verdict = verify(pdf, was_authorised=was_authorised, require=wanted)
    refusals = [(str(r), str(r.sentence)) for r in verdict.refusals]
    refusals += _standing(verdict, result) if other is None else [r for r in (other.refusal,) if r is not None]
    issued = _issued(result) if result is not None else _issued_elsewhere(other)
    return Verification(
        valid=not refusals,
        intact=verdict.intact,
        trusted=verdict.trusted,
        words=_said(refusals, issued, sealed=Role.SEAL in wanted),
        refusals=[sentence for _code, sentence in refusals],
        codes=[code for code, _sentence in refusals],
        signatures=[
            SignedBy(str(s.role or ""), s.signer, s.agency, s.at, s.intact, s.trusted) for s in verdict.signatures
        ],
        issued=issued,
        sha256=verdict.sha256,
    )


def _wanted(other: IssuedFile | None) -> frozenset[Role]:
    """Whose signatures a file must carry: both, but for forms of which the register says otherwise."""
    if other is not None and other.seal_alone:
        return frozenset({Role.SEAL})
    return frozenset({Role.PERSON}) if other is not None and other.person_alone else frozenset(Role)


def was_authorised(account_id: str, agency_id: str, at: datetime) -> bool:
    """Whether that account might sign for that agency then. ``at`` is the time-stamp's: real time, so that an
    instance that runs in another year asks for its own business day."""
    try:
        account, agency = UUID(account_id), UUID(agency_id)
    except ValueError:
        return False
    ago = clock.real() - at
    day = clock.local(clock.now() - ago).date()
    return people.signing_authority(account, agency, day) is not None


def _standing(verdict: Verdict, result: Result | None) -> list[tuple[str, str]]:
    """What our register adds: taken back, replaced, or not among what we issued."""
    if result is None:
        if verdict.valid:
            return [
                (
                    "not-issued",
                    _("Chữ ký đúng nhưng tệp không có trong sổ kết quả đã cấp. Hãy hỏi cơ quan ghi trên giấy tờ."),
                )
            ]
        return []
    if result.state == ResultState.REVOKED:
        when = f"{clock.local(result.revoked_at):%d/%m/%Y}" if result.revoked_at else ""
        return [("result-revoked", _("Kết quả này đã bị thu hồi ngày %(day)s. Tệp không còn giá trị.") % {"day": when})]
    if result.state == ResultState.SUPERSEDED:
        later = result.superseded_by.filter(issued_at__isnull=False).order_by("-id").first()
        number = later.number if later is not None else ""
        return [
            (
                "result-superseded",
                _("Kết quả này đã được thay bằng bản cấp lại số %(number)s. Hãy dùng bản mới.") % {"number": number},
            )
        ]
    if result.state != ResultState.ACTIVE:
        return [("result-not-issued", _("Bản này chưa ký và đóng dấu xong nên chưa có giá trị."))]
    return []


def _issued(result: Result) -> Issued:
    dossier = result.dossier
    issuer = agency_then(dossier.id, dossier.agency_id, result.issued_at or result.created_at)
    agency = places.names([issuer]).get(issuer, "")
    return Issued(
        result.title, result.number, agency, result.issued_at, result.state, str(ResultState(result.state).label)
    )


def _issued_elsewhere(other: IssuedFile | None) -> Issued | None:
    """What another register of the house says of the file."""
    if other is None:
        return None
    return Issued(other.title, other.number, other.agency, other.issued_at, other.state, other.state_words)


def _said(refusals: list[tuple[str, str]], issued: Issued | None, *, sealed: bool) -> str:
    if refusals:
        return _("Tệp này không được chấp nhận. %(why)s") % {"why": refusals[0][1]}
    if issued is None:
        return _("Tệp còn nguyên vẹn và chữ ký đúng.")
    if not sealed:
        return _("Tệp còn nguyên vẹn, chữ ký số đúng. %(title)s số %(number)s, %(agency)s số hóa, còn giá trị.") % {
            "title": issued.title,
            "number": issued.number,
            "agency": issued.agency,
        }
    return _(
        "Tệp còn nguyên vẹn, chữ ký và con dấu đúng. %(title)s số %(number)s do %(agency)s cấp, đang có hiệu lực."
    ) % {
        "title": issued.title,
        "number": issued.number,
        "agency": issued.agency,
    }
