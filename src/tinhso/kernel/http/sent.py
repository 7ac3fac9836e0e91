"""What programs send to the API."""

from collections.abc import Iterator
from typing import get_args

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, ValidationInfo, field_validator

from tinhso.kernel.legible import all_legible


class Sent(Schema):
    """What a program sends: known members only, in text that reads as it is written."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _counted(cls, value: object, known: ValidationInfo) -> object:
        """Pydantic reads `true` as 1: an amount of one đồng that nobody meant."""
        given = value if isinstance(value, list) else [value]
        if any(isinstance(one, bool) for one in given) and _number(cls.model_fields[known.field_name or ""].annotation):
            raise ValueError(_("Ghi một số, không phải true hay false."))
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _readable(cls, value: object) -> object:
        if not all(map(all_legible, _texts(value))):
            raise ValueError(_("Có ký tự không đọc được. Gõ lại rồi gửi."))
        return value


def _number(kind: object) -> bool:
    """A number, one or nothing, or a list of numbers."""
    kinds = set(_kinds(kind))
    return bool(kinds & {int, float}) and bool not in kinds


def _kinds(kind: object) -> Iterator[object]:
    yield kind
    for inner in get_args(kind):
        yield from _kinds(inner)


def _texts(value: object) -> Iterator[str]:
    """The texts of a member: itself, the entries of a list, names and values of a map. Deeper ones have checks of
    their own (forms)."""
    inner = (*value, *value.values()) if isinstance(value, dict) else value if isinstance(value, list) else (value,)
    yield from (text for text in inner if isinstance(text, str))
