"""What people type becomes data that can be kept: texts composed (NFC) and trimmed, unreadable characters named.

Nothing is thrown away but what no database and no screen can carry: a date that does not exist stays as typed, so
that the page can show it again beside the sentence that `validate` says about it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from tinhso.kernel.forms.formats import wrong_date

LONGEST = 10_000  #: characters in one text
DEEPEST = 8
MOST_ITEMS = 1_000

#: Control characters, a broken decoding (U+FFFD), lone surrogates, and marks that turn the reading direction.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


@dataclass
class Cleaned:
    """The data, and for each JSON pointer a sentence on what could not be read."""

    data: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class FieldLike(Protocol):
    """What cleaning must know of a field."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...


def clean(fields: Iterable[FieldLike], raw: Mapping[str, str]) -> Cleaned:
    """Data from a posted form. Dates come as ``name-day``, ``name-month``, ``name-year``; empty boxes are left out."""
    found = Cleaned()
    for each in fields:
        texts = {name: _text(raw.get(name, ""), "/" + each.name, found.errors) for name in _boxes(each)}
        value = _date(each.name, texts) if each.kind == "date" else _READERS.get(each.kind, str)(texts[each.name])
        if value is not None and value != "":
            found.data[each.name] = value
    return found


def tidy(data: Any) -> Cleaned:
    """Data that came as JSON, as it can be kept, right or wrong."""
    found = Cleaned()
    value = _tidied(data, "", found.errors, 0)
    if isinstance(value, dict):
        found.data = value
    else:
        found.errors[""] = _("Dữ liệu phải là một nhóm tên và giá trị.")
    return found


def escape(key: str) -> str:
    """A key as it stands in a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _tidied(value: Any, pointer: str, errors: dict[str, str], depth: int) -> Any:
    if depth > DEEPEST:
        errors[pointer] = _("Dữ liệu lồng nhau quá sâu.")
        return None
    if isinstance(value, str):
        return _text(value, pointer, errors)
    if isinstance(value, Mapping):
        kept = {}
        for key, item in list(value.items())[:MOST_ITEMS]:
            name = _UNREADABLE.sub("", str(key))[:100]
            kept[name] = _tidied(item, f"{pointer}/{escape(name)}", errors, depth + 1)
        return kept
    if isinstance(value, list | tuple):
        return [_tidied(item, f"{pointer}/{i}", errors, depth + 1) for i, item in enumerate(value[:MOST_ITEMS])]
    return value


def _text(text: str, pointer: str, errors: dict[str, str]) -> str:
    """The text composed, without what cannot be stored; what was removed is said."""
    composed = unicodedata.normalize("NFC", text[: LONGEST + 1]).replace("\r\n", "\n").replace("\r", "\n")
    readable = _UNREADABLE.sub("", composed)
    if readable != composed:
        errors[pointer] = _("Ô này có ký tự không đọc được. Xóa ô và gõ lại bằng bàn phím tiếng Việt Unicode.")
    if len(readable) > LONGEST:
        errors[pointer] = _("Nội dung quá dài. Rút gọn lại.")
    return re.sub(r"[ \t\u00a0]+", " ", readable[:LONGEST]).strip()


_PARTS = ("day", "month", "year")


def _boxes(each: FieldLike) -> tuple[str, ...]:
    if each.kind != "date":
        return (each.name,)
    return (*(f"{each.name}-{part}" for part in _PARTS), each.name)


def _date(name: str, texts: Mapping[str, str]) -> str:
    """An ISO date, or what was typed in its order."""
    day, month, year = (texts[f"{name}-{part}"] for part in _PARTS)
    if not (day or month or year):
        typed = re.fullmatch(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})", texts[name])
        if typed is None:
            return texts[name]  # empty, or ISO from a program without our boxes: the schema judges it
        day, month, year = typed.groups()
    padded = f"{year}-{month.zfill(2)}-{day.zfill(2)}"
    return padded if wrong_date(padded) is None else f"{year[:10]}-{month[:10]}-{day[:10]}"


def _number(text: str) -> int | float | str:
    """1.234,5 as Vietnamese writes it; what is no number stays text for validation to name."""
    if re.fullmatch(r"-?[0-9]{1,15}|-?[0-9]{1,3}(\.[0-9]{3}){1,4}", text):
        return int(text.replace(".", ""))
    if re.fullmatch(r"-?([0-9]{1,12}|[0-9]{1,3}(\.[0-9]{3}){1,3}),[0-9]{1,6}", text):
        return float(text.replace(".", "").replace(",", "."))
    return text


def _phone(text: str) -> str:
    return re.sub(r"[\s.\-]", "", text)


_READERS: dict[str, Callable[[str], Any]] = {
    "integer": _number,
    "number": _number,
    "phone": _phone,
    "checkbox": lambda text: True if text else None,
    "yesno": lambda text: {"true": True, "false": False}.get(text),
    "email": lambda text: text.replace(" ", ""),
}
