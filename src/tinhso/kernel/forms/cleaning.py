"""What people type becomes data: names composed and trimmed, dates from three boxes, numbers without spaces.

Nothing is thrown away: a date that does not exist stays as typed, so that the page can show it again beside
the sentence that says what is wrong.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext as _

LONGEST = 10_000  #: characters in one box
DEEPEST = 8

#: Control characters, a broken decoding (U+FFFD), lone surrogates, and marks that turn the reading direction.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PARTS = ("day", "month", "year")


class FieldLike(Protocol):
    """What cleaning must know of a field."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...


@dataclass
class Cleaned:
    """The data, and for each JSON pointer a sentence on what could not be read."""

    data: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def clean(fields: Iterable[FieldLike], raw: Mapping[str, str]) -> Cleaned:
    """Data from a posted form. Dates come as ``name-day``, ``name-month``, ``name-year``; empty boxes are left out."""
    found = Cleaned()
    for each in fields:
        pointer = "/" + each.name
        read = _date if each.kind == "date" else _READERS.get(each.kind, _line)
        texts = {name: _text(raw.get(name, ""), pointer, found.errors) for name in _names(each)}
        value = read(each.name, texts, pointer, found.errors)
        if value is not None and value != "":
            found.data[each.name] = value
    return found


def tidy(data: Any) -> Cleaned:
    """Data that came as JSON: texts composed (NFC) and trimmed; unreadable characters named by pointer."""
    found = Cleaned()
    value = _tidied(data, "", found.errors, 0)
    if isinstance(value, dict):
        found.data = value
    else:
        found.errors[""] = _("Dữ liệu phải là một nhóm tên và giá trị.")
    return found


def _tidied(value: Any, pointer: str, errors: dict[str, str], depth: int) -> Any:
    if depth > DEEPEST:
        errors[pointer] = _("Dữ liệu lồng nhau quá sâu.")
        return None
    if isinstance(value, str):
        return _line("", {"": _text(value, pointer, errors)}, pointer, errors)
    if isinstance(value, Mapping):
        kept = {}
        for key, item in value.items():
            name = _UNREADABLE.sub("", str(key))[:100]
            kept[name] = _tidied(item, f"{pointer}/{escape(name)}", errors, depth + 1)
        return kept
    if isinstance(value, list | tuple):
        return [_tidied(item, f"{pointer}/{i}", errors, depth + 1) for i, item in enumerate(value[:1000])]
    return value


def escape(key: str) -> str:
    """A key as it stands in a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _names(each: FieldLike) -> tuple[str, ...]:
    if each.kind != "date":
        return (each.name,)
    return (*(f"{each.name}-{part}" for part in _PARTS), each.name)


def _text(text: str, pointer: str, errors: dict[str, str]) -> str:
    """The text composed, without what cannot be stored; what was removed is said."""
    composed = unicodedata.normalize("NFC", text[: LONGEST + 1]).replace("\r\n", "\n").replace("\r", "\n")
    readable = _UNREADABLE.sub("", composed)
    if readable != composed:
        errors[pointer] = _("Ô này có ký tự không đọc được. Xóa ô và gõ lại bằng bàn phím tiếng Việt Unicode.")
    if len(readable) > LONGEST:
        errors[pointer] = _("Nội dung quá dài. Rút gọn lại.")
    return readable[:LONGEST].strip()


Texts = Mapping[str, str]
Errors = dict[str, str]


def _line(name: str, texts: Texts, pointer: str, errors: Errors) -> Any:
    return texts[name]


def _name(name: str, texts: Texts, pointer: str, errors: Errors) -> Any:
    return " ".join(texts[name].split())


def _integer(name: str, texts: Texts, pointer: str, errors: Errors) -> Any:
    text = re.sub(r"[\s.]", "", texts[name])
    return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else texts[name]


def _digits(name: str, texts: Texts, pointer: str, errors: Errors) -> Any:
    """Numbers people write in groups: identity numbers, telephones."""
    return re.sub(r"[\s.\-]", "", texts[name])


def _checkbox(name: str, texts: Texts, pointer: str, errors: Errors) -> Any:
    return True if texts[name] else None


def _email(name: str, texts: Texts, pointer: str, errors: Errors) -> Any:
    return texts[name].replace(" ", "")


_READERS: dict[str, Callable[[str, Texts, str, Errors], Any]] = {
    "name": _name,
    "integer": _integer,
    "number": _digits,
    "phone": _digits,
    "checkbox": _checkbox,
    "email": _email,
}


def _date(name: str, texts: Texts, pointer: str, errors: Errors) -> Any:
    """An ISO date; as typed, with a sentence, when the boxes do not make one."""
    day, month, year = (texts[f"{name}-{part}"] for part in _PARTS)
    if not (day or month or year):
        typed = re.fullmatch(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})", texts[name])
        if typed is None:
            return texts[name]  # empty, or ISO from a browser without our boxes: the schema judges it
        day, month, year = typed.groups()
    wrong = _wrong_date(day, month, year)
    if wrong:
        errors.setdefault(pointer, wrong)
        return f"{year[:10]}-{month[:10]}-{day[:10]}"
    return f"{int(year):04d}-{int(month):02d}-{int(day):02d}"


def _wrong_date(day: str, month: str, year: str) -> str | None:
    if not (day and month and year):
        return _("Ghi đủ ngày, tháng và năm")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in (day, month, year)):
        return _("Ghi ngày, tháng, năm bằng chữ số")
    if len(year) != 4:
        return _("Ghi năm đủ 4 chữ số")
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return _("Không có ngày %(day)s/%(month)s/%(year)s. Xem lại ngày và tháng") % {
            "day": day,
            "month": month,
            "year": year,
        }
    return None
