"""What is ready after which steps, by the pack's BPMN; asked of the engine once for each way through a process."""

import re
from collections.abc import Mapping
from typing import Any

from tinhso.procedures import bpmn, process
from tinhso.procedures.bpmn import Step
from tinhso.procedures.process import ReadyStep
from tinhso.procedures.spec import ProcedureSpec

Ended = tuple[tuple[str, str], ...]

_BY_OUTCOME = re.compile(r"\s*outcome\s*=\s*'\w+'\s*")
#: Procedures that share a process share its ways.
_ways: dict[tuple[str, Ended], tuple[str, ...]] = {}
_ready: dict[tuple[str, str], ReadyStep] = {}
_same: dict[str, bool] = {}
_drawn: dict[tuple[str, str], tuple[Step, frozenset[str]]] = {}


def ready_after(spec: ProcedureSpec, ended: Ended, data: Mapping[str, Any]) -> list[ReadyStep]:
    """The steps that wait once these have ended with these outcomes, in this order."""
    key = spec.process.bpmn, ended
    known = _ways.get(key)
    if known is None:
        state = process.replay(spec, data, [(*each, data) for each in ended])
        known = tuple(each.step_id for each in process.ready(spec, state))
        if _for_everybody(spec.process.bpmn):
            _ways[key] = known
    return [_ready_step(spec, step_id) for step_id in known]


def drawn(spec: ProcedureSpec, task: str) -> Step:
    """The step as the process draws it."""
    return _looked_up(spec, task)[0]


def outcomes(spec: ProcedureSpec, task: str) -> frozenset[str]:
    """How that step may end."""
    return _looked_up(spec, task)[1]


def _looked_up(spec: ProcedureSpec, task: str) -> tuple[Step, frozenset[str]]:
    known = _drawn.get((spec.content_hash, task))
    if known is None:
        step = process.step(spec, task)
        known = _drawn[spec.content_hash, task] = step, frozenset(o.name for o in step.outcomes)
    return known


def _ready_step(spec: ProcedureSpec, step_id: str) -> ReadyStep:
    known = _ready.get((spec.content_hash, step_id))
    if known is None:
        known = _ready[spec.content_hash, step_id] = process.ready_step(spec, step_id)
    return known


def _for_everybody(drawn: str) -> bool:
    """Whether the ways of this process depend on outcomes alone, not on what stands in the form."""
    known = _same.get(drawn)
    if known is None:
        conditions = [flow.condition for flow in bpmn.read(drawn).flows if flow.condition]
        known = _same[drawn] = all(_BY_OUTCOME.fullmatch(condition) for condition in conditions)
    return known
