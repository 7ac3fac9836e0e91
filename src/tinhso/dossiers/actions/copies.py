"""Certified electronic copies: the original was shown, an official attests, a leader signs, the clerk seals; a leader
takes one back that should not have been given.

That such a copy exists and who may certify it is Decree 45/2020/NĐ-CP and 23/2015/NĐ-CP as far as we know: the texts
were not obtained, NOT VERIFIED. Signed in two phases like every result.
"""

from collections.abc import Sequence
from typing import BinaryIO
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import copying, jobs, scans
from tinhso.dossiers.events import CopyAttested, CopyOrdered, CopyRefused, CopyRevoked
from tinhso.dossiers.models import CertifiedCopy, CopyPage, CopyState, Presence
from tinhso.dossiers.papers import printed_authority
from tinhso.dossiers.policies import COUNTER, REVOKE_COPY, SEAL_COPY, SIGN_COPY, account_of
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.ids import new_id
from tinhso.kernel.policy import Actor, Policy
from tinhso.people import queries as people

#: The agency's book of certified copies, numbered anew each year.
BOOK = "certified_copies"
PAGES = 20

_NEXT = """
INSERT INTO dossiers_book (id, created_at, agency_id, kind, year, last) VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (agency_id, kind, year) DO UPDATE SET last = dossiers_book.last + 1 RETURNING last
"""


def attest(
    actor: Actor,
    presence_id: UUID,
    *,
    title: str,
    original_seen: bool,
    pages: Sequence[tuple[str, BinaryIO | bytes]],
    number: str = "",
    issuer: str = "",
) -> CertifiedCopy:
    """The official saw the original and says that the pages are like it. Raises NotFound, Invalid, TooLarge."""
    presence = Presence.objects.filter(id=presence_id).first()
    if presence is None or not presence.there:
        raise NotFound
    COUNTER.require(actor, presence)
    title = sentence(title, longest=255)
    wrong: dict[str, str] = {}
    if not title:
        wrong["title"] = _("Ghi tên giấy tờ như trên bản chính.")
    if not original_seen:
        wrong["original_seen"] = _("Chỉ chứng thực khi đã cầm bản chính và đối chiếu từng trang.")
    if not pages or len(pages) > PAGES:
        wrong["pages"] = _("Quét hoặc chụp từ 1 đến %(n)d trang.") % {"n": PAGES}
    if wrong:
        raise Invalid(fields=dict(wrong))
    stored = [
        files.store(actor, name=f"trang-{n}.jpg", content=one, allowed=scans.PICTURES, limit=scans.PAGE_LIMIT)
        for n, one in enumerate(scans.pictures(pages), 1)
    ]
    with transaction.atomic():
        copy = CertifiedCopy.objects.create(
            presence=presence,
            person_id=presence.person_id,
            agency_id=presence.agency_id,
            title=title,
            original_number=sentence(number, longest=60),
            original_issuer=sentence(issuer, longest=255),
            attested_by_id=account_of(actor),
            attested_by_name=actor.name,
        )
        CopyPage.objects.bulk_create([CopyPage(copy=copy, number=n, file=one) for n, one in enumerate(stored, 1)])
        emit(
            actor,
            CopyAttested(copy=copy.id, agency=copy.agency_id, pages=len(stored)),
            subject=f"certified-copy:{copy.id}",
        )
    return copy


@transaction.atomic
def sign_copy(actor: Actor, copy_id: UUID) -> CertifiedCopy:
    """Order the signature; the number of the year's book is taken now. Only with a signing authority of that day.

    Raises NotFound, Denied, Conflict.
    """
    copy = _taken(actor, copy_id, SIGN_COPY, CopyState.ATTESTED)
    if copy.attested_by_id == actor.account:
        raise Denied(_("Người đối chiếu không tự ký chứng thực. Nhờ người có thẩm quyền ký khác."))
    authority = people.signing_authority(account_of(actor), copy.agency_id)
    if authority is None:
        raise Denied(_("Bạn chưa được giao quyền ký của cơ quan này hôm nay."))
    copy.number = f"{_next_number(copy.agency_id)}/{clock.today().year}"
    copy.signer_id, copy.signer_name, copy.signer_position = actor.account, authority.full_name, authority.position
    copy.signer_authority = printed_authority(authority)
    _order(actor, copy, CopyState.SIGNING, "person")
    return copy


@transaction.atomic
def seal_copy(actor: Actor, copy_id: UUID) -> CertifiedCopy:
    """Order the agency's seal on what was signed. Raises NotFound, Conflict."""
    copy = _taken(actor, copy_id, SEAL_COPY, CopyState.SIGNED)
    copy.sealed_by_name = actor.name
    _order(actor, copy, CopyState.SEALING, "seal")
    return copy


@transaction.atomic
def refuse_copy(actor: Actor, copy_id: UUID, *, reason: str) -> CertifiedCopy:
    """Not to be certified, with the reason. Raises NotFound, Invalid, Conflict."""
    copy = _taken(actor, copy_id, SIGN_COPY, CopyState.ATTESTED)
    words = sentence(reason, longest=2000)
    if not words:
        raise Invalid(fields={"reason": _("Ghi lý do không chứng thực.")})
    copy.state, copy.refusal = CopyState.REFUSED, words
    copy.save(update_fields=["state", "refusal"])
    emit(actor, CopyRefused(copy=copy.id, agency=copy.agency_id), subject=f"certified-copy:{copy.id}")
    return copy


@transaction.atomic
def revoke_copy(actor: Actor, copy_id: UUID, *, reason: str) -> CertifiedCopy:
    """Take an issued copy back, with the reason: it stays on record, the vault and whoever checks the file are told.

    Raises NotFound, Invalid, Conflict.
    """
    copy = _taken(actor, copy_id, REVOKE_COPY, CopyState.ISSUED)
    words = sentence(reason, longest=2000)
    if not words:
        raise Invalid(fields={"reason": _("Ghi lý do thu hồi.")})
    copy.state, copy.revoked_at = CopyState.REVOKED, clock.now()
    copy.revoked_by_name, copy.revoke_reason = actor.name[:255], words
    copy.save(update_fields=["state", "revoked_at", "revoked_by_name", "revoke_reason"])
    revoked = CopyRevoked(
        copy=copy.id,
        agency=copy.agency_id,
        person=copy.person_id,
        title=f"{copying.TITLE}: {copy.title}"[:255],
        number=copy.number,
    )
    emit(actor, revoked, subject=f"certified-copy:{copy.id}")
    return copy


def _taken(actor: Actor, copy_id: UUID, policy: Policy, state: CopyState) -> CertifiedCopy:
    copy = CertifiedCopy.objects.select_for_update().filter(id=copy_id).first()
    if copy is None:
        raise NotFound
    policy.require(actor, copy)
    if copy.state != state:
        raise Conflict(_("Bản sao này đang ở bước khác: %(state)s.") % {"state": copy.get_state_display()})
    return copy


def _order(actor: Actor, copy: CertifiedCopy, state: CopyState, kind: str) -> None:
    copy.state, copy.fault = state, ""
    copy.save()
    emit(
        actor,
        CopyOrdered(copy=copy.id, agency=copy.agency_id, kind=kind, number=copy.number),
        subject=f"certified-copy:{copy.id}",
    )
    jobs.sign_copy.defer(copy=str(copy.id))


def _next_number(agency_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [new_id(), clock.now(), agency_id, BOOK, clock.today().year])
        (number,) = cursor.fetchone()
    return int(number)
