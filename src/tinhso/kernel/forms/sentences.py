"""What to say when a schema's keyword is broken: plain words, always the remedy."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jsonschema.exceptions import ValidationError

from tinhso.kernel.forms.formats import formats

Maker = Callable[[Any, Mapping[str, Any]], str]

_TYPES = {
    "string": gettext_lazy("Ghi bằng chữ"),
    "integer": gettext_lazy("Ghi bằng số nguyên"),
    "number": gettext_lazy("Ghi bằng số"),
    "boolean": gettext_lazy("Chọn có hoặc không"),
    "object": gettext_lazy("Chỗ này phải là một nhóm thông tin"),
    "array": gettext_lazy("Chỗ này phải là một danh sách"),
    "null": gettext_lazy("Để trống chỗ này"),
}


def _required(limit: Any, schema: Mapping[str, Any]) -> str:
    title = str(schema.get("title", "")).strip()
    if not title:
        return _("Điền chỗ này")
    verb = _("Chọn %(what)s") if _is_choice(schema) else _("Ghi %(what)s")
    return verb % {"what": _within_sentence(title)}


def _is_choice(schema: Mapping[str, Any]) -> bool:
    return "enum" in schema or "oneOf" in schema or schema.get("type") == "boolean"


def _within_sentence(title: str) -> str:
    """ "Tên của trẻ" → "tên của trẻ"; an abbreviation keeps its capitals."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _type(limit: Any, schema: Mapping[str, Any]) -> str:
    first = limit if isinstance(limit, str) else (limit or ["string"])[0]
    return str(_TYPES.get(str(first), gettext_lazy("Xem lại chỗ này")))


def _min_length(limit: Any, schema: Mapping[str, Any]) -> str:
    return _required(limit, schema) if limit == 1 else _("Ghi ít nhất {limit} ký tự")


_SENTENCES: dict[str, Maker] = {
    "required": _required,
    "type": _type,
    "minLength": _min_length,
    "enum": lambda limit, schema: _("Chọn một trong các lựa chọn"),
    "const": lambda limit, schema: _("Chọn mục này để tiếp tục") if limit is True else _("Giá trị này không được nhận"),
    "oneOf": lambda limit, schema: _("Chọn một trong các lựa chọn"),
    "anyOf": lambda limit, schema: _("Chọn một trong các lựa chọn"),
    "maxLength": lambda limit, schema: _("Ghi tối đa {limit} ký tự"),
    "minimum": lambda limit, schema: _("Ghi số từ {limit} trở lên"),
    "maximum": lambda limit, schema: _("Ghi số không quá {limit}"),
    "exclusiveMinimum": lambda limit, schema: _("Ghi số lớn hơn {limit}"),
    "exclusiveMaximum": lambda limit, schema: _("Ghi số nhỏ hơn {limit}"),
    "multipleOf": lambda limit, schema: _("Ghi số chia hết cho {limit}"),
    "pattern": lambda limit, schema: _("Chỗ này chưa đúng dạng. Xem lại từng ký tự"),
    "minItems": lambda limit, schema: _("Thêm ít nhất {limit} mục"),
    "maxItems": lambda limit, schema: _("Giữ tối đa {limit} mục"),
    "uniqueItems": lambda limit, schema: _("Bỏ mục bị trùng"),
    "additionalProperties": lambda limit, schema: _("Biểu mẫu không có chỗ này. Bỏ đi"),
    "unevaluatedProperties": lambda limit, schema: _("Biểu mẫu không có chỗ này. Bỏ đi"),
    "x-not-after": lambda limit, schema: _("Ngày này phải trước hoặc đúng hôm nay, {today}"),
}


def sentence(keyword: str, error: ValidationError, schema: Any) -> str | None:
    """The sentence for a broken keyword, with ``{limit}`` and ``{today}`` still to fill; None when unknown."""
    if keyword == "format":
        return formats.sentence(str(error.validator_value), error.instance)
    maker = _SENTENCES.get(keyword)
    return maker(error.validator_value, schema if isinstance(schema, Mapping) else {}) if maker else None
