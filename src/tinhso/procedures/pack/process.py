"""The process: readable BPMN of the safe subset, lanes with roles, conditions that decide, an end within reach."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from tinhso.kernel.expressions import ExpressionError, parse
from tinhso.kernel.packs import Mistake
from tinhso.procedures import bpmn
from tinhso.procedures.bpmn import BpmnError, Drawing, Flow, Step
from tinhso.procedures.pack.facts import known, wrong_expression
from tinhso.procedures.pack.reading import PROCEDURE, PROCESS, Draft
from tinhso.procedures.spec import ProcedureSpec, ProcessSpec

#: Who may hold a step: roles of officials (GLOSSARY) and the applicant.
ROLES = frozenset({"applicant", "receiver", "specialist", "leader", "clerk"})
KINDS = frozenset({"receive", "check", "verify", "inspect", "post", "supplement", "propose", "sign", "seal_return"})
#: Whose a step is, whatever the drawing: papers are answered by the applicant, a result bears the leader's signature
#: and the clerk's seal, and who receives is somebody else than who signs.
ROLE_OF = {"receive": "receiver", "supplement": "applicant", "sign": "leader", "seal_return": "clerk"}
OUTCOME = "outcome"  #: the fact that a finished step adds to those of the form


def check(draft: Draft, spec: ProcedureSpec) -> list[Mistake]:
    return check_drawn(draft, spec.process, known(spec))


def check_drawn(draft: Draft, process: ProcessSpec, facts: frozenset[str]) -> list[Mistake]:
    """The process alone: conditions may look at ``facts`` and at the outcome."""
    try:
        refused = bpmn.hostile(bpmn.tree(process.bpmn))
        if refused:
            return [_said(draft, error) for error in refused]
        twice = list(_twice(draft, bpmn.same_ids(process.bpmn)))
        if twice:
            return twice
        drawing = bpmn.read(process.bpmn)
    except BpmnError as error:
        return [_said(draft, error)]
    found = [
        *_lanes(draft, process, drawing),
        *_steps(draft, drawing),
        *_holders(draft, process, drawing),
        *_own(draft, process, drawing),
        *_flows(draft, facts | {OUTCOME}, drawing),
        *_ways(draft, drawing),
    ]
    return found or list(_runs(draft, process))


def _said(draft: Draft, error: BpmnError) -> Mistake:
    return draft.on(PROCESS, error.line, error.message + ".", error.remedy + ".")


def _lanes(draft: Draft, process: ProcessSpec, drawing: Drawing) -> Iterator[Mistake]:
    for name, line in drawing.lanes.items():
        role = process.roles.get(name)
        if role is None:
            message = _("Làn “%(name)s” chưa có vai.") % {"name": name}
            yield draft.on(
                PROCESS,
                line,
                message,
                _("Thêm làn này vào roles trong procedure.yaml, hoặc roles.yaml của quy trình chung."),
            )
        elif role not in ROLES:
            message = _("Không có vai “%(role)s”.") % {"role": role}
            yield draft.at_role(name, message, _("Dùng: %(names)s.") % {"names": ", ".join(sorted(ROLES))})
    for name in process.roles:
        if name not in drawing.lanes:
            message = _("Quy trình không có làn “%(name)s”.") % {"name": name}
            yield draft.at_role(name, message, _("Viết đúng tên làn trong process.bpmn, hoặc bỏ dòng này."))


def _steps(draft: Draft, drawing: Drawing) -> Iterator[Mistake]:
    if not drawing.steps:
        yield draft.on(PROCESS, 1, _("Quy trình không có bước nào."), _("Vẽ ít nhất một tác vụ người dùng."))
    for step in drawing.steps:
        name = {"name": step.name or step.step_id}
        if not step.lane:
            yield draft.on(PROCESS, step.line, _("Bước “%(name)s” không ở làn nào.") % name, _("Kéo bước vào một làn."))
        if not step.name:
            yield draft.on(PROCESS, step.line, _("Bước “%(name)s” không có tên.") % name, _("Đặt tên cho bước."))
        if step.kind not in KINDS:
            message = _("Bước “%(name)s” có loại không biết: “%(kind)s”.") % {**name, "kind": step.kind}
            yield draft.on(PROCESS, step.line, message, _("Dùng: %(names)s.") % {"names": ", ".join(sorted(KINDS))})
        if not step.outcomes:
            remedy = _('Thêm <tinhso:outcome name="…" title="…"/> vào tinhso:step.')
            yield draft.on(PROCESS, step.line, _("Bước “%(name)s” không có cách kết thúc.") % name, remedy)


def _holders(draft: Draft, process: ProcessSpec, drawing: Drawing) -> Iterator[Mistake]:
    """Each step lies with who may do it."""
    for step in drawing.steps:
        role = process.roles.get(step.lane)
        must = ROLE_OF.get(step.kind)
        if role not in ROLES or step.kind not in KINDS or role == must or (must is None and role != "applicant"):
            continue
        message = _("Bước “%(name)s” (loại “%(kind)s”) không thể là việc của vai “%(role)s”.")
        said = message % {"name": step.name, "kind": step.kind, "role": role}
        remedy = _("Giao cho: %(names)s.") % {"names": must or ", ".join(sorted(ROLES - {"applicant"}))}
        yield draft.on(PROCESS, step.line, said, remedy)


def _twice(draft: Draft, ids: dict[str, int]) -> Iterator[Mistake]:
    for name, line in ids.items():
        message = _("Mã “%(id)s” dùng cho hai phần tử: trình vẽ bỏ mất một.") % {"id": name}
        yield draft.on(PROCESS, line, message, _("Đặt cho mỗi phần tử một mã (id) riêng."))


def _own(draft: Draft, process: ProcessSpec, drawing: Drawing) -> Iterator[Mistake]:
    """Hours and titles that the procedure gives are of steps that the process has."""
    known = [step.step_id for step in drawing.steps]
    for key, said in (("hours", process.hours), ("steps", process.steps)):
        for name in said:
            if name not in known:
                message = _("Quy trình không có bước “%(name)s”.") % {"name": name}
                yield draft.at(PROCEDURE, (key, name), message, _("Dùng: %(names)s.") % {"names": ", ".join(known)})


def _flows(draft: Draft, facts: frozenset[str], drawing: Drawing) -> Iterator[Mistake]:
    for flow in drawing.flows:
        for end in (flow.source, flow.target):
            if end not in drawing.nodes:
                message = _("Mũi tên “%(id)s” nối tới chỗ không có: “%(end)s”.") % {"id": flow.flow_id, "end": end}
                yield draft.on(PROCESS, flow.line, message, _("Nối lại mũi tên trong trình vẽ."))
        kind, _line = drawing.nodes.get(flow.source, ("", 0))
        if flow.condition is not None and kind != "exclusiveGateway":
            message = _("Điều kiện đặt trên mũi tên không đi ra từ cổng loại trừ.")
            yield draft.on(PROCESS, flow.line, message, _("Đặt cổng loại trừ trước mũi tên này."))
        elif flow.condition is not None:
            wrong = wrong_expression(flow.condition, facts)
            if wrong is not None:
                yield draft.on(PROCESS, flow.line, *wrong)
        elif kind == "exclusiveGateway" and _splits(drawing, flow):
            message = _("Mũi tên “%(id)s” ra khỏi cổng mà không có điều kiện.") % {"id": flow.flow_id}
            yield draft.on(PROCESS, flow.line, message, _("Thêm điều kiện, hoặc chọn nó làm hướng mặc định."))
    for step in drawing.steps:
        yield from _outcomes(draft, drawing, step)


def _splits(drawing: Drawing, flow: Flow) -> bool:
    """Whether the gateway has to choose and this flow is not its default."""
    return len(_out(drawing, flow.source)) > 1 and drawing.defaults.get(flow.source) != flow.flow_id


def _out(drawing: Drawing, node: str) -> list[Flow]:
    return [flow for flow in drawing.flows if flow.source == node]


def _outcomes(draft: Draft, drawing: Drawing, step: Step) -> Iterator[Mistake]:
    """Each outcome of a step leads somewhere, and its gateway asks for no outcome that the step does not have."""
    out = _out(drawing, step.step_id)
    if len(out) != 1:
        message = _("Bước “%(name)s” có %(n)d mũi tên đi ra.") % {"name": step.name, "n": len(out)}
        yield draft.on(PROCESS, step.line, message, _("Giữ đúng một; rẽ nhánh bằng cổng."))
        return
    gateway = out[0].target
    choices = _out(drawing, gateway)
    if drawing.nodes.get(gateway, ("", 0))[0] != "exclusiveGateway" or len(choices) < 2:
        return
    asked: set[str] = set()
    for flow in choices:
        names = _compared(flow)
        asked |= names
        for name in sorted(names - {o.name for o in step.outcomes}):
            message = _("Cổng sau bước “%(name)s” chờ kết thúc “%(outcome)s” mà bước không có.")
            said = message % {"name": step.name, "outcome": name}
            yield draft.on(PROCESS, flow.line, said, _("Thêm tinhso:outcome vào bước, hoặc sửa điều kiện."))
    if gateway in drawing.defaults or not asked:
        return
    for outcome in step.outcomes:
        if outcome.name not in asked:
            message = _("Kết thúc “%(outcome)s” của bước “%(name)s” không dẫn tới đâu.")
            said = message % {"outcome": outcome.name, "name": step.name}
            yield draft.on(PROCESS, step.line, said, _("Thêm mũi tên với điều kiện cho kết thúc này."))


def _compared(flow: Flow) -> frozenset[str]:
    try:
        return parse(flow.condition or "true").compared_with(OUTCOME)
    except ExpressionError:
        return frozenset()  # said already


def _ways(draft: Draft, drawing: Drawing) -> Iterator[Mistake]:
    starts = [node for node, (kind, _line) in drawing.nodes.items() if kind == "startEvent"]
    ends = [node for node, (kind, _line) in drawing.nodes.items() if kind == "endEvent"]
    if len(starts) != 1:
        message = _("Quy trình có %(n)d chỗ bắt đầu.") % {"n": len(starts)}
        yield draft.on(PROCESS, 1, message, _("Vẽ đúng một sự kiện bắt đầu."))
        return
    if not ends:
        yield draft.on(PROCESS, 1, _("Quy trình không có chỗ kết thúc."), _("Vẽ ít nhất một sự kiện kết thúc."))
        return
    forward = _reach(starts, ((f.source, f.target) for f in drawing.flows))
    backward = _reach(ends, ((f.target, f.source) for f in drawing.flows))
    for node, (_kind, line) in drawing.nodes.items():
        name = {"name": drawing.names.get(node) or node}
        if node not in forward:
            yield draft.on(
                PROCESS, line, _("Không có đường đi tới “%(name)s”.") % name, _("Nối mũi tên tới đây, hoặc xóa.")
            )
        elif node not in backward:
            message = _("Từ “%(name)s” không có đường tới kết thúc.") % name
            yield draft.on(PROCESS, line, message, _("Nối mũi tên tới một sự kiện kết thúc."))
    yield from _circles(draft, drawing)


def _circles(draft: Draft, drawing: Drawing) -> Iterator[Mistake]:
    """A way round through gateways alone would never end: somebody must have work on it."""
    silent = [(f.source, f.target) for f in drawing.flows if drawing.nodes.get(f.target, ("",))[0] != "userTask"]
    for node, (kind, line) in drawing.nodes.items():
        if kind != "userTask" and node in _reach([b for a, b in silent if a == node], silent):
            message = _("Từ “%(name)s” đi một vòng về chính nó mà không qua bước nào.")
            said = message % {"name": drawing.names.get(node) or node}
            yield draft.on(PROCESS, line, said, _("Đặt một bước trên vòng này, hoặc xóa mũi tên quay lại."))


def _reach(start: Iterable[str], arrows: Iterable[tuple[str, str]]) -> set[str]:
    onward: dict[str, list[str]] = defaultdict(list)
    for source, target in arrows:
        onward[source].append(target)
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += onward[node]
    return seen


def _runs(draft: Draft, process: ProcessSpec) -> Iterator[Mistake]:
    """The engine itself can read it: what our own reading did not foresee."""
    try:
        bpmn.engine_form(process.bpmn)
    except BpmnError as error:
        yield _said(draft, error)
