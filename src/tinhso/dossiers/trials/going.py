"""One dossier through a process, with the durations and outcomes that were observed of it: a walk, no engine.

A step that it did before takes as long as it took then and ends the same way. A step that is new to it takes as long as
such steps took (`Pools`) and ends in its first way. Steps of the applicant take none of the office's time.
"""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tinhso.kernel.expressions import ExpressionError, parse
from tinhso.procedures import bpmn
from tinhso.procedures.bpmn import Flow, Step

APPLICANT = "applicant"
MOST_STEPS = 200  #: a dossier that goes round longer than this is said not to have ended
DAY_SECONDS = 8 * 3600  #: a working day in the shares of steps

Observed = tuple[str, float, str]  #: task, working seconds, outcome


@dataclass
class Pools:
    """Observed durations in working seconds: by step, and by role for steps that nobody has done yet."""

    by_task: dict[str, list[float]] = field(default_factory=dict)
    by_role: dict[str, list[float]] = field(default_factory=dict)

    def add(self, task: str, role: str, seconds: float) -> None:
        self.by_task.setdefault(task, []).append(seconds)
        self.by_role.setdefault(role, []).append(seconds)

    def draw(self, task: str, role: str, share: float | None, random: Random) -> float:
        """A duration of this step, else of its role, else its share of the time (nothing was ever measured)."""
        pool = self.by_task.get(task) or self.by_role.get(role)
        return random.choice(pool) if pool else share or 0.0


@dataclass
class Went:
    """How it went: the office's working seconds from start to end, each step done, and what had to be guessed."""

    seconds: float
    steps: list[tuple[str, float]]
    guessed: bool
    ended: bool


def share_of(step: Step) -> float | None:
    """The step's own share of the time, in working seconds."""
    if step.deadline_hours is not None:
        return step.deadline_hours * 3600.0
    return step.deadline_days * float(DAY_SECONDS) if step.deadline_days is not None else None


class Ways:
    """A process made ready for many dossiers. Raises BpmnError."""

    def __init__(self, source: str, roles: Mapping[str, str]) -> None:
        drawing = bpmn.read(source)
        self.steps = {step.step_id: step for step in drawing.steps}
        self.role = {key: roles.get(step.lane, "") for key, step in self.steps.items()}
        self.share = {key: share_of(step) for key, step in self.steps.items()}
        self._kind = {node: kind for node, (kind, _line) in drawing.nodes.items()}
        self._out: dict[str, list[Flow]] = {}
        self._in: dict[str, int] = {}
        for flow in drawing.flows:
            self._out.setdefault(flow.source, []).append(flow)
            self._in[flow.target] = self._in.get(flow.target, 0) + 1
        self._default = drawing.defaults
        self._start = next(node for node, kind in self._kind.items() if kind == "startEvent")
        conditions = [parse(flow.condition) for flow in drawing.flows if flow.condition]
        self.needs_answers = any(condition.facts - {"outcome"} for condition in conditions)
        self._known: dict[tuple[str, str], tuple[str, bool]] = {}

    def go(self, observed: list[Observed], pools: Pools, random: Random, answers: Mapping[str, Any]) -> Went:
        """Walk once. ``observed`` is what this dossier did, in order."""
        did: dict[str, list[tuple[float, str]]] = {}
        for task, seconds, outcome in reversed(observed):
            did.setdefault(task, []).append((seconds, outcome))
        went = Went(0.0, [], False, False)
        waiting: list[tuple[float, int, str, str]] = []
        joined: dict[str, int] = {}
        self._onward(self._start, "", 0.0, did, went, waiting, joined, pools, random, answers)
        while waiting and len(went.steps) <= MOST_STEPS:
            at, _number, task, outcome = heapq.heappop(waiting)
            self._onward(task, outcome, at, did, went, waiting, joined, pools, random, answers)
        went.ended = went.ended and not waiting
        return went

    def _onward(
        self,
        left: str,
        outcome: str,
        at: float,
        did: dict[str, list[tuple[float, str]]],
        went: Went,
        waiting: list[tuple[float, int, str, str]],
        joined: dict[str, int],
        pools: Pools,
        random: Random,
        answers: Mapping[str, Any],
    ) -> None:
        """From a node that was left through everything that takes no time, to the next steps."""
        for node in self._targets(left, outcome, went, answers):
            kind = self._kind.get(node, "")
            if kind == "userTask":
                self._do(node, at, did, went, waiting, pools, random)
            elif kind == "endEvent":
                went.seconds, went.ended = max(went.seconds, at), True
            elif kind == "parallelGateway" and self._in.get(node, 0) > 1:
                joined[node] = joined.get(node, 0) + 1
                if joined[node] == self._in[node]:  # the last to arrive is the latest: steps end in order of time
                    joined[node] = 0
                    self._onward(node, outcome, at, did, went, waiting, joined, pools, random, answers)
            elif kind:
                self._onward(node, outcome, at, did, went, waiting, joined, pools, random, answers)

    def _do(
        self,
        task: str,
        at: float,
        did: dict[str, list[tuple[float, str]]],
        went: Went,
        waiting: list[tuple[float, int, str, str]],
        pools: Pools,
        random: Random,
    ) -> None:
        step, role = self.steps[task], self.role[task]
        names = [outcome.name for outcome in step.outcomes]
        before = did.get(task)
        if before:
            seconds, outcome = before.pop()
        else:
            seconds, outcome = pools.draw(task, role, self.share[task], random), ""
        if outcome not in names:
            went.guessed = went.guessed or bool(outcome)
            outcome = names[0] if names else ""
        if role == APPLICANT:
            seconds = 0.0
        went.steps.append((task, seconds))
        heapq.heappush(waiting, (at + seconds, len(went.steps), task, outcome))

    def _targets(self, node: str, outcome: str, went: Went, answers: Mapping[str, Any]) -> list[str]:
        out = self._out.get(node, [])
        if self._kind.get(node) != "exclusiveGateway" or len(out) < 2:
            return [flow.target for flow in out]
        known = self._known.get((node, outcome)) if not self.needs_answers else None
        if known is None:
            known = self._chosen(node, out, {**answers, "outcome": outcome})
            if not self.needs_answers:
                self._known[node, outcome] = known
        target, guessed = known
        went.guessed = went.guessed or guessed
        return [target]

    def _chosen(self, node: str, out: list[Flow], facts: Mapping[str, Any]) -> tuple[str, bool]:
        default = self._default.get(node)
        for flow in out:
            if flow.flow_id != default and flow.condition and _holds(flow.condition, facts):
                return flow.target, False
        last = next((flow.target for flow in out if flow.flow_id == default), None)
        return (last, False) if last is not None else (out[0].target, True)


def _holds(condition: str, facts: Mapping[str, Any]) -> bool:
    try:
        return parse(condition).evaluate(facts) is True
    except ExpressionError:
        return False
