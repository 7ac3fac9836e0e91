"""How people are reached and how they name their account: an e-mail address or a telephone number."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import Invalid


def normal_login(text: str) -> str:
    """A log-in name as it is stored: lower case; a telephone number in its national form ``0912345678``."""
    trimmed = text.replace("\x00", "").strip().lower()
    digits = re.sub(r"[\s.()-]", "", trimmed)
    if re.fullmatch(r"(\+?84|0)\d{9}", digits):
        return re.sub(r"^\+?84", "0", digits) if not digits.startswith("0") else digits
    return trimmed


def is_phone(contact: str) -> bool:
    return bool(re.fullmatch(r"0\d{9}", contact))


def read_contact(text: str) -> str:
    """An e-mail address or Vietnamese telephone number in its stored form. Raises Invalid."""
    contact = normal_login(text)
    if is_phone(contact):
        return contact
    try:
        validate_email(contact)
    except ValidationError:
        sentence = _("Hãy ghi số điện thoại 10 chữ số, hoặc địa chỉ thư điện tử như ten@vidu.vn.")
        raise Invalid(sentence, fields={"contact": sentence}) from None
    return contact
