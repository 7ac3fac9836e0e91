"""What people type becomes data that can be kept: texts composed (NFC) and trimmed, unreadable characters named.

Nothing is thrown away but what no database and no screen can carry.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

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
