"""Roles above one agency are given by two people: one administrator of the province proposes, another one approves."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.people.actions.posts import put_in_post
from tinhso.people.actions.staff import act_on
from tinhso.people.events import RoleDecided, RoleProposed
from tinhso.people.models import Official, Role, RoleProposal, StaffActKind
from tinhso.people.policies import PROVINCE_ROLES
from tinhso.people.reach import PROVINCE_WIDE

LIFE = timedelta(days=7)  #: a proposal that nobody decides on by then can only be made anew


def propose_role(
    actor: Actor,
    official_id: UUID,
    *,
    agency_id: UUID,
    role: Role,
    reason: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    version: int | None = None,
) -> RoleProposal:
    """Propose a role above one agency. It opens nothing until somebody else approves.

    Raises Denied (not of the province, or for oneself), NotFound, Invalid, Conflict, Stale.
    """
    PROVINCE_ROLES.require(actor)
    if role not in PROVINCE_WIDE:
        raise Invalid(fields={"role": _("Vai trò này không cần người thứ hai: hãy giao trực tiếp.")})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Hãy ghi lý do hoặc văn bản để người duyệt xét.")})
    with act_on(actor, official_id, version) as act:
        if act.official.account_id == actor.account:
            raise Denied(_("Không ai tự đề nghị vai trò cấp tỉnh cho mình."))
        RoleProposal.objects.filter(
            official=act.official, agency_id=agency_id, role=role, state="open", expires_at__lte=clock.now()
        ).update(state=RoleProposal.State.WITHDRAWN, decided_at=clock.now())
        try:
            with transaction.atomic():
                proposal = RoleProposal.objects.create(
                    official=act.official,
                    agency_id=agency_id,
                    role=role,
                    reason=reason.strip(),
                    valid_from=valid_from or clock.today(),
                    valid_to=valid_to,
                    proposed_by_id=_account(actor),
                    proposed_by_name=actor.name,
                    expires_at=clock.now() + LIFE,
                )
        except IntegrityError:
            raise Conflict(
                _("Đã có một đề nghị như vậy đang chờ duyệt, hoặc ngày kết thúc đứng trước ngày bắt đầu.")
            ) from None
        emit(actor, RoleProposed(proposal.pk, official_id, agency_id, role), subject=f"official:{official_id}")
    return proposal


def approve_role(actor: Actor, proposal_id: UUID) -> None:
    """A second administrator of the province approves: the role is given now.

    Raises Denied to the proposer and to the official concerned, NotFound, Conflict (decided or expired).
    """
    PROVINCE_ROLES.require(actor)
    with transaction.atomic():
        proposal = _open(proposal_id)
        official = Official.objects.get(pk=proposal.official_id)
        if _account(actor) == proposal.proposed_by_id:
            raise Denied(_("Người đề nghị không tự duyệt được. Hãy nhờ một quản trị cấp tỉnh khác."))
        if official.account_id == actor.account:
            raise Denied(_("Không ai tự duyệt vai trò cho mình. Hãy nhờ một quản trị cấp tỉnh khác."))
        with act_on(actor, proposal.official_id, None) as act:
            first = max(proposal.valid_from, clock.today())
            post = put_in_post(act, proposal.agency_id, Role(proposal.role), first, proposal.valid_to)
            act.keep(StaffActKind.POST_GRANTED, post.valid_from, proposal.reason)
        _decide(actor, proposal, RoleProposal.State.APPROVED)


def refuse_role(actor: Actor, proposal_id: UUID) -> None:
    """Do not approve; the proposer withdraws with the same act. Raises Denied, NotFound, Conflict."""
    PROVINCE_ROLES.require(actor)
    with transaction.atomic():
        proposal = _open(proposal_id)
        own = _account(actor) == proposal.proposed_by_id
        _decide(actor, proposal, RoleProposal.State.WITHDRAWN if own else RoleProposal.State.REFUSED)


def _open(proposal_id: UUID) -> RoleProposal:
    proposal = RoleProposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound
    if proposal.state != RoleProposal.State.OPEN:
        raise Conflict(_("Đề nghị này đã được quyết định."))
    if proposal.expired:
        raise Conflict(_("Đề nghị này đã quá hạn 7 ngày. Hãy lập đề nghị mới."))
    return proposal


def _decide(actor: Actor, proposal: RoleProposal, state: RoleProposal.State) -> None:
    proposal.state, proposal.decided_at = state, clock.now()
    proposal.decided_by_id, proposal.decided_by_name = actor.account, actor.name
    proposal.save()
    decided = RoleDecided(proposal.pk, proposal.official_id, state)
    emit(actor, decided, subject=f"official:{proposal.official_id}")


def _account(actor: Actor) -> UUID:
    if actor.account is None:
        raise Denied
    return actor.account
