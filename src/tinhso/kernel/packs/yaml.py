"""YAML as packs may use it: plain data with line numbers. No tags, aliases or merge keys, so no bombs and no code.

Scalars follow YAML 1.2 with dates: ``no``, ``07:00`` and ``091`` are text, only ``true``/``false`` are booleans.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, cast

import yaml
from django.utils.translation import gettext as _
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tinhso.kernel.packs.mistakes import Mistake, Unreadable

DEEPEST = 40
STANDARD = "tag:yaml.org,2002:"


class Mapping(dict[str, Any]):
    """A mapping that knows the line of itself and of each key."""

    line: int = 0
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


class Items(list[Any]):
    """A list that knows the line of itself and of each item."""

    line: int = 0
    lines: list[int]

    def line_of(self, index: int) -> int:
        return self.lines[index] if 0 <= index < len(self.lines) else self.line


class _Loader(Composer, yaml.CSafeLoader):
    """libyaml reads, we compose, with our own short list of implicit types."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}

    def __init__(self, stream: str) -> None:
        yaml.CSafeLoader.__init__(self, stream)
        Composer.__init__(self)

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event: Any = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(event, _("Có tham chiếu (*tên)."), _("Viết lại nội dung tại đây."))
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _Refused(event, _("Có thẻ kiểu %(tag)s.") % {"tag": tag}, _("Bỏ thẻ, chỉ dùng dữ liệu thường."))
        if getattr(event, "anchor", None):
            raise _Refused(event, _("Có neo (&tên)."), _("Bỏ neo, viết lại nội dung ở mỗi nơi cần."))
        return super().compose_node(parent, index)


def _implicit(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(STANDARD + tag, re.compile(f"^(?:{pattern})$"), list(first))


_implicit("bool", "true|false", "tf")
_implicit("int", r"[-+]?(?:0|[1-9][0-9]{0,17})", "-+0123456789")
_implicit("float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]{1,3})?", "-+0123456789")
_implicit("date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789")
_Loader.add_implicit_resolver(STANDARD + "null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])


class _Refused(Exception):
    def __init__(self, where: Any, message: str, remedy: str) -> None:
        self.line = where.start_mark.line + 1
        self.message, self.remedy = message, remedy
        super().__init__(message)


def parse(text: str, file: str) -> Any:
    """Mappings, lists and scalars. Raises Unreadable naming the line."""
    try:
        node = yaml.compose(text, _Loader)
        return None if node is None else _value(node, 0)
    except _Refused as refused:
        raise Unreadable(Mistake(file, refused.line, refused.message, refused.remedy)) from None
    except RecursionError:
        raise Unreadable(Mistake(file, 0, _("Lồng quá sâu."), _("Chia nội dung thành tệp nhỏ hơn."))) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 0
        what = getattr(error, "problem", None) or getattr(error, "reason", "")
        remedy = _("Kiểm tra thụt lề, dấu hai chấm và dấu nháy quanh dòng này (%(what)s).") % {"what": what}
        raise Unreadable(Mistake(file, line, _("Không đúng cú pháp YAML."), remedy)) from None


def _value(node: Node, depth: int) -> Any:
    if depth > DEEPEST:
        raise _Refused(node, _("Lồng quá sâu."), _("Chia nội dung thành tệp nhỏ hơn."))
    if isinstance(node, MappingNode):
        return _mapping(node, depth)
    if isinstance(node, SequenceNode):
        items = Items(_value(child, depth + 1) for child in node.value)
        items.line = node.start_mark.line + 1
        items.lines = [child.start_mark.line + 1 for child in node.value]
        return items
    return _scalar(cast(ScalarNode, node))


def _mapping(node: MappingNode, depth: int) -> Mapping:
    mapping = Mapping()
    mapping.line = node.start_mark.line + 1
    mapping.lines = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode) or key.value == "<<":
            raise _Refused(key, _("Khóa phải là một từ."), _("Viết khóa dạng ten_khoa: giá trị."))
        name = str(key.value)
        if name in mapping:
            raise _Refused(key, _("Khóa %(name)s có hai lần.") % {"name": name}, _("Giữ lại một."))
        mapping[name] = _value(value, depth + 1)
        mapping.lines[name] = key.start_mark.line + 1
    return mapping


def _scalar(node: ScalarNode) -> Any:
    text = str(node.value)
    kind = node.tag.removeprefix(STANDARD)
    if kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _Refused(node, _("Ngày %(text)s không có thật.") % {"text": text}, _("Sửa lại ngày.")) from None
    read: dict[str, Callable[[str], Any]] = {
        "null": lambda _text: None,
        "bool": lambda text: text == "true",
        "int": int,
        "float": float,
    }
    return read.get(kind, str)(text)
