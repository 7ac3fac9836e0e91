"""How a dossier moves through its process: the BPMN says what is ready and who may act, our rows say who did.

The engine's state is a cache. Without it (or with an old one) it is made again from the ended steps.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.events import StepEnded
from tinhso.dossiers.models import Dossier, EngineState, Step, Supplement
from tinhso.dossiers.policies import ACT
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.errors import Conflict
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.procedures import process
from tinhso.procedures.process import ReadyStep
from tinhso.procedures.spec import ProcedureSpec

#: The outcome of a row that ended only because another official took the step over.
HANDED_OVER = "handed-over"
#: The outcome of steps that were open when the dossier ended another way (withdrawn).
ABANDONED = "abandoned"


def spec_of(dossier: Dossier) -> ProcedureSpec:
    return dossier.procedure_version.spec


def open_steps(dossier: Dossier) -> list[Step]:
    """The steps that wait now, in the order in which they began."""
    return list(Step.objects.filter(dossier=dossier, ended_at=None).order_by("number"))


def step_for(actor: Actor, dossier: Dossier, outcomes: Iterable[str]) -> tuple[Step, str]:
    """The open step that this actor may end with one of the outcomes, and the outcome.

    Raises Conflict when no open step has such an outcome, Denied when the lane is not the actor's, Conflict naming
    the holder when somebody else holds it.
    """
    spec = spec_of(dossier)
    fitting = [
        (step, name)
        for step in open_steps(dossier)
        for name in outcomes
        if name in {o.name for o in process.step(spec, step.task).outcomes}
    ]
    if not fitting:
        raise Conflict(_("Hồ sơ không còn ở bước làm được việc này. Tải lại trang để xem bước hiện tại."))
    allowed = [(step, name) for step, name in fitting if ACT.allows(actor, step)]
    if not allowed:
        raise ACT.refusal(actor, fitting[0][0])
    step, name = allowed[0]
    if step.holder_id is not None and step.holder_id != actor.account:
        raise Conflict(
            _("%(name)s đang giữ bước này từ %(at)s. Hãy đề nghị người đó chuyển cho bạn.")
            % {"name": step.holder_name, "at": _when(step.held_at)}
        )
    return step, name


def begin(dossier: Dossier) -> None:
    """Start the process of a new dossier and open its first steps."""
    state = process.start(spec_of(dossier), dossier.data)
    EngineState.objects.create(dossier=dossier, state=state, dossier_version=0)
    _open(dossier, process.ready(spec_of(dossier), state), after=0)


def end_step(actor: Actor, dossier: Dossier, step: Step, outcome: str, *, note: str = "", by: str = "") -> None:
    """End a step with an outcome and open what comes next. Called with the dossier locked and its version raised.

    ``by``: whose name stands in the trail when a job ends the step for them.
    """
    spec = spec_of(dossier)
    state = process.complete(spec, state_of(dossier), step.task, outcome, dossier.data)
    now = clock.now()
    if step.holder_id is None and actor.account is not None and ACT.allows(actor, step):
        step.holder_id, step.holder_name, step.held_at = actor.account, actor.name, now
    step.ended_at, step.ended_version, step.outcome = now, dossier.version, outcome
    step.ended_by_name, step.note = by or actor.name, note
    step.save()
    _keep(dossier, state)
    rows = list(Step.objects.filter(dossier=dossier).values_list("task", "ended_at"))
    open_tasks = {task for task, ended_at in rows if ended_at is None}
    _open(dossier, [r for r in process.ready(spec, state) if r.step_id not in open_tasks], after=len(rows))
    emit(
        actor,
        StepEnded(dossier=dossier.id, version=dossier.version, step=step.id, task=step.task, outcome=outcome),
        subject=subject(dossier),
    )


def abandon(actor: Actor, dossier: Dossier) -> None:
    """Close every open step: the dossier ended outside the process (withdrawn by the applicant)."""
    Step.objects.filter(dossier=dossier, ended_at=None).update(
        ended_at=clock.now(), ended_version=dossier.version, outcome=ABANDONED, ended_by_name=actor.name
    )


def state_of(dossier: Dossier) -> process.EngineState:
    """The engine's state: the cached one when it fits, else made again from the steps."""
    kept = EngineState.objects.filter(dossier=dossier).first()
    ended = _last_ended(dossier)
    if kept is not None and kept.dossier_version == ended:
        return dict(kept.state)
    return replayed(dossier)


def replayed(dossier: Dossier) -> process.EngineState:
    """The engine's state made from our rows alone."""
    done = (
        Step.objects.filter(dossier=dossier, ended_at__isnull=False)
        .exclude(outcome__in=[HANDED_OVER, ABANDONED])
        .order_by("ended_version", "number")
    )
    answers = list(
        Supplement.objects.filter(dossier=dossier, answered_version__isnull=False).order_by("-answered_version")
    )
    return process.replay(
        spec_of(dossier),
        _data_at(dossier, 0, answers),
        [(step.task, step.outcome, _data_at(dossier, step.ended_version or 0, answers)) for step in done],
    )


def _data_at(dossier: Dossier, version: int, answers: Iterable[Supplement]) -> dict[str, Any]:
    """The form as it was at a version: later answers to supplement requests undone, the newest first."""
    data = dict(dossier.data)
    for answer in answers:
        if (answer.answered_version or 0) > version:
            data.update(answer.replaced)
    return data


def subject(dossier: Dossier) -> str:
    """How events and the audit trail name the dossier."""
    return f"dossier:{dossier.id}"


def _last_ended(dossier: Dossier) -> int:
    last = (
        Step.objects.filter(dossier=dossier, ended_version__isnull=False)
        .exclude(outcome__in=[HANDED_OVER, ABANDONED])
        .order_by("-ended_version")
        .values_list("ended_version", flat=True)
        .first()
    )
    return last or 0


def _keep(dossier: Dossier, state: process.EngineState) -> None:
    kept = EngineState.objects.filter(dossier=dossier).update(state=state, dossier_version=dossier.version)
    if not kept:
        EngineState.objects.create(dossier=dossier, state=state, dossier_version=dossier.version)


def _open(dossier: Dossier, ready: Iterable[ReadyStep], *, after: int) -> None:
    Step.objects.bulk_create(
        Step(
            dossier=dossier,
            task=waiting.step_id,
            title=waiting.name,
            role=waiting.role,
            agency_id=dossier.agency_id,
            number=number,
            due_at=_step_due(waiting, dossier.calendar),
            sort_at=clocks.queue_at(dossier),
        )
        for number, waiting in enumerate(ready, after + 1)
    )


def _step_due(step: ReadyStep, calendar: Calendar) -> datetime | None:
    """The step's own share of the time, as the BPMN file says."""
    if step.deadline_hours is not None:
        return calendar.add_working_hours(clock.now(), step.deadline_hours)
    if step.deadline_days is not None:
        return calendar.add_working_days(clock.now(), step.deadline_days)
    return None


def _when(instant: datetime | None) -> str:
    return f"{clock.local(instant):%H:%M, %d/%m/%Y}" if instant else ""
