"""A reorganisation is proposed, approved by a second administrator of the province, and carried out: all or nothing."""

from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, NotFound
from tinhso.kernel.events import emit, emit_each
from tinhso.kernel.policy import Actor
from tinhso.places import reorganising
from tinhso.places.events import AgencyReorganised, ReorganisationDecided, ReorganisationProposed
from tinhso.places.models import Reorganisation
from tinhso.places.pack.reorganisations import Plan
from tinhso.places.policies import REORGANISE

State = Reorganisation.State
NO_LIST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  #: SHA-256 of nothing


def propose_reorganisation(actor: Actor, name: str) -> Reorganisation:
    """Put a plan of the pack up for approval, with its effects as they are now (the dry run that is approved).

    Raises Denied, NotFound, Invalid (the plan has mistakes), Conflict (it waits or was carried out already).
    """
    REORGANISE.require(actor)
    plan, fingerprint = reorganising.read_plan(name)
    effects = reorganising.every_effect(reorganising.resolve(name, plan))
    try:
        with transaction.atomic():
            made = Reorganisation.objects.create(
                name=name,
                title=plan.title,
                on=plan.on,
                fingerprint=fingerprint,
                plan=plan.model_dump(mode="json", by_alias=True),
                effects=[effect.as_json() for effect in effects],
                proposed_by=actor.account,
                proposed_by_name=actor.name,
            )
            told = ReorganisationProposed(made.id, name, fingerprint)
            emit(actor, told, subject=subject(made))
    except IntegrityError:
        raise Conflict(_("Kế hoạch này đang chờ duyệt hoặc đã thực hiện.")) from None
    return made


def approve_reorganisation(actor: Actor, reorganisation_id: UUID) -> None:
    """A second administrator approves what was proposed. Raises Denied (the proposer), NotFound, Conflict."""
    REORGANISE.require(actor)
    with transaction.atomic():
        row = _locked(reorganisation_id, State.PROPOSED)
        if actor.account is None or actor.account == row.proposed_by:
            raise Denied(_("Người lập không tự duyệt được. Hãy nhờ một quản trị cấp tỉnh khác."))
        _same_pack(row)
        _decide(actor, row, State.APPROVED)


def refuse_reorganisation(actor: Actor, reorganisation_id: UUID) -> None:
    """Do not approve; the proposer withdraws with the same act, also after approval. Raises Denied, NotFound,
    Conflict."""
    REORGANISE.require(actor)
    with transaction.atomic():
        row = _locked(reorganisation_id, State.PROPOSED, State.APPROVED)
        own = actor.account == row.proposed_by
        _decide(actor, row, State.WITHDRAWN if own else State.REFUSED)


def order_reorganisation(actor: Actor, reorganisation_id: UUID, start: Callable[[UUID], None]) -> None:
    """Have an approved plan carried out; ``start`` queues the job in the same transaction.

    Raises Denied, NotFound, Conflict (not approved, done, too early, or the pack changed since).
    """
    REORGANISE.require(actor)
    with transaction.atomic():
        row = _locked(reorganisation_id, State.APPROVED, State.ORDERED)
        _same_pack(row)
        _due(row)
        row.state, row.fault = State.ORDERED, ""
        row.save(update_fields=["state", "fault"])
        emit(actor, ReorganisationDecided(row.id, row.name, row.state), subject=subject(row))
        start(row.id)


def carry_out(actor: Actor, reorganisation_id: UUID, said: Callable[[str], None] | None = None) -> bool:
    """Carry an approved plan out in one transaction; False when that is done already.

    ``said`` hears what is being done. Whoever looks from outside reads it in the connection's name (`progress`), for
    rows of this transaction are not seen before its end. Raises NotFound, Conflict.
    """
    REORGANISE.require(actor)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tinhso.reorganise'))")
        row = Reorganisation.objects.select_for_update().filter(id=reorganisation_id).first()
        if row is None:
            raise NotFound
        if row.state == State.DONE:
            return False
        if row.state not in (State.APPROVED, State.ORDERED):
            raise Conflict(_("Kế hoạch chưa được người thứ hai duyệt."))
        _same_pack(row)
        _due(row)
        plan = reorganising.resolve(row.name, Plan.model_validate(row.plan))
        act = reorganising.Carrying(actor, row.id, clock.now(), clock.today())
        before = reorganising.every_effect(plan)
        reorganising.keep_parts(plan, row.id)
        for number, (_name, mover) in enumerate(reorganising.movers):
            _say(number, said)
            mover.move(plan, act)
        _say(len(_titles()) - 1, said)
        emit_each(actor, [(_told(row, plan, act, old), f"agency:{old}") for old in plan.old])
        row.outcome = [effect.as_json() for effect in before]
        row.state, row.done_at, row.fault = State.DONE, clock.now(), ""
        row.save(update_fields=["outcome", "state", "done_at", "fault"])
        emit(actor, ReorganisationDecided(row.id, row.name, row.state), subject=subject(row))
    return True


def _told(row: Reorganisation, plan: reorganising.Resolved, act: reorganising.Carrying, old: UUID) -> AgencyReorganised:
    moved, listed = act.moved.get(old, {}), act.lists.get(old, NO_LIST)
    return AgencyReorganised(row.id, row.name, old, plan.keepers.get(old), moved, listed)


def subject(row: Reorganisation) -> str:
    """How events and the audit trail name it."""
    return f"reorganisation:{row.id}"


def _locked(reorganisation_id: UUID, *states: State) -> Reorganisation:
    row = Reorganisation.objects.select_for_update().filter(id=reorganisation_id).first()
    if row is None:
        raise NotFound
    if row.state not in states:
        label = State(row.state).label
        raise Conflict(_("Việc này không còn làm được: kế hoạch đang ở trạng thái “%(state)s”.") % {"state": label})
    return row


def _same_pack(row: Reorganisation) -> None:
    """What was looked at is what is done."""
    if reorganising.fingerprint() != row.fingerprint:
        raise Conflict(_("Gói đã thay đổi từ khi lập kế hoạch này. Rút lại, lập lại để xem và duyệt trên gói mới."))


def _due(row: Reorganisation) -> None:
    if clock.today() < row.on:
        raise Conflict(_("Chưa đến ngày %(day)s của kế hoạch này.") % {"day": f"{row.on:%d/%m/%Y}"})


def _decide(actor: Actor, row: Reorganisation, state: State) -> None:
    row.state, row.decided_at = state, clock.now()
    row.decided_by, row.decided_by_name = actor.account, actor.name
    row.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name"])
    emit(actor, ReorganisationDecided(row.id, row.name, row.state), subject=subject(row))


def _titles() -> list[str]:
    """What is done, in order."""
    return [*(str(mover.title) for _name, mover in reorganising.movers), _("nhật ký của từng cơ quan")]


def _say(number: int, said: Callable[[str], None] | None) -> None:
    """PostgreSQL keeps a connection's name in ASCII, so it holds the number alone."""
    if said is not None:
        said(_numbered(number))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, true)", [f"tinhso-reorganise {number}"])


def _numbered(number: int) -> str:
    titles = _titles()
    return f"{number + 1}/{len(titles)} {titles[number]}"


def progress() -> str:
    """What the plan that is being carried out now is doing; empty when none is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substr(application_name, 19) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE 'tinhso-reorganise %' LIMIT 1"
        )
        row = cursor.fetchone()
    return _numbered(int(row[0])) if row and int(row[0]) < len(_titles()) else ""
