"""How a dossier moves through its process: the BPMN says what is ready and who may act, our rows say who did.

The engine's state is a cache. Without it (or with an old one) it is made again from the ended steps.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.events import StepEnded
from tinhso.dossiers.models import Dossier, EngineState, Step, Supplement
from tinhso.dossiers.policies import ACT
from tinhso.dossiers.reckoning import step_due
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.errors import Conflict
from tinhso.kernel.events import Event
from tinhso.kernel.policy import Actor
from tinhso.procedures import process
from tinhso.procedures.bpmn import Step as StepSpec
from tinhso.procedures.process import ReadyStep
from tinhso.procedures.spec import ProcedureSpec

#: Working days after receipt by the specialist within which an incomplete dossier goes back (Decree 61, art. 19.4).
DAYS_TO_RETURN = 3
#: The outcome of a row that ended only because another official took the step over.
HANDED_OVER = "handed-over"
#: The outcome of steps that were open when the dossier ended another way (withdrawn).
ABANDONED = "abandoned"


def spec_of(dossier: Dossier) -> ProcedureSpec:
    return dossier.procedure_version.spec


def open_steps(dossier: Dossier) -> list[Step]:
    """The steps that wait now, in the order in which they began."""
    return [step for step in dossier.sheet if step.ended_at is None]


def step_for(actor: Actor, dossier: Dossier, outcomes: Iterable[str]) -> tuple[Step, str]:
    """The open step that this actor may end with one of the outcomes, and the outcome.

    Raises Conflict when no open step has such an outcome, Denied when the lane is not the actor's, Conflict naming
    the holder when somebody else holds it.
    """
    spec = spec_of(dossier)
    cause = clocks.stands_for(dossier)
    if cause in clocks.HOLDING:
        raise Conflict(
            _("Thời gian giải quyết đang dừng (%(why)s) nên chưa làm được việc này. Cho hồ sơ chạy tiếp trước.")
            % {"why": clocks.WHY[cause]}
        )
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


def begin(dossier: Dossier, ready: Iterable[ReadyStep]) -> None:
    """Open the first steps of a new dossier: what its process is `process.opened` with."""
    Step.objects.bulk_create(new_steps(dossier, ready, after=0))


def end_step(actor: Actor, dossier: Dossier, step: Step, outcome: str, *, note: str = "", by: str = "") -> None:
    """End a step with an outcome and open what comes next, on the dossier's own sheet: `taking` writes it.

    Called with the dossier locked and its version raised. ``by``: whose name stands in the trail when a job ends the
    step for them.
    """
    position = process.moved(spec_of(dossier), state_of(dossier), step.task, outcome, dossier.data)
    dossier.engine = EngineState(dossier=dossier, state=position.state, dossier_version=dossier.version)
    follow(actor, dossier, step, outcome, position.ready, note=note, by=by)


def follow(
    actor: Actor,
    dossier: Dossier,
    step: Step,
    outcome: str,
    ready: Iterable[ReadyStep],
    *,
    note: str = "",
    by: str = "",
    row: Callable[..., Step] = Step,
) -> None:
    """Write on the sheet that a step ended so, and that these are ready now; tell it. Asks nothing. ``row`` makes the
    row of a step."""
    if step.holder_id is None and actor.account is not None and ACT.allows(actor, step):
        hold(step, actor.account, actor.name)
    close(step, dossier, outcome, by=by or actor.name, note=note)
    waiting = {s.task for s in open_steps(dossier)}
    following = [each for each in ready if each.step_id not in waiting]
    dossier.sheet.extend(new_steps(dossier, following, after=len(dossier.sheet), row=row))
    tell(
        dossier,
        StepEnded(dossier=dossier.id, version=dossier.version, step=step.id, task=step.task, outcome=outcome),
    )


def hold(step: Step, account: UUID | None, name: str) -> None:
    """From now on this account holds the step."""
    step.holder_id, step.holder_name, step.held_at, step.touched = account, name, clock.now(), True


def close(step: Step, dossier: Dossier, outcome: str, *, by: str, note: str = "") -> None:
    """The step's row ends in this act."""
    step.ended_at, step.ended_version, step.outcome = clock.now(), dossier.version, outcome
    step.ended_by_name, step.note, step.touched = by, note or step.note, True


def abandon(actor: Actor, dossier: Dossier) -> None:
    """Close every open step: the dossier ended outside the process (withdrawn by the applicant)."""
    for step in open_steps(dossier):
        close(step, dossier, ABANDONED, by=actor.name)


def state_of(dossier: Dossier) -> process.EngineState:
    """The engine's state: the kept one when it fits, else made again from the steps."""
    kept = dossier.engine
    if kept is not None and kept.dossier_version == max((s.ended_version or 0 for s in _done(dossier)), default=0):
        return dict(kept.state)
    return replayed(dossier)


def replayed(dossier: Dossier) -> process.EngineState:
    """The engine's state made from our rows alone."""
    done = sorted(_done(dossier), key=lambda step: (step.ended_version or 0, step.number))
    answers = (
        list(Supplement.objects.filter(dossier=dossier, answered_version__isnull=False).order_by("-answered_version"))
        if done
        else []
    )
    return process.replay(
        spec_of(dossier),
        _data_at(dossier, 0, answers),
        [(step.task, step.outcome, _data_at(dossier, step.ended_version or 0, answers)) for step in done],
    )


def _done(dossier: Dossier) -> list[Step]:
    """The steps that moved the process on."""
    return [s for s in dossier.sheet if s.ended_at is not None and s.outcome not in (HANDED_OVER, ABANDONED)]


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


def tell(dossier: Dossier, event: Event) -> None:
    """Have something told at the end of the act, after what it already has to tell."""
    dossier.told.append(event)


def new_steps(
    dossier: Dossier, ready: Iterable[ReadyStep], *, after: int, row: Callable[..., Step] = Step
) -> list[Step]:
    """Rows of the control sheet for these, numbered on from ``after``; not written."""
    return [
        row(
            dossier=dossier,
            task=waiting.step_id,
            title=waiting.name,
            role=waiting.role,
            agency_id=dossier.agency_id,
            number=number,
            due_at=_step_due(waiting, dossier.calendar, clock.now()),
            sort_at=clocks.queue_at(dossier),
        )
        for number, waiting in enumerate(ready, after + 1)
    ]


def move_dues(dossier: Dossier) -> None:
    """The open steps' own due times after the legal time stopped or ran on."""
    for step in open_steps(dossier):
        due = step_due_at(dossier, step)
        if due != step.due_at:
            step.due_at, step.touched = due, True


def step_due_at(dossier: Dossier, step: Step) -> datetime | None:
    """The step's own share of the time, as the BPMN file says, without what stood still since it began; None while the
    time stands, or when the file gives it none. A hand-over does not begin it again."""
    began = step.began_at
    for row in sorted((r for r in dossier.sheet if r.number < step.number), key=lambda r: -r.number):
        if row.task == step.task and row.outcome != HANDED_OVER:
            break
        began = row.began_at if row.task == step.task else began
    ends = _step_due(process.step(spec_of(dossier), step.task), dossier.calendar, began)
    return step_due(began, ends, clocks.happenings(dossier), dossier.calendar) if ends else None


def return_by(dossier: Dossier, step: Step) -> datetime | None:
    """Until when a dossier that turns out ineligible goes back to the applicant: within three working days of its
    receipt by whoever examines it (Decree 61/2018/NĐ-CP, art. 19.4), and never later than the whole is due. None for
    steps that send nothing back, before receipt, and while the time stands.
    """
    may = {o.name for o in process.step(spec_of(dossier), step.task).outcomes}
    due = clocks.due_at(dossier)
    if due is None or not may & {"supplement", "refuse"}:
        return None
    return min(due, dossier.calendar.add_working_days(step.began_at, DAYS_TO_RETURN))


def _step_due(step: ReadyStep | StepSpec, calendar: Calendar, began: datetime) -> datetime | None:
    if step.deadline_hours is not None:
        return calendar.add_working_hours(began, step.deadline_hours)
    if step.deadline_days is not None:
        return calendar.add_working_days(began, step.deadline_days)
    return None


def _when(instant: datetime | None) -> str:
    return f"{clock.local(instant):%H:%M, %d/%m/%Y}" if instant else ""
