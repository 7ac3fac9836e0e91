"""The frame of every act on a dossier: one transaction, the row locked, the policy and the version checked.

What an act does to the dossier, its control sheet and the engine's state, and what it tells, is gathered on the
dossier and written once, at the act's end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks, flow
from tinhso.dossiers.events import (
    PartMoved,
    Received,
    Refused,
    ResultIssued,
    Returned,
    SupplementAnswered,
    Withdrawn,
)
from tinhso.dossiers.models import Dossier, EngineState, Step, with_procedure
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, NotFound, Stale
from tinhso.kernel.events import emit_all
from tinhso.kernel.policy import Actor, Policy
from tinhso.kernel.prepared import first, prepared

#: What may let other parts of a joined filing go on.
MOVES = (Received, SupplementAnswered, ResultIssued, Returned, Refused, Withdrawn)


@prepared
def _held(dossier: UUID) -> QuerySet[Dossier]:
    rows = Dossier.objects.select_related("joint_part__joint").select_for_update(of=("self",))
    return with_procedure(rows).filter(id=dossier)


@contextmanager
def taken(
    actor: Actor,
    dossier_id: UUID,
    version: int | None,
    policy: Policy,
    act: str | Promise,
    *,
    closed: bool = False,
    unseen: bool = False,
) -> Iterator[Dossier]:
    """The dossier, locked for one act; what the body changed on it and had told is saved at the end, with its due
    time.

    ``version`` is the one the actor saw (None only for the house's own jobs). ``closed``: the act is for a dossier
    that has ended. ``unseen``: officials must not see that it was done, so the version and who acted last stay. Raises
    NotFound, Stale, Conflict.
    """
    with transaction.atomic():
        dossier = first(_held(dossier=dossier_id))
        if dossier is None:
            raise NotFound
        policy.require(actor, dossier)
        if version is not None and dossier.version != version:
            raise Stale(said_by_whom(dossier))
        if dossier.closed and not closed:
            raise Conflict(_("Hồ sơ đã kết thúc (%(phase)s), không làm thêm được.") % {"phase": _phase(dossier)})
        if not unseen:
            dossier.version += 1
            dossier.last_actor, dossier.last_act = actor.name, str(act)[:100]
        yield dossier
        part = getattr(dossier, "joint_part", None)
        if part is not None and any(isinstance(event, MOVES) for event in dossier.told):
            flow.tell(dossier, PartMoved(joint=part.joint_id, dossier=dossier.id))
        settle(actor, dossier)


#: What acts change of a dossier and of a row of its control sheet.
CHANGED = (
    "procedure_version",
    "data",
    "subject_name",
    "phase",
    "version",
    "last_actor",
    "last_act",
    "received_at",
    "happenings",
    "finished_at",
    "closed_at",
    "due_at",
)
ROW_CHANGED = (
    "holder",
    "holder_name",
    "held_at",
    "due_at",
    "sort_at",
    "ended_at",
    "ended_version",
    "ended_by_name",
    "outcome",
    "note",
)


def settle(actor: Actor, dossier: Dossier) -> None:
    """Save the dossier, its due time and place in the queue (recomputed by the one function of the clock), its sheet
    and the engine's state, and tell what the act had told."""
    dossier.due_at = clocks.due_at(dossier)
    dossier.save(update_fields=CHANGED)
    if dossier.clock_moved:
        flow.move_dues(dossier)
    if "sheet" in vars(dossier):
        _write_sheet(dossier, clocks.queue_at(dossier))
    else:
        Step.objects.filter(dossier=dossier, ended_at=None).update(sort_at=clocks.queue_at(dossier))
    _write_engine(dossier)
    emit_all(actor, dossier.told, subject=flow.subject(dossier))


def _write_sheet(dossier: Dossier, place: datetime) -> None:
    """Ended rows first: a task that opens again may stand open only once."""
    waiting = [step for step in dossier.sheet if step.ended_at is None]
    moved = [step for step in waiting if step.sort_at != place]
    for step in moved:
        step.sort_at = place
    new = [step for step in dossier.sheet if step._state.adding]
    touched = [step for step in dossier.sheet if step.touched and not step._state.adding]
    for step in touched:
        step.save(update_fields=ROW_CHANGED)
    if any(not step.touched and not step._state.adding for step in moved):
        Step.objects.filter(dossier=dossier, ended_at=None).update(sort_at=place)
    if new:
        Step.objects.bulk_create(new)


def _write_engine(dossier: Dossier) -> None:
    """The engine's state is a cache, kept only while the dossier is open."""
    if dossier.closed:
        EngineState.objects.filter(dossier=dossier).delete()
        return
    state = vars(dossier).get("engine")
    if state is None or not state._state.adding:
        return
    EngineState.objects.bulk_create(
        [state], update_conflicts=True, unique_fields=["dossier"], update_fields=["state", "dossier_version"]
    )


def said_by_whom(dossier: Dossier) -> str:
    """Who acted first, and what to do."""
    if not dossier.last_actor:
        return _("Hồ sơ đã thay đổi từ khi bạn mở. Tải lại trang để xem bản mới nhất.")
    return _("%(name)s vừa thực hiện “%(act)s” trên hồ sơ này. Tải lại trang để xem bản mới nhất rồi làm tiếp.") % {
        "name": dossier.last_actor,
        "act": dossier.last_act,
    }


def _phase(dossier: Dossier) -> str:
    return str(dossier.get_phase_display())


def closed_now(dossier: Dossier) -> None:
    """Mark the end of the dossier."""
    dossier.closed_at = clock.now()
