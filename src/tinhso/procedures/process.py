"""Running a procedure's BPMN process: which steps are ready, and what a finished step leads to.

SpiffWorkflow moves the tokens; every condition is evaluated by `tinhso.kernel.expressions`, never as Python.
The engine's state is a cache without personal data: `replay` makes an equal one from the list of finished steps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from django.utils.translation import gettext as _
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, SimpleTaskConverter
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from tinhso.kernel.errors import Conflict, Invalid
from tinhso.kernel.expressions import ExpressionError, parse
from tinhso.procedures import bpmn
from tinhso.procedures.bpmn import Outcome, Step
from tinhso.procedures.spec import ProcedureSpec

EngineState: TypeAlias = dict[str, Any]
Facts: TypeAlias = Mapping[str, Any]
Completion: TypeAlias = tuple[str, str, Facts]


@dataclass(frozen=True)
class ReadyStep:
    """A step that waits for somebody of a role. Deadlines are working hours or working days."""

    step_id: str
    name: str
    lane: str
    role: str
    kind: str
    outcomes: tuple[Outcome, ...]
    deadline_hours: int | None
    deadline_days: int | None


@dataclass(frozen=True)
class Position:
    """Where a process stands: the engine's state, and the steps that wait (none when it has ended)."""

    state: EngineState
    ready: list[ReadyStep]


class _Conditions:
    """The engine's only way to evaluate anything: our expressions over the facts given for this call."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def validate(self, expression: str) -> None:
        parse(expression)

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        return parse(expression).evaluate(self.facts) is True

    def execute(self, task: Task, script: str, external_context: Any = None) -> None:
        raise ExpressionError("Quy trình không được chạy mã", "Bỏ tác vụ kịch bản khỏi tệp BPMN")

    def call_service(self, task: Task, **kwargs: Any) -> None:
        raise ExpressionError("Quy trình không được gọi dịch vụ", "Bỏ tác vụ dịch vụ khỏi tệp BPMN")


class _StateOnly(BpmnWorkflowConverter):  # type: ignore[misc]
    """Keeps the position of the tokens; the parsed process itself comes from the procedure version."""

    def to_dict(self, workflow: BpmnWorkflow) -> dict[str, Any]:
        return {
            "tasks": self.mapping_to_dict(workflow.tasks),
            "root": str(workflow.task_tree.id),
            "completed": workflow.completed,
            "success": workflow.success,
        }


_serializer = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: _StateOnly, Task: SimpleTaskConverter})
)
_FORMAT = 1


#: The steps of each content that this process has read; a definition under a hash never changes.
_steps: dict[str, tuple[Step, ...]] = {}


def steps(spec: ProcedureSpec) -> tuple[Step, ...]:
    """All steps of the process, as drawn, with what the procedure says of them itself."""
    known = _steps.get(spec.content_hash) if spec.content_hash else None
    if known is None:
        known = tuple(_own(spec, drawn) for drawn in bpmn.read(spec.process.bpmn).steps)
        if spec.content_hash:
            _steps[spec.content_hash] = known
    return known


def step(spec: ProcedureSpec, step_id: str) -> Step:
    """Raises LookupError."""
    for found in steps(spec):
        if found.step_id == step_id:
            return found
    raise LookupError(step_id)


def role_of(spec: ProcedureSpec, step_id: str) -> str:
    """The role whose lane the step is in."""
    return spec.process.roles[step(spec, step_id).lane]


def opened(spec: ProcedureSpec, data: Facts) -> list[ReadyStep]:
    """The first steps of a process; its state is made again with `replay` when the first of them ends."""
    return _ready(spec, _started(spec, data))


def start(spec: ProcedureSpec, data: Facts) -> EngineState:
    """A process at its first steps."""
    return _state(_started(spec, data))


def ready(spec: ProcedureSpec, state: EngineState) -> list[ReadyStep]:
    """The steps that wait now; empty when the process has ended."""
    return _ready(spec, _workflow(spec, state))


def ended(spec: ProcedureSpec, state: EngineState) -> str | None:
    """The id of the end event that was reached, None while the process runs."""
    workflow = _workflow(spec, state)
    ends = {n for n, (kind, _line) in bpmn.read(spec.process.bpmn).nodes.items() if kind == "endEvent"}
    reached = [t.task_spec.name for t in workflow.get_tasks(state=TaskState.COMPLETED) if t.task_spec.name in ends]
    return str(reached[-1]) if reached and not _waiting(workflow) else None


def complete(spec: ProcedureSpec, state: EngineState, step_id: str, outcome: str, data: Facts) -> EngineState:
    """The state after a ready step was finished with one of its outcomes. Raises like `moved`."""
    return moved(spec, state, step_id, outcome, data).state


def moved(spec: ProcedureSpec, state: EngineState, step_id: str, outcome: str, data: Facts) -> Position:
    """Finish a ready step with one of its outcomes.

    Conditions see ``data`` (the form) and ``outcome``. Raises Conflict when the step does not wait any more,
    Invalid when it has no such outcome or no way leads on.
    """
    workflow = _workflow(spec, state)
    _finish(spec, workflow, step_id, outcome, data)
    return Position(_state(workflow), _ready(spec, workflow))


def replay(spec: ProcedureSpec, data: Facts, completions: Iterable[Completion]) -> EngineState:
    """The state after these steps were finished in this order, made anew. Raises like `complete`."""
    workflow = _started(spec, data)
    for step_id, outcome, facts in completions:
        _finish(spec, workflow, step_id, outcome, facts)
    return _state(workflow)


def _own(spec: ProcedureSpec, drawn: Step) -> Step:
    """The step with the procedure's own hours and title, where it has them."""
    hours, title = spec.process.hours.get(drawn.step_id), spec.process.steps.get(drawn.step_id)
    if hours is not None:
        drawn = replace(drawn, deadline_hours=hours, deadline_days=None)
    return replace(drawn, name=title) if title is not None else drawn


def _started(spec: ProcedureSpec, data: Facts) -> BpmnWorkflow:
    workflow = BpmnWorkflow(bpmn.engine_form(spec.process.bpmn), script_engine=_Conditions(data))
    workflow.do_engine_steps()
    return workflow


def _finish(spec: ProcedureSpec, workflow: BpmnWorkflow, step_id: str, outcome: str, data: Facts) -> None:
    if outcome not in {o.name for o in step(spec, step_id).outcomes}:
        raise Invalid(_("Bước này không có cách kết thúc “%(outcome)s”.") % {"outcome": outcome})
    task = next((t for t in _waiting(workflow) if t.task_spec.name == step_id), None)
    if task is None:
        raise Conflict(_("Bước này đã được người khác xử lý. Tải lại trang để xem bước hiện tại."))
    workflow.script_engine = _Conditions({**data, "outcome": outcome})
    task.run()
    workflow.do_engine_steps()


def _workflow(spec: ProcedureSpec, state: EngineState) -> BpmnWorkflow:
    if state.get("format") != _FORMAT:
        raise Conflict(_("Trạng thái quy trình thuộc phiên bản khác; cần dựng lại từ các bước đã làm."))
    restored = _serializer.from_dict(
        {
            "typename": "BpmnWorkflow",
            "spec": bpmn.engine_form(spec.process.bpmn),
            "tasks": state["tasks"],
            "root": state["root"],
            "completed": state["completed"],
            "success": state["success"],
            "last_task": None,
            "subprocesses": {},
        }
    )
    return cast(BpmnWorkflow, restored)


def _state(workflow: BpmnWorkflow) -> EngineState:
    kept = _serializer.to_dict(workflow)
    return {
        "format": _FORMAT,
        "tasks": kept["tasks"],
        "root": kept["root"],
        "completed": kept["completed"],
        "success": kept["success"],
    }


def _waiting(workflow: BpmnWorkflow) -> list[Task]:
    return [t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.manual]


def _ready(spec: ProcedureSpec, workflow: BpmnWorkflow) -> list[ReadyStep]:
    return [ready_step(spec, task.task_spec.name) for task in _waiting(workflow)]


def ready_step(spec: ProcedureSpec, step_id: str) -> ReadyStep:
    """That step as it waits for somebody. Raises LookupError."""
    found = step(spec, step_id)
    return ReadyStep(
        step_id=found.step_id,
        name=found.name,
        lane=found.lane,
        role=spec.process.roles[found.lane],
        kind=found.kind,
        outcomes=found.outcomes,
        deadline_hours=found.deadline_hours,
        deadline_days=found.deadline_days,
    )
