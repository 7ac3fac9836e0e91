"""The result: ordered by a leader, sealed by the clerk, returned; revoked or issued anew when it must be.

Ordering a signature is an act; making it is a job, because the key or the time-stamp authority may not answer at once.
Until the job has made the person's signature, the step stays open and shows that it is being signed.
"""

from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import flow, jobs
from tinhso.dossiers.codes import next_entry
from tinhso.dossiers.events import ResultReissued, ResultRevoked, SignatureAsked
from tinhso.dossiers.joined.moving import may_return
from tinhso.dossiers.models import Dossier, Phase, Result, ResultState, Signature, SigningSession, being_signed
from tinhso.dossiers.papers import printed_values
from tinhso.dossiers.policies import DESK, REVOKE, account_of
from tinhso.dossiers.receiving import hand_out
from tinhso.dossiers.sealing import sealing_roles
from tinhso.dossiers.taking import taken
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.procedures import results


def sign(actor: Actor, dossier_id: UUID, *, version: int) -> Result:
    """Order the signature: the number in the book is taken now, the job makes the document and signs it.

    Only with a signing authority at the agency valid today (KT., TL., TUQ. as it says). Raises Denied, Conflict.
    """
    with taken(actor, dossier_id, version, DESK, _("ký kết quả")) as dossier:
        step, _outcome = flow.step_for(actor, dossier, ["sign"])
        if being_signed(dossier):
            raise Conflict(_("Kết quả đang được ký. Đợi chữ ký xong rồi xem lại."))
        authority = _authority(actor, dossier)
        if step.holder_id is None:
            flow.hold(step, actor.account, actor.name)
        dossier.phase = Phase.PROCESSING
        result = _new_result(dossier, authority)
        _order(actor, dossier, result, "person", authority)
    return result


def seal(actor: Actor, dossier_id: UUID, *, version: int) -> Result:
    """Order the agency's seal on what the leader signed. The lane of the sealing step says who may."""
    with taken(actor, dossier_id, version, DESK, _("đóng dấu"), closed=True) as dossier:
        result = dossier.results.filter(state=ResultState.SIGNING).first()
        if result is None:
            raise Conflict(_("Chưa có kết quả nào đã ký để đóng dấu."))
        if not _may_seal(actor, dossier):
            raise Denied(_("Việc đóng dấu thuộc về văn thư của cơ quan."))
        if result.signatures.filter(kind="seal").exists():
            raise Conflict(_("Con dấu đã được yêu cầu. Đợi đóng dấu xong rồi xem lại."))
        _order(actor, dossier, result, "seal", None)
    return result


def return_result(actor: Actor, dossier_id: UUID, *, version: int) -> Dossier:
    """Hand the result to the applicant: the dossier closes."""
    with taken(actor, dossier_id, version, DESK, _("trả kết quả")) as dossier:
        step, outcome = flow.step_for(actor, dossier, ["return_result"])
        may_return(dossier)
        hand_out(actor, dossier, step, outcome)
    return dossier


def revoke_result(actor: Actor, dossier_id: UUID, *, reason: str, version: int) -> Result:
    """Take the result back: it stays on record, and whoever checks the file is told so."""
    with taken(actor, dossier_id, version, REVOKE, _("thu hồi kết quả"), closed=True) as dossier:
        if not sentence(reason):
            raise Invalid(fields={"reason": _("Ghi lý do thu hồi.")})
        result = dossier.results.filter(state=ResultState.ACTIVE).first()
        if result is None:
            raise Conflict(_("Hồ sơ này không có kết quả đang có hiệu lực."))
        result.state, result.revoked_at = ResultState.REVOKED, clock.now()
        result.revoked_by_name, result.revoke_reason = actor.name, sentence(reason)
        result.save()
        void_entry(result, sentence(reason))
        flow.tell(dossier, ResultRevoked(dossier=dossier.id, version=dossier.version, result=result.id))
    return result


def reissue_result(actor: Actor, dossier_id: UUID, *, reason: str, version: int) -> Result:
    """Issue the result anew under a new number; the old one is superseded once the new one is sealed."""
    with taken(actor, dossier_id, version, REVOKE, _("cấp lại kết quả"), closed=True) as dossier:
        if not sentence(reason):
            raise Invalid(fields={"reason": _("Ghi lý do cấp lại.")})
        if being_signed(dossier):
            raise Conflict(_("Kết quả mới đang được ký. Đợi ký xong rồi xem lại."))
        last = dossier.results.order_by("-id").first()
        if last is None:
            raise Conflict(_("Hồ sơ này chưa có kết quả để cấp lại."))
        authority = _authority(actor, dossier)
        result = _new_result(dossier, authority, supersedes=last, reason=sentence(reason))
        _order(actor, dossier, result, "person", authority)
        flow.tell(
            dossier, ResultReissued(dossier=dossier.id, version=dossier.version, result=result.id, replaces=last.id)
        )
    return result


def void_entry(result: Result, reason: str) -> None:
    """Mark the book's line as void, with the reason; the line and its number stay."""
    if result.entry is None or result.entry.voided_at is not None:
        return
    result.entry.voided_at, result.entry.void_reason = clock.now(), reason
    result.entry.save()


def _authority(actor: Actor, dossier: Dossier) -> people.Authority:
    authority = people.signing_authority(actor.account, dossier.agency_id) if actor.account else None
    if authority is None:
        raise Denied(
            _("Hôm nay bạn không có thẩm quyền ký cho cơ quan này. Nhờ quản trị cơ quan xem lại phân công ký.")
        )
    return authority


def _new_result(
    dossier: Dossier, authority: people.Authority, *, supersedes: Result | None = None, reason: str = ""
) -> Result:
    spec = dossier.procedure_version.spec
    entry = next_entry(dossier, spec.result.book.code, yearly=spec.result.book.yearly)
    number = results.number(spec, entry.number, clock.today())
    result = Result(
        dossier=dossier,
        entry=entry,
        title=spec.result.title,
        number=number,
        supersedes=supersedes,
        reissue_reason=reason,
    )
    result.values = printed_values(dossier, result, authority)
    result.save(force_insert=True)
    return result


def _order(actor: Actor, dossier: Dossier, result: Result, kind: str, authority: people.Authority | None) -> None:
    signature = Signature.objects.create(
        result=result,
        kind=kind,
        account_id=account_of(actor),
        name=authority.full_name if authority else actor.name,
        form=authority.form if authority else "",
        on_behalf_of=authority.on_behalf_of if authority else "",
        position=authority.position if authority else "",
    )
    session = SigningSession.objects.create(signature=signature)
    flow.tell(
        dossier,
        SignatureAsked(
            dossier=dossier.id, version=dossier.version, result=result.id, signature=signature.id, kind=kind
        ),
    )
    jobs.make_signature.defer(session=str(session.id))


def _may_seal(actor: Actor, dossier: Dossier) -> bool:
    return any(actor.holds(role, dossier.agency_id) for role in sealing_roles(dossier.procedure_version.spec))
