"""What a draft changes, in words: steps, lanes, deadlines, ways on, fee rules. A drawing alone changes no law."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from tinhso.procedures import bpmn, dmn
from tinhso.procedures.bpmn import BpmnError, Drawing, Step
from tinhso.procedures.dmn import DmnError, Row, Table
from tinhso.procedures.studio.checking import Content
from tinhso.procedures.studio.priced import ANY, money, plain
from tinhso.procedures.studio.words import kind_words, output_words, role_words


@dataclass(frozen=True)
class Change:
    """``kind``: added, removed, changed; ``words`` one sentence."""

    kind: str
    words: str


def changes(before: Content, after: Content) -> list[Change]:
    """Every change in words, in the order lanes, steps, ways, fees. What cannot be read is said to be so."""
    try:
        old, new = bpmn.read(before.bpmn), bpmn.read(after.bpmn)
        found = [*_lanes(old, new, before, after), *_steps(old, new), *_nodes(old, new), *_flows(old, new)]
    except BpmnError as error:
        found = [Change("changed", _("Quy trình chưa đọc được nên chưa so sánh được: %(what)s.") % {"what": error})]
    if not found and before.bpmn != after.bpmn:
        found.append(Change("changed", _("Quy trình: chỉ đổi hình vẽ hoặc lời ghi chú, cách giải quyết không đổi.")))
    return [*found, *_fees(before.fees, after.fees)]


def _lanes(old: Drawing, new: Drawing, before: Content, after: Content) -> Iterator[Change]:
    for name in new.lanes:
        role = role_words(after.roles.get(name, ""))
        if name not in old.lanes:
            yield Change("added", _("Thêm làn “%(lane)s” (%(role)s).") % {"lane": name, "role": role})
        elif before.roles.get(name) != after.roles.get(name):
            said = {"lane": name, "old": role_words(before.roles.get(name, "")), "new": role}
            yield Change("changed", _("Làn “%(lane)s”: vai %(old)s → %(new)s.") % said)
    for name in old.lanes:
        if name not in new.lanes:
            yield Change("removed", _("Bỏ làn “%(lane)s”.") % {"lane": name})


def _steps(old: Drawing, new: Drawing) -> Iterator[Change]:
    was, now = ({step.step_id: step for step in drawing.steps} for drawing in (old, new))
    for key, step in now.items():
        if key not in was:
            said = {"step": step.name, "lane": step.lane, "time": term(step)}
            yield Change("added", _("Thêm bước “%(step)s” ở làn “%(lane)s”, thời hạn %(time)s.") % said)
        else:
            yield from _step(was[key], step)
    for key, step in was.items():
        if key not in now:
            yield Change("removed", _("Bỏ bước “%(step)s” ở làn “%(lane)s”.") % {"step": step.name, "lane": step.lane})


def _step(old: Step, new: Step) -> Iterator[Change]:
    name = {"step": new.name}
    if old.name != new.name:
        yield Change("changed", _("Bước “%(old)s” đổi tên thành “%(step)s”.") % {**name, "old": old.name})
    if old.lane != new.lane:
        said = {**name, "old": old.lane, "new": new.lane}
        yield Change("changed", _("Bước “%(step)s” chuyển từ làn “%(old)s” sang làn “%(new)s”.") % said)
    if term(old) != term(new):
        said = {**name, "old": term(old), "new": term(new)}
        yield Change("changed", _("Bước “%(step)s”: thời hạn %(old)s → %(new)s.") % said)
    if old.kind != new.kind:
        said = {**name, "old": kind_words(old.kind), "new": kind_words(new.kind)}
        yield Change("changed", _("Bước “%(step)s”: loại việc %(old)s → %(new)s.") % said)
    was, now = ({o.name: o.title for o in step.outcomes} for step in (old, new))
    for key, title in now.items():
        said = {**name, "way": title or key, "old": was.get(key, "")}
        if key not in was:
            yield Change("added", _("Bước “%(step)s”: thêm cách kết thúc “%(way)s”.") % said)
        elif was[key] != title:
            yield Change("changed", _("Bước “%(step)s”: cách kết thúc “%(old)s” đổi lời thành “%(way)s”.") % said)
    for key, title in was.items():
        if key not in now:
            yield Change("removed", _("Bước “%(step)s”: bỏ cách kết thúc “%(way)s”.") % {**name, "way": title or key})


def _nodes(old: Drawing, new: Drawing) -> Iterator[Change]:
    """Gateways and ends; steps are said above."""
    for kind, here, there, words in (
        ("added", new, old, _("Thêm %(what)s “%(name)s”.")),
        ("removed", old, new, _("Bỏ %(what)s “%(name)s”.")),
    ):
        for key, (element, _line) in here.nodes.items():
            if element != "userTask" and there.nodes.get(key, ("",))[0] != element:
                yield Change(kind, words % {"what": _element(element), "name": _named(here, key)})


def _element(element: str) -> str:
    return {
        "startEvent": _("chỗ bắt đầu"),
        "endEvent": _("chỗ kết thúc"),
        "exclusiveGateway": _("cổng rẽ nhánh"),
        "parallelGateway": _("cổng song song"),
    }.get(element, element)


def _flows(old: Drawing, new: Drawing) -> Iterator[Change]:
    was, now = (_ways(drawing) for drawing in (old, new))
    for pair, condition in now.items():
        said = {"from": _named(new, pair[0]), "to": _named(new, pair[1]), "when": condition, "old": was.get(pair, "")}
        if pair not in was:
            words = (
                _("Thêm đường từ “%(from)s” tới “%(to)s” khi %(when)s.")
                if condition
                else _("Thêm đường từ “%(from)s” tới “%(to)s”.")
            )
            yield Change("added", words % said)
        elif was[pair] != condition:
            said |= {"when": condition or "–", "old": was[pair] or "–"}
            yield Change("changed", _("Đường từ “%(from)s” tới “%(to)s”: điều kiện %(old)s → %(when)s.") % said)
    for pair in was:
        if pair not in now:
            said = {"from": _named(old, pair[0]), "to": _named(old, pair[1])}
            yield Change("removed", _("Bỏ đường từ “%(from)s” tới “%(to)s”.") % said)


def _ways(drawing: Drawing) -> dict[tuple[str, str], str]:
    """From and to → the condition, or what stands for it."""
    defaults = set(drawing.defaults.values())
    found: dict[tuple[str, str], str] = {}
    for flow in drawing.flows:
        said = flow.condition or (_("không cách nào khác") if flow.flow_id in defaults else "")
        before = found.get((flow.source, flow.target))
        found[flow.source, flow.target] = f"{before} | {said}" if before is not None else said
    return found


def _named(drawing: Drawing, node: str) -> str:
    return drawing.names.get(node, "").replace("\n", " ").strip() or node


def term(step: Step) -> str:
    """The share of the time that a step has."""
    if step.deadline_days is not None:
        return _("%(n)d ngày làm việc") % {"n": step.deadline_days}
    if step.deadline_hours is not None:
        return _("%(n)d giờ làm việc") % {"n": step.deadline_hours}
    return _("không đặt")


def _fees(before: str, after: str) -> Iterator[Change]:
    if before == after:
        return
    try:
        was, now = ({table.code: table for table in (dmn.read(text) if text else ())} for text in (before, after))
    except DmnError as error:
        yield Change("changed", _("Bảng phí chưa đọc được nên chưa so sánh được: %(what)s.") % {"what": error})
        return
    found = False
    for code, table in now.items():
        if code not in was:
            found = True
            yield Change("added", _("Thêm bảng phí “%(name)s”.") % {"name": table.name})
        else:
            for change in _table(was[code], table):
                found = True
                yield change
    for code, table in was.items():
        if code not in now:
            found = True
            yield Change("removed", _("Bỏ bảng phí “%(name)s”.") % {"name": table.name})
    if not found:
        yield Change("changed", _("Bảng phí: chỉ đổi cách trình bày, mức thu không đổi."))


def _table(old: Table, new: Table) -> Iterator[Change]:
    name = {"table": new.name}
    if old.name != new.name:
        yield Change("changed", _("Bảng phí “%(old)s” đổi tên thành “%(table)s”.") % {**name, "old": old.name})
    if old.policy != new.policy:
        said = {**name, "old": old.policy, "new": new.policy}
        yield Change("changed", _("Bảng phí “%(table)s”: cách chọn dòng %(old)s → %(new)s.") % said)
    was, now = ([cell.text for cell in table.inputs] for table in (old, new))
    if was != now:
        said = {**name, "old": ", ".join(was), "new": ", ".join(now)}
        yield Change("changed", _("Bảng phí “%(table)s”: cột điều kiện %(old)s → %(new)s.") % said)
    rows = SequenceMatcher(a=[_key(row) for row in old.rows], b=[_key(row) for row in new.rows], autojunk=False)
    for verb, a, b, c, d in rows.get_opcodes():
        if verb == "equal":
            continue
        pairs = min(b - a, d - c)
        for n in range(pairs):
            yield Change("changed", _row(new, c + n, old.rows[a + n], new.rows[c + n]))
        for n in range(c + pairs, d):
            said = {**name, "n": str(n + 1), "what": _said(new, new.rows[n])}
            yield Change("added", _("Bảng phí “%(table)s”: thêm dòng %(n)s, %(what)s.") % said)
        for n in range(a + pairs, b):
            said = {**name, "n": str(n + 1), "what": _said(old, old.rows[n])}
            yield Change("removed", _("Bảng phí “%(table)s”: bỏ dòng %(n)s, %(what)s.") % said)


def _key(row: Row) -> tuple[object, ...]:
    return (*(cell.text for cell in row.tests), *sorted((name, cell.text) for name, cell in row.says.items()))


def _row(table: Table, number: int, old: Row, new: Row) -> str:
    cells = [(label, a.text, b.text) for label, a, b in zip(table.labels, old.tests, new.tests, strict=False)] + [
        (name, old.says[name].text if name in old.says else "", new.says[name].text if name in new.says else "")
        for name in sorted(old.says.keys() | new.says.keys())
    ]
    said = "; ".join(f"{output_words(name)} {_cell(name, a)} → {_cell(name, b)}" for name, a, b in cells if a != b)
    return _("Bảng phí “%(table)s”, dòng %(n)d: %(what)s.") % {"table": table.name, "n": number + 1, "what": said}


def _said(table: Table, row: Row) -> str:
    tests = [f"{i} {plain(t.text)}" for i, t in zip(table.labels, row.tests, strict=False) if t.text not in ANY]
    says = [f"{output_words(name)} {_cell(name, row.says[name].text)}" for name in ("item", "amount", "article")]
    return ", ".join([*tests, *says])


def _cell(name: str, text: str) -> str:
    """What stands in a cell of the column, for people."""
    return (money(text) if name == "amount" else plain(text)) if text else "–"
