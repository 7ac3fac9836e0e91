"""Formats of text that are asserted. Upper floors register theirs; an unregistered one is only an annotation."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from django.utils.translation import gettext as _
from jsonschema import FormatChecker


class Formats:
    """``wrong(text)`` answers what to do about a text, None when it has the format."""

    def __init__(self) -> None:
        self.checker = FormatChecker(formats=())
        self._wrong: dict[str, Callable[[str], str | None]] = {}

    def register(self, name: str, wrong: Callable[[str], str | None]) -> None:
        def check(value: object) -> bool:
            return not isinstance(value, str) or wrong(value) is None

        self.checker.checks(name)(check)
        self._wrong[name] = wrong

    def __contains__(self, name: object) -> bool:
        return name in self._wrong

    def __iter__(self) -> Iterator[str]:
        return iter(self._wrong)

    def sentence(self, name: str, value: object) -> str | None:
        wrong = self._wrong.get(name)
        return wrong(value) if wrong is not None and isinstance(value, str) else None


formats = Formats()


def wrong_date(text: str) -> str | None:
    """What is wrong with a date that should be "2025-09-05"."""
    parts = text.split("-")
    if len(parts) != 3 or not all(parts):
        return _("Ghi đủ ngày, tháng và năm")
    year, month, day = parts
    if not all(part.isascii() and part.isdigit() for part in parts):
        return _("Ghi ngày, tháng, năm bằng chữ số")
    if len(year) != 4:
        return _("Ghi năm đủ 4 chữ số")
    try:
        date.fromisoformat(text)
    except ValueError:
        shown = {"day": day[:4], "month": month[:4], "year": year}
        return _("Không có ngày %(day)s/%(month)s/%(year)s. Xem lại ngày và tháng") % shown
    return None


def _wrong_email(text: str) -> str | None:
    good = re.fullmatch(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*\.[^@\s.]{2,}", text[:254])
    return None if good else _("Ghi thư điện tử dạng ten@vidu.vn")


formats.register("date", wrong_date)
formats.register("email", _wrong_email)
