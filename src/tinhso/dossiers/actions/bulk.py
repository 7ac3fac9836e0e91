"""One act on many dossiers (decision 0160). Each dossier takes it by its own action, with its own policy, version, lock
and event; what one refuses, the others do not.

Only acts that need no word of their own for each dossier, and no examination that the law asks of whoever acts: an
official may take, pass on, propose, sign, seal and return in bulk; receiving, asking for papers, refusing, extending
and stopping stay one by one (Decree 61/2018/NĐ-CP, art. 17, 19). To sign in bulk is to order each dossier's own
signature.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers import flow
from tinhso.dossiers.actions import desk, signing
from tinhso.dossiers.events import BulkDone, BulkUndone, HandedOver, ReturnedToQueue
from tinhso.dossiers.models import BulkAct, Dossier, Step
from tinhso.dossiers.policies import DESK, account_of
from tinhso.dossiers.taking import taken
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor

#: At once. More is done in several.
MOST = 100
#: How long a bulk act can be taken back, as long as nobody acted since.
UNDO = timedelta(minutes=10)


@dataclass(frozen=True)
class Pick:
    """A dossier with the version that the official saw."""

    dossier: UUID
    version: int


@dataclass(frozen=True)
class With:
    """What an act needs besides the picks."""

    to_account: UUID | None = None
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became, or would become, of each pick; ``done`` and ``refused`` as `BulkAct` keeps them."""

    act: str
    done: list[dict[str, object]]
    refused: list[dict[str, str]]


@dataclass(frozen=True)
class Kind:
    """An act that may be done in bulk. ``undo``: it can be taken back for a while."""

    title: str | Promise
    do: Callable[[Actor, Pick, With], object]
    undo: bool = False


def _to(given: With) -> UUID:
    if given.to_account is None:
        raise Invalid(fields={"to": _("Chọn người nhận.")})
    return given.to_account


KINDS = {
    "claim": Kind(
        gettext_lazy("Nhận xử lý"), lambda actor, p, _given: desk.claim(actor, p.dossier, version=p.version), undo=True
    ),
    "hand_over": Kind(
        gettext_lazy("Chuyển người khác"),
        lambda actor, p, given: desk.hand_over(actor, p.dossier, _to(given), note=given.note, version=p.version),
        undo=True,
    ),
    "propose": Kind(
        gettext_lazy("Đạt, trình ký"), lambda actor, p, _given: desk.propose(actor, p.dossier, version=p.version)
    ),
    "sign": Kind(gettext_lazy("Ký"), lambda actor, p, _given: signing.sign(actor, p.dossier, version=p.version)),
    "seal": Kind(gettext_lazy("Đóng dấu"), lambda actor, p, _given: signing.seal(actor, p.dossier, version=p.version)),
    "return_result": Kind(
        gettext_lazy("Trả kết quả"),
        lambda actor, p, _given: signing.return_result(actor, p.dossier, version=p.version),
    ),
}


def preview(actor: Actor, act: str, picks: Sequence[Pick], given: With | None = None) -> Outcome:
    """What the act would do to each: it is done and rolled back, so nothing differs from doing it. Raises Invalid."""
    DESK.require(actor)
    with transaction.atomic():
        outcome = _each(actor, act, picks, given or With())
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def carry_out(actor: Actor, key: UUID, act: str, picks: Sequence[Pick], given: With | None = None) -> BulkAct:
    """Do the act on each, in one transaction; one event with the list. Sending the same ``key`` again answers the same.

    Raises Invalid (unknown act, nothing or too much picked).
    """
    DESK.require(actor)
    known = BulkAct.objects.filter(id=key).first()
    if known is not None:
        if known.account_id != actor.account:
            raise NotFound
        return known
    outcome, to = _each(actor, act, picks, given or With()), (given or With()).to_account
    bulk = BulkAct.objects.create(
        id=key,
        account_id=account_of(actor),
        act=act,
        to_account_id=to if outcome.done else None,
        done=outcome.done,
        refused=outcome.refused,
    )
    ids = [[UUID(str(one["dossier"])) for one in kept] for kept in (outcome.done, outcome.refused)]
    emit(actor, BulkDone(bulk.id, act, *ids), subject=f"bulk:{bulk.id}")
    return bulk


@transaction.atomic
def undo(actor: Actor, bulk_id: UUID) -> BulkAct:
    """Take a bulk act back from every dossier on which nobody acted since. Raises NotFound, Conflict."""
    DESK.require(actor)
    bulk = BulkAct.objects.select_for_update().filter(id=bulk_id, account_id=account_of(actor)).first()
    if bulk is None:
        raise NotFound
    if why := why_not_undo(bulk):
        raise Conflict(why)
    undone, kept = [], []
    for one in bulk.done:
        try:
            with transaction.atomic():
                _take_back(actor, one)
            undone.append(UUID(one["dossier"]))
        except Problem as problem:
            kept.append({"dossier": one["dossier"], "code": one["code"], "why": str(problem.detail)})
    bulk.undone_at, bulk.kept = clock.now(), kept
    bulk.save(update_fields=["undone_at", "kept"])
    emit(actor, BulkUndone(bulk.id, undone, [UUID(one["dossier"]) for one in kept]), subject=f"bulk:{bulk.id}")
    return bulk


def why_not_undo(bulk: BulkAct) -> str:
    """Why it cannot be taken back; empty when it can."""
    if not KINDS[bulk.act].undo:
        return _("Việc này không hoàn tác hàng loạt được. Mở từng hồ sơ để xử lý.")
    if bulk.undone_at is not None:
        return _("Đã hoàn tác rồi.")
    if clock.now() > bulk.at + UNDO:
        return _("Chỉ hoàn tác được trong 10 phút. Mở từng hồ sơ để xử lý.")
    return "" if bulk.done else _("Không có hồ sơ nào để hoàn tác.")


def _each(actor: Actor, act: str, picks: Sequence[Pick], given: With) -> Outcome:
    """In the order of the ids, so that two bulk acts never wait for each other in a circle."""
    if act not in KINDS:
        raise Invalid(_("Việc này không làm hàng loạt được."))
    if not picks:
        raise Invalid(_("Chưa chọn hồ sơ nào."))
    if len(picks) > MOST:
        raise Invalid(_("Chọn nhiều nhất %(most)s hồ sơ một lần.") % {"most": MOST})
    if act == "hand_over":
        given = With(_to(given), sentence(given.note))
    codes, before = _codes(actor, picks), _holders(picks)
    done: list[dict[str, object]] = []
    refused: list[dict[str, str]] = []
    for pick in sorted({p.dossier: p for p in picks}.values(), key=lambda p: p.dossier):
        about = {"dossier": str(pick.dossier), "code": codes.get(pick.dossier, "")}
        try:
            with transaction.atomic():
                KINDS[act].do(actor, pick, given)
        except Problem as problem:
            refused.append({**about, "why": str(next(iter(problem.fields.values()), problem.detail))})
        else:
            done.append({**about, "version": pick.version + 1, "holders": before.get(pick.dossier, {})})
    return Outcome(act, done, refused)


def _codes(actor: Actor, picks: Sequence[Pick]) -> dict[UUID, str]:
    """Their codes, of those that the actor may see: of others nothing is told."""
    seen = ("id", "code", "agency_id", "applicant_account_id", "applicant_person_id")
    rows = Dossier.objects.filter(id__in=[p.dossier for p in picks]).only(*seen)
    return {row.id: row.code for row in rows if DESK.allows(actor, row)}


def _holders(picks: Sequence[Pick]) -> dict[UUID, dict[str, str]]:
    """Who held each open step before: task → account, "" for nobody."""
    found: dict[UUID, dict[str, str]] = {}
    rows = Step.objects.filter(dossier__in=[p.dossier for p in picks], ended_at=None)
    for dossier, task, holder in rows.values_list("dossier_id", "task", "holder_id"):
        found.setdefault(dossier, {})[task] = str(holder or "")
    return found


def _take_back(actor: Actor, one: dict[str, object]) -> None:
    """The step returns to whoever held it before; a new row, so that the control sheet tells both changes of hands."""
    with taken(actor, UUID(str(one["dossier"])), int(str(one["version"])), DESK, _("hoàn tác hàng loạt")) as dossier:
        before = one["holders"]
        assert isinstance(before, dict)
        for step in flow.open_steps(dossier):
            was = before.get(step.task)
            if was is not None and was != str(step.holder_id or ""):
                _give_back(actor, dossier, step, UUID(was) if was else None)


def _give_back(actor: Actor, dossier: Dossier, step: Step, to: UUID | None) -> None:
    if to is not None and to != actor.account:
        raise Conflict(_("Người giữ bước trước đó không phải bạn."))
    flow.close(step, dossier, flow.HANDED_OVER, by=actor.name, note=_("Hoàn tác việc làm hàng loạt."))
    again = Step(
        dossier=dossier,
        task=step.task,
        title=step.title,
        role=step.role,
        agency_id=step.agency_id,
        number=len(dossier.sheet) + 1,
        due_at=step.due_at,
        sort_at=step.sort_at,
    )
    if to is not None:
        flow.hold(again, to, actor.name)
    dossier.sheet.append(again)
    id, version = dossier.id, dossier.version
    flow.tell(
        dossier,
        HandedOver(dossier=id, version=version, step=again.id, task=step.task, to_account=to)
        if to is not None
        else ReturnedToQueue(dossier=id, version=version, step=again.id, task=step.task),
    )
