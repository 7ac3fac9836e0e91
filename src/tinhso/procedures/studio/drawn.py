"""What a process says, step by step, for people: order, lane, who, how long, the kind of act, how it may end."""

from dataclasses import dataclass

from lxml import etree

from tinhso.procedures import bpmn
from tinhso.procedures.bpmn import BPMN, OURS, Drawing
from tinhso.procedures.spec import ProcedureSpec


@dataclass(frozen=True)
class Way:
    """One way a step may end, and the steps or ends that it leads to."""

    title: str
    leads: tuple[str, ...]


@dataclass(frozen=True)
class StepLine:
    """A line of the table of steps. ``hours`` and ``days`` are working time; neither: no share of the time."""

    step_id: str
    name: str
    lane: str
    role: str
    kind: str
    hours: int | None
    days: int | None
    ways: tuple[Way, ...]


def folded(spec: ProcedureSpec) -> str:
    """The process with the hours and titles that the procedure has of its own written into it."""
    own = spec.process
    if not own.hours and not own.steps:
        return own.bpmn
    root = bpmn.tree(own.bpmn)
    for task in root.iter(f"{{{BPMN}}}userTask"):
        key = task.get("id", "")
        if key in own.steps:
            task.set("name", own.steps[key])
        step = task.find(f"{{{BPMN}}}extensionElements/{{{OURS}}}step")
        if step is not None and key in own.hours:
            step.set("hours", str(own.hours[key]))
            step.attrib.pop("days", None)
    written: str = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def lines(source: str, roles: dict[str, str]) -> list[StepLine]:
    """The steps in the order in which they are reached. Raises BpmnError."""
    drawing = bpmn.read(source)
    place = {node: n for n, node in enumerate(_reached(drawing))}
    return [
        StepLine(
            step_id=step.step_id,
            name=step.name,
            lane=step.lane,
            role=roles.get(step.lane, ""),
            kind=step.kind,
            hours=step.deadline_hours,
            days=step.deadline_days,
            ways=tuple(Way(o.title or o.name, _leads(drawing, step.step_id, o.name)) for o in step.outcomes),
        )
        for step in sorted(drawing.steps, key=lambda step: place.get(step.step_id, len(place)))
    ]


def _reached(drawing: Drawing) -> list[str]:
    """Nodes from the start on, nearest first."""
    waiting = [node for node, (kind, _line) in drawing.nodes.items() if kind == "startEvent"]
    seen: dict[str, None] = {}
    while waiting:
        node = waiting.pop(0)
        if node not in seen:
            seen[node] = None
            waiting += [flow.target for flow in drawing.flows if flow.source == node]
    return list(seen)


def _leads(drawing: Drawing, step: str, outcome: str) -> tuple[str, ...]:
    """Where an outcome may lead, as far as the gateway right behind the step asks for the outcome alone."""
    first = next((flow.target for flow in drawing.flows if flow.source == step), "")
    if drawing.nodes.get(first, ("", 0))[0] != "exclusiveGateway":
        return (_name(drawing, first),) if first else ()
    out = [flow for flow in drawing.flows if flow.source == first]
    asked = [flow for flow in out if flow.condition and f"'{outcome}'" in flow.condition]
    default = [flow for flow in out if flow.flow_id == drawing.defaults.get(first)]
    plain = out if len(out) == 1 else default
    return tuple(_name(drawing, flow.target) for flow in asked or plain)


def _name(drawing: Drawing, node: str) -> str:
    return drawing.names.get(node) or node
