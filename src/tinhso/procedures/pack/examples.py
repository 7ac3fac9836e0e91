"""`examples.yaml`: a filing that passes every rule, for each rule one that breaks it, and what tests do with them.

Only the check and the tests read it; it is no part of the definition, so that a better example makes no new version.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from tinhso.kernel import clock
from tinhso.kernel.http.problems import sentence
from tinhso.kernel.packs import Mistake, Pack
from tinhso.procedures import results
from tinhso.procedures.judging import broken, schema_errors
from tinhso.procedures.pack.reading import EXAMPLES, Draft, Path, read
from tinhso.procedures.spec import ProcedureSpec, strict

Json = dict[str, Any]
Data = dict[str, dict[str, Any]]


@strict
@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the officer asks the applicant to complete."""

    component: str
    text: str


@strict
@dataclass(frozen=True, kw_only=True)
class Examples:
    """The examples of one procedure; ``broken`` says only what changes, ``null`` leaves an answer out."""

    on: date
    accepted: Data
    supplement: Asked
    refusal: str
    result_says: tuple[str, ...]
    papers: tuple[str, ...] = ()
    broken: dict[str, Data] = field(default_factory=dict)

    def breaking(self, rule: str) -> Data:
        """The whole filing that breaks a rule. Raises LookupError."""
        filing = {topic: dict(answers) for topic, answers in self.accepted.items()}
        for topic, answers in self.broken[rule].items():
            kept = filing.setdefault(topic, {})
            kept.update(answers)
            filing[topic] = {name: value for name, value in kept.items() if value is not None}
        return filing

    @property
    def morning(self) -> datetime:
        """Nine o'clock of the day on which the example is filed."""
        return datetime.combine(self.on, time(9), clock.LOCAL)


EXAMPLES_OF: TypeAdapter[Examples] = TypeAdapter(Examples)


def examples(pack: Pack, folder: str) -> tuple[ProcedureSpec, Examples]:
    """The examples of a checked folder, and the version that is law on their day. Raises Unreadable, LookupError."""
    draft = read(pack, folder)
    shown = EXAMPLES_OF.validate_python(_plain(draft.sources[EXAMPLES]))
    return _version(draft, shown.on), shown


def check(draft: Draft) -> list[Mistake]:
    """The examples against the version that is law on their day, of a procedure without another mistake."""
    shown = _read(draft)
    if isinstance(shown, list):
        return shown
    try:
        spec = _version(draft, shown.on)
    except LookupError:
        message = _("Ngày %(day)s không có phiên bản nào của thủ tục có hiệu lực.") % {"day": f"{shown.on:%d/%m/%Y}"}
        return [draft.at(EXAMPLES, ("on",), message, _("Chọn ngày nằm trong một phiên bản của procedure.yaml."))]
    return against(draft, spec)


def against(draft: Draft, spec: ProcedureSpec) -> list[Mistake]:
    """The examples against one version."""
    shown = _read(draft)
    if isinstance(shown, list):
        return shown
    with clock.pinned(shown.morning):
        return [
            *_accepted(draft, spec, shown),
            *_papers(draft, spec, shown),
            *_broken(draft, spec, shown),
            *_acts(draft, spec, shown),
            *_result(draft, spec, shown),
        ]


def fired(spec: ProcedureSpec, filing: Data, on: date) -> list[str]:
    """The rules that a filing breaks."""
    return [rule.id for rule in spec.rules if broken(rule.expression, filing, on)]


def _read(draft: Draft) -> Examples | list[Mistake]:
    try:
        return EXAMPLES_OF.validate_python(_plain(draft.sources[EXAMPLES]))
    except ValidationError as error:
        return [_unfit(draft, dict(each)) for each in error.errors(include_url=False)]


def _version(draft: Draft, on: date) -> ProcedureSpec:
    for version in draft.versions:
        if version.valid_from <= on and (version.valid_to is None or on <= version.valid_to):
            return version.spec
    raise LookupError(on)


def _plain(value: Any) -> Any:
    """Dates as JSON has them, like answers of a form."""
    return json.loads(json.dumps(value, default=str))


def _unfit(draft: Draft, error: Json) -> Mistake:
    what = ".".join(str(step) for step in error["loc"])
    return draft.at(EXAMPLES, error["loc"], _("Mục %(where)s chưa đúng.") % {"where": what}, sentence(error))


def _faults(draft: Draft, spec: ProcedureSpec, filing: Data, on: date, where: Path) -> Iterator[Mistake]:
    """What the form itself does not take: unknown pages and fields, and what the schema refuses."""
    known = {topic.name: set(topic.schema.get("properties", {})) for topic in spec.form.topics}
    for topic, answers in filing.items():
        for name in answers:
            if name not in known.get(topic, set()):
                message = _("Không có ô “%(name)s” trong biểu mẫu.") % {"name": f"{topic}.{name}"}
                yield draft.at(EXAMPLES, (*where, topic, name), message, _("Dùng tên ô có trong form.schema.json."))
    for topic in known:
        for pointer, words in schema_errors(spec, topic, filing, on).items():
            message = _("Hồ sơ ví dụ bị biểu mẫu chặn ở %(place)s: %(words)s.")
            said = message % {"place": f"{topic}{pointer.replace('/', '.')}", "words": words.rstrip(".")}
            remedy = _("Sửa ví dụ. Nếu là ví dụ của một quy tắc: quy tắc này trùng với biểu mẫu, giữ một trong hai.")
            yield draft.at(EXAMPLES, (*where, topic, *pointer.split("/")[1:]), said, remedy)


def _accepted(draft: Draft, spec: ProcedureSpec, shown: Examples) -> Iterator[Mistake]:
    yield from _faults(draft, spec, shown.accepted, shown.on, ("accepted",))
    for rule in fired(spec, shown.accepted, shown.on):
        message = _("Hồ sơ ví dụ vi phạm quy tắc “%(rule)s”.") % {"rule": rule}
        yield draft.at(EXAMPLES, ("accepted",), message, _("Sửa accepted để mọi quy tắc đều đúng, kể cả cảnh báo."))


def _papers(draft: Draft, spec: ProcedureSpec, shown: Examples) -> Iterator[Mistake]:
    files = {c.code: c for c in spec.components if c.kind == "file"}
    for index, code in enumerate(shown.papers):
        if code not in files:
            message = _("Không có giấy tờ mã “%(code)s” để đính kèm.") % {"code": code}
            remedy = _("Dùng: %(names)s.") % {"names": ", ".join(files) or "—"}
            yield draft.at(EXAMPLES, ("papers", index), message, remedy)
    for code, component in files.items():
        if component.asked(shown.accepted) and code not in shown.papers:
            message = _("Hồ sơ ví dụ cần giấy tờ “%(code)s”.") % {"code": code}
            yield draft.at(EXAMPLES, ("papers",), message, _("Thêm mã này vào papers."))


def _broken(draft: Draft, spec: ProcedureSpec, shown: Examples) -> Iterator[Mistake]:
    rules = [rule.id for rule in spec.rules]
    for name in shown.broken:
        if name not in rules:
            message = _("Không có quy tắc “%(rule)s”.") % {"rule": name}
            remedy = _("Dùng: %(names)s.") % {"names": ", ".join(rules) or "—"}
            yield draft.at(EXAMPLES, ("broken", name), message, remedy)
    for rule in rules:
        if rule not in shown.broken:
            message = _("Quy tắc “%(rule)s” chưa có ví dụ vi phạm.") % {"rule": rule}
            remedy = _("Thêm vào broken những ô đổi so với accepted để chỉ quy tắc này sai.")
            yield draft.at(EXAMPLES, ("broken",), message, remedy)
            continue
        filing, where = shown.breaking(rule), ("broken", rule)
        yield from _faults(draft, spec, filing, shown.on, where)
        found = fired(spec, filing, shown.on)
        if found != [rule]:
            said = {"rule": rule, "found": ", ".join(found) or "—"}
            message = _("Ví dụ phải vi phạm đúng một quy tắc “%(rule)s”; đang vi phạm: %(found)s.") % said
            yield draft.at(EXAMPLES, where, message, _("Đổi các ô của ví dụ, hoặc sửa điều kiện của quy tắc."))


def _acts(draft: Draft, spec: ProcedureSpec, shown: Examples) -> Iterator[Mistake]:
    files = [c.code for c in spec.components if c.kind == "file"]
    if shown.supplement.component not in files:
        message = _("Không có giấy tờ mã “%(code)s” để yêu cầu bổ sung.") % {"code": shown.supplement.component}
        remedy = _("Dùng: %(names)s.") % {"names": ", ".join(files) or "—"}
        yield draft.at(EXAMPLES, ("supplement", "component"), message, remedy)
    reasons = [reason.code for reason in spec.refusal_reasons]
    if shown.refusal not in reasons:
        message = _("Không có lý do từ chối “%(code)s”.") % {"code": shown.refusal}
        yield draft.at(EXAMPLES, ("refusal",), message, _("Dùng: %(names)s.") % {"names": ", ".join(reasons) or "—"})


def _result(draft: Draft, spec: ProcedureSpec, shown: Examples) -> Iterator[Mistake]:
    page = results.render(spec, shown.accepted, _printed(spec, shown.on), sample=False)
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    for index, text in enumerate(shown.result_says):
        if " ".join(text.split()) not in words:
            message = _("Kết quả của hồ sơ ví dụ không có dòng chữ “%(text)s”.") % {"text": text}
            yield draft.at(EXAMPLES, ("result_says", index), message, _("Sửa result.html hoặc sửa ví dụ."))


def _printed(spec: ProcedureSpec, on: date) -> dict[str, dict[str, str]]:
    day = {"day": f"{on:%d}", "month": f"{on:%m}", "year": f"{on:%Y}", "date": f"{on:%d/%m/%Y}"}
    return {"result": {"number": results.number(spec, 1, on), **day}}
