"""What programs send to people's API."""

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import field_validator


class Sent(Schema):
    """What a program sends: text that PostgreSQL can hold."""

    @field_validator("*", mode="after")
    @classmethod
    def _no_nul(cls, value: object) -> object:
        if isinstance(value, str) and "\x00" in value:
            raise ValueError(_("Có ký tự không đọc được."))
        return value
