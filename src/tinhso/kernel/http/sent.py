"""What programs send to the API."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, field_validator

from tinhso.kernel.legible import all_legible


class Sent(Schema):
    """What a program sends: known members only, in text that reads as it is written."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="after")
    @classmethod
    def _readable(cls, value: object) -> object:
        if not all(map(all_legible, _texts(value))):
            raise ValueError(_("Có ký tự không đọc được. Gõ lại rồi gửi."))
        return value


def _texts(value: object) -> Iterator[str]:
    """The texts of a member: itself, the entries of a list, names and values of a map. Deeper ones have checks of
    their own (forms)."""
    inner = (*value, *value.values()) if isinstance(value, dict) else value if isinstance(value, list) else (value,)
    yield from (text for text in inner if isinstance(text, str))
