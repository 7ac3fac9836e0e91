"""What is ready after which steps, by the pack's BPMN; asked of the engine once for each way through a process."""

import re
from collections.abc import Mapping
from typing import Any

from tinhso.procedures import bpmn, process
from tinhso.procedures.process import ReadyStep
from tinhso.procedures.spec import ProcedureSpec

Ended = tuple[tuple[str, str], ...]

_BY_OUTCOME = re.compile(r"\s*outcome\s*=\s*'\w+'\s*")
_ways: dict[tuple[str, Ended], list[ReadyStep]] = {}
_same: dict[str, bool] = {}


def ready_after(spec: ProcedureSpec, ended: Ended, data: Mapping[str, Any]) -> list[ReadyStep]:
    """The steps that wait once these have ended with these outcomes, in this order."""
    key = spec.content_hash, ended
    known = _ways.get(key)
    if known is None:
        known = process.ready(spec, process.replay(spec, data, [(*each, data) for each in ended]))
        if _for_everybody(spec):
            _ways[key] = known
    return known


def _for_everybody(spec: ProcedureSpec) -> bool:
    """Whether the ways of this process depend on outcomes alone, not on what stands in the form."""
    known = _same.get(spec.content_hash)
    if known is None:
        conditions = [flow.condition for flow in bpmn.read(spec.process.bpmn).flows if flow.condition]
        known = _same[spec.content_hash] = all(_BY_OUTCOME.fullmatch(condition) for condition in conditions)
    return known
