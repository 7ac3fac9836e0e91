"""What programs send to the API."""

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
        if isinstance(value, str) and not all_legible(value):
            raise ValueError(_("Có ký tự không đọc được. Gõ lại rồi gửi."))
        return value
