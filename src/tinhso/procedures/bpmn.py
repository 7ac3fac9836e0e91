"""Reading BPMN 2.0: the safe subset of it that a procedure may use, as steps and flows.

XML is read without entities, network or DTD. What may stand in a process is a list of what is known to be
harmless (`ALLOWED`); everything else, script and service tasks first, is refused.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "urn:tinhso:bpmn:1"  #: extension elements: step (kind, hours, days) and outcome (name, title)

#: Elements inside a process. Documentation and drawing carry no behaviour.
ALLOWED = frozenset(
    {
        "startEvent", "endEvent", "userTask", "exclusiveGateway", "parallelGateway", "sequenceFlow",
        "conditionExpression", "laneSet", "lane", "flowNodeRef", "incoming", "outgoing", "extensionElements",
        "documentation", "textAnnotation", "text", "association",
    }
)  # fmt: skip
MAY_STAND_OUTSIDE = frozenset({"definitions", "process", "collaboration", "participant"})


class BpmnError(ValueError):
    """A file that cannot be used: the line and what to do, in Vietnamese."""

    def __init__(self, message: str, remedy: str, line: int = 0) -> None:
        self.message, self.remedy, self.line = message, remedy, line
        super().__init__(f"{message} (dòng {line}). {remedy}")


@dataclass(frozen=True)
class Outcome:
    """How a step may end: the name that actions use, the words that an officer sees."""

    name: str
    title: str


@dataclass(frozen=True)
class Step:
    """A user task: one piece of work of one role."""

    step_id: str
    name: str
    lane: str
    kind: str  #: receive, check, supplement, propose, sign, seal_return …: which acts it allows
    outcomes: tuple[Outcome, ...]
    deadline_hours: int | None = None  #: working hours
    deadline_days: int | None = None  #: working days
    line: int = 0


@dataclass(frozen=True)
class Flow:
    flow_id: str
    source: str
    target: str
    condition: str | None
    line: int


@dataclass(frozen=True)
class Drawing:
    """What a BPMN file says, before any engine runs it."""

    process_id: str
    steps: tuple[Step, ...]
    flows: tuple[Flow, ...]
    nodes: dict[str, tuple[str, int]]  #: id → (element name, line)
    lanes: dict[str, int]  #: name → line
    defaults: dict[str, str]  #: gateway id → id of its default flow
    names: dict[str, str]  #: id → name


def tree(source: str) -> etree._Element:
    """The XML, read without entities, DTD or network. Raises BpmnError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(source.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise BpmnError(
            f"Không phải XML đúng: {error.msg}", "Mở tệp bằng trình vẽ BPMN và lưu lại", error.lineno or 0
        ) from None
    if root.getroottree().docinfo.doctype:
        raise BpmnError("Tệp có khai báo DOCTYPE", "Bỏ khai báo DOCTYPE và mọi ENTITY", 1)
    return root


def _local(node: etree._Element) -> str:
    return str(etree.QName(node).localname)


def _bpmn(node: etree._Element, name: str) -> list[etree._Element]:
    return list(node.iter(f"{{{BPMN}}}{name}"))


def hostile(root: etree._Element) -> list[BpmnError]:
    """Every element that a procedure may not use, with its line."""
    found: list[BpmnError] = []
    for node in root.iter(f"{{{BPMN}}}*"):
        name = _local(node)
        if name in ALLOWED or name in MAY_STAND_OUTSIDE:
            continue
        remedy = (
            "Bỏ tác vụ này; điều kiện viết bằng biểu thức ở cổng rẽ nhánh"
            if name in ("scriptTask", "serviceTask", "businessRuleTask", "callActivity")
            else "Chỉ dùng: sự kiện bắt đầu và kết thúc, tác vụ người dùng, cổng loại trừ và song song"
        )
        found.append(BpmnError(f"Không cho phép phần tử “{name}”", remedy, _line(node)))
    return found


def _line(node: etree._Element) -> int:
    return int(node.sourceline or 0)


def _number(text: str | None, line: int) -> int | None:
    if text is None:
        return None
    if not text.isdigit() or not 0 < int(text) < 10_000:
        raise BpmnError(
            f"Thời hạn của bước “{text}” không phải số nguyên dương", 'Ví dụ: hours="2" hoặc days="1"', line
        )
    return int(text)


def _step(node: etree._Element, lane: str) -> Step:
    line = _line(node)
    ours = node.find(f"{{{BPMN}}}extensionElements/{{{OURS}}}step")
    if ours is None:
        raise BpmnError(
            f"Tác vụ “{node.get('name') or node.get('id')}” thiếu phần mở rộng tinhso:step",
            'Thêm <tinhso:step kind="check" hours="2"/> vào extensionElements',
            line,
        )
    outcomes = tuple(
        Outcome(o.get("name", ""), o.get("title", "")) for o in node.iterfind(f".//{{{OURS}}}outcome") if o.get("name")
    )
    return Step(
        step_id=node.get("id", ""),
        name=node.get("name", "").replace("\n", " ").strip(),
        lane=lane,
        kind=ours.get("kind", ""),
        outcomes=outcomes,
        deadline_hours=_number(ours.get("hours"), line),
        deadline_days=_number(ours.get("days"), line),
        line=line,
    )


def _flow(node: etree._Element) -> Flow:
    condition = node.find(f"{{{BPMN}}}conditionExpression")
    text = (condition.text or "").strip() if condition is not None else None
    line = _line(condition if condition is not None else node)
    return Flow(node.get("id", ""), node.get("sourceRef", ""), node.get("targetRef", ""), text, line)


NodeKind = Literal["startEvent", "endEvent", "userTask", "exclusiveGateway", "parallelGateway"]
NODES: tuple[NodeKind, ...] = ("startEvent", "endEvent", "userTask", "exclusiveGateway", "parallelGateway")


def same_ids(source: str) -> dict[str, int]:
    """Ids that stand more than once in the file, with the line of the second: a drawing program drops that element.
    Raises BpmnError."""
    seen: set[str] = set()
    found: dict[str, int] = {}
    for node in tree(source).iter("{*}*"):
        name = node.get("id")
        if name in seen:
            found.setdefault(name, _line(node))
        elif name:
            seen.add(name)
    return found


@lru_cache(maxsize=256)
def read(source: str) -> Drawing:
    """The drawing in a BPMN file. Raises BpmnError at the first thing that cannot be read or is not allowed."""
    root = tree(source)
    for refusal in hostile(root):
        raise refusal
    processes = _bpmn(root, "process")
    if len(processes) != 1:
        raise BpmnError(f"Tệp có {len(processes)} quy trình", "Giữ đúng một phần tử process", 1)
    process = processes[0]
    lane_of: dict[str, str] = {}
    lanes: dict[str, int] = {}
    for lane in _bpmn(process, "lane"):
        lanes[lane.get("name", "")] = _line(lane)
        for member in _bpmn(lane, "flowNodeRef"):
            lane_of[(member.text or "").strip()] = lane.get("name", "")
    nodes: dict[str, tuple[str, int]] = {}
    for kind in NODES:
        for node in _bpmn(process, kind):
            nodes[node.get("id", "")] = (kind, _line(node))
    return Drawing(
        process_id=process.get("id", ""),
        steps=tuple(_step(n, lane_of.get(n.get("id", ""), "")) for n in _bpmn(process, "userTask")),
        flows=tuple(_flow(n) for n in _bpmn(process, "sequenceFlow")),
        nodes=nodes,
        lanes=lanes,
        defaults={
            g.get("id", ""): g.get("default", "") for g in _bpmn(process, "exclusiveGateway") if g.get("default")
        },
        names={n.get("id", ""): n.get("name", "") for kind in NODES for n in _bpmn(process, kind)},
    )


@lru_cache(maxsize=256)
def engine_form(source: str) -> BpmnProcessSpec:
    """The engine's own form of the process, made once for each text. Raises BpmnError."""
    drawing = read(source)  # refuses everything outside the subset first
    parser = BpmnParser()
    try:
        parser.add_bpmn_xml(tree(source))
        return parser.get_spec(drawing.process_id)
    except (ValidationException, ValueError, KeyError) as error:
        line = int(getattr(error, "line_number", 0) or 0)
        raise BpmnError("Bộ máy quy trình không đọc được tệp", f"Xem lại chỗ này: {error}", line) from None
