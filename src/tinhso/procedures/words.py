"""Stored answers as a person reads them."""

from django.utils.translation import gettext as _

from tinhso.procedures.spec import Field


def in_words(field: Field, value: object) -> str:
    """The value in words: dates as 05/09/2025, choices by their label; empty for no answer."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if field.kind == "date":
        return "/".join(reversed(str(value).split("-")))
    return next((c.label for c in field.choices if c.value == str(value)), str(value))
