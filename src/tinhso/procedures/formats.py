"""Formats that forms of the state need: identity numbers, judged by `tinhso.people.identifiers`."""

from collections.abc import Callable
from typing import Any

from tinhso.kernel.errors import Invalid
from tinhso.kernel.forms import formats
from tinhso.people import identifiers


def _judged_by(read: Callable[[str], Any]) -> Callable[[str], str | None]:
    def wrong(text: str) -> str | None:
        try:
            read(text)
        except Invalid as refusal:
            return str(refusal.detail)
        return None

    return wrong


formats.register("personal-number", _judged_by(identifiers.personal_number))
formats.register("old-card-number", _judged_by(identifiers.old_card))
formats.register("passport-number", _judged_by(identifiers.passport))
