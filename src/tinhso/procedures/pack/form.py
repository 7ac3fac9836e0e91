"""The form: JSON Schema 2020-12 that stands alone, and a layout that asks for each of its fields once."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel.forms import check_schema, formats
from tinhso.kernel.packs import Mistake
from tinhso.procedures.pack.facts import known
from tinhso.procedures.pack.reading import LAYOUT, SCHEMA, Draft, Json, Path
from tinhso.procedures.spec import PREFILL_KEYS, Field, ProcedureSpec, Topic

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LONGEST_PATTERN = 200
#: A repeated group inside which something repeats: the shape that makes matching take for ever.
_SLOW = re.compile(r"\([^()]*[+*][^()]*\)[+*{]")


def check(draft: Draft, spec: ProcedureSpec) -> list[Mistake]:
    return [*_schema(draft), *_topics(draft, spec), *_fields(draft, spec)]


def _schema(draft: Draft) -> Iterator[Mistake]:
    source = draft.sources[SCHEMA]
    if source.get("$schema") != DIALECT:
        yield draft.at(SCHEMA, (), _("Lược đồ không nói rõ là bản 2020-12."), f'Thêm "$schema": "{DIALECT}".')
    wrong = check_schema(source)
    if wrong is not None:
        pointer, words = wrong
        message = _("Không phải JSON Schema 2020-12: %(words)s.") % {"words": words[:200]}
        yield draft.at(SCHEMA, _path(pointer), message, _("Xem lại từ khóa tại chỗ này trong tài liệu JSON Schema."))
        return
    for path, part in _parts(source, ()):
        yield from _part(draft, path, part)


def _path(pointer: str) -> Path:
    steps = [s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:] if s]
    return tuple(int(step) if step.isdigit() else step for step in steps)


def _parts(node: Any, path: Path) -> Iterator[tuple[Path, Json]]:
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from _parts(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _parts(value, (*path, index))


def _part(draft: Draft, path: Path, part: Json) -> Iterator[Mistake]:
    for key in ("$ref", "$dynamicRef"):
        if isinstance(part.get(key), str) and not part[key].startswith("#"):
            remedy = _("Chép phần được trỏ tới vào $defs của tệp này.")
            yield draft.at(SCHEMA, (*path, key), _("Lược đồ trỏ ra ngoài tệp."), remedy)
    if path and path[-1] == "properties":
        return  # names of fields, not keywords
    if part.get("type") == "string" and not {"maxLength", "enum", "const"} & part.keys():
        yield draft.at(SCHEMA, path, _("Ô chữ không có độ dài tối đa."), _('Thêm "maxLength", ví dụ 200.'))
    pattern = part.get("pattern")
    if isinstance(pattern, str):
        yield from _pattern(draft, (*path, "pattern"), pattern)
    name = part.get("format")
    if isinstance(name, str) and name not in formats:
        message = _("Hệ thống không biết dạng “%(name)s”.") % {"name": name}
        yield draft.at(
            SCHEMA, (*path, "format"), message, _("Dùng: %(names)s.") % {"names": ", ".join(sorted(formats))}
        )


def _pattern(draft: Draft, path: Path, pattern: str) -> Iterator[Mistake]:
    try:
        re.compile(pattern)
    except re.error as error:
        message = _("Mẫu “%(pattern)s” không đọc được: %(why)s.") % {"pattern": pattern[:60], "why": error}
        yield draft.at(SCHEMA, path, message, _("Sửa biểu thức chính quy."))
        return
    if len(pattern) > LONGEST_PATTERN or _SLOW.search(pattern):
        message = _("Mẫu “%(pattern)s” có thể so khớp rất lâu.") % {"pattern": pattern[:60]}
        yield draft.at(SCHEMA, path, message, _("Bỏ lặp trong lặp, hoặc tách thành nhiều ô."))


def _topics(draft: Draft, spec: ProcedureSpec) -> Iterator[Mistake]:
    declared = draft.sources[SCHEMA].get("properties", {})
    shown = [topic.name for topic in spec.form.topics]
    for index, topic in enumerate(spec.form.topics):
        path: Path = ("topics", index)
        if topic.kind == "fields" and topic.name not in declared:
            message = _("Trang “%(name)s” không có trong form.schema.json.") % {"name": topic.name}
            yield draft.at(LAYOUT, path, message, _("Thêm vào properties của lược đồ, hoặc sửa tên trang."))
        if shown.count(topic.name) > 1:
            yield draft.at(LAYOUT, path, _("Trang “%(name)s” có hai lần.") % {"name": topic.name}, _("Giữ lại một."))
        if not topic.title.strip():
            yield draft.at(LAYOUT, path, _("Trang không có tên hiện ra."), _("Thêm title ở đây hoặc trong lược đồ."))
    for name in declared:
        if name not in shown:
            message = _("Phần “%(name)s” của lược đồ không có trang nào.") % {"name": name}
            yield draft.at(
                SCHEMA, ("properties", name), message, _("Thêm trang vào form.layout.yaml, hoặc bỏ phần này.")
            )


#: What a page of the form sends of its own besides the answers.
_OF_THE_PAGE = frozenset({"asked", "csrfmiddlewaretoken", "later", "restore", "version"})


def _fields(draft: Draft, spec: ProcedureSpec) -> Iterator[Mistake]:
    facts = known(spec)
    for t, topic in enumerate(spec.form.topics):
        asked = Counter(field.name for field in topic.fields)
        for g, group in enumerate(topic.groups):
            for f, field in enumerate(group.fields):
                yield from _field(draft, ("topics", t, "groups", g, "fields", f), topic, field, facts)
        for name in topic.schema.get("properties", {}):
            if asked[name] != 1:
                message = _("Ô “%(name)s” xuất hiện %(n)d lần trong form.layout.yaml.") % {
                    "name": name,
                    "n": asked[name],
                }
                place: Path = ("properties", topic.name, "properties", name)
                yield draft.at(SCHEMA, place, message, _("Cho ô này đúng một chỗ trên trang."))


def _field(draft: Draft, path: Path, topic: Topic, field: Field, facts: frozenset[str]) -> Iterator[Mistake]:
    if field.name in _OF_THE_PAGE:
        message = _("Tên ô “%(name)s” là của chính trang điền.") % {"name": field.name}
        yield draft.at(LAYOUT, path, message, _("Đặt tên khác cho ô, ở cả form.schema.json."))
    schema = topic.schema.get("properties", {}).get(field.name)
    if schema is None:
        message = _("Ô “%(name)s” không có trong lược đồ của trang.") % {"name": field.name}
        yield draft.at(LAYOUT, path, message, _("Thêm vào form.schema.json, hoặc sửa tên ô."))
        return
    if not field.label.strip():
        yield draft.at(LAYOUT, path, _("Ô không có nhãn."), _('Thêm "title" trong lược đồ hoặc label ở đây.'))
    wanted = _KINDS.get(field.kind)
    if wanted is not None and not wanted(schema):
        message = _("Cách hỏi “%(kind)s” không hợp với kiểu dữ liệu của ô.") % {"kind": field.kind}
        yield draft.at(
            LAYOUT, path, message, _("Ngày: format date; chọn: oneOf có const và title; ô đánh dấu: boolean.")
        )
    if field.prefill is not None and field.prefill.key not in PREFILL_KEYS:
        message = _("Không có dữ liệu “%(key)s” để điền sẵn.") % {"key": field.prefill.key}
        yield draft.at(LAYOUT, path, message, _("Dùng: %(keys)s.") % {"keys": ", ".join(sorted(PREFILL_KEYS))})
    if field.same_as is not None and field.same_as.field not in facts:
        message = _("Không có ô “%(name)s” trong biểu mẫu.") % {"name": field.same_as.field}
        yield draft.at(LAYOUT, path, message, _("Dùng tên dạng trang.ô, có trong form.schema.json."))


def _choice(schema: Json) -> bool:
    return bool(schema.get("oneOf")) and all("const" in c and "title" in c for c in schema["oneOf"])


_KINDS: dict[str, Callable[[Json], bool]] = {
    "date": lambda schema: schema.get("format") == "date",
    "radio": _choice,
    "select": _choice,
    "checkbox": lambda schema: schema.get("type") == "boolean",
    "yesno": lambda schema: schema.get("type") == "boolean",
    "integer": lambda schema: schema.get("type") == "integer",
    "number": lambda schema: schema.get("type") in ("number", "integer"),
    "text": lambda schema: schema.get("type") == "string",
    "name": lambda schema: schema.get("type") == "string",
    "textarea": lambda schema: schema.get("type") == "string",
    "phone": lambda schema: schema.get("type") == "string",
    "email": lambda schema: schema.get("format") == "email",
}
