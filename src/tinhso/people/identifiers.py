"""The structure of identity numbers and tax codes.

Personal number / CCCD: ``PPP G YY RRRRRR`` (Decree 137/2015/NĐ-CP art. 13, Circular 59/2021/TT-BCA; the
structure is what public code bases agree on, the legal text was not read: NOT VERIFIED). It has no check digit.
Tax code: ten digits, the last a check digit with weights 31 29 23 19 17 13 7 5 3 mod 11, and an
optional branch of three digits (structure after python-stdnum; NOT VERIFIED against the circular).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import Invalid, Text
from tinhso.people.models import IdentifierKind, OrganisationIdentifier, Sex

#: Codes of the 63 provinces as they stand in the first three digits; kept after the mergers of 2025.
# fmt: off
PROVINCES = frozenset((
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33,
    34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66,
    67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
))
# fmt: on
FOREIGN_BORN = 100  #: from here on codes of countries; their list is not checked (NOT VERIFIED)
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@dataclass(frozen=True)
class PersonalNumber:
    """What a twelve-digit number says of its holder."""

    number: str
    place: int  #: province (or country) where the birth was registered
    sex: Sex
    birth_year: int


def personal_number(text: str) -> PersonalNumber:
    """Read a CCCD or personal number. Raises Invalid with a sentence that says what is wrong."""
    number = plain(text)
    if not re.fullmatch(r"[0-9]{12}", number):
        raise Invalid(_("Số căn cước có đúng 12 chữ số. Bạn hãy xem lại mặt trước của thẻ."))
    place, gender, year = int(number[:3]), int(number[3]), int(number[4:6])
    if place < FOREIGN_BORN and place not in PROVINCES:
        raise Invalid(_("Ba số đầu của số căn cước không phải mã của tỉnh nào. Bạn hãy xem lại từng số."))
    return PersonalNumber(number, place, Sex.FEMALE if gender % 2 else Sex.MALE, 1900 + 100 * (gender // 2) + year)


def check_consistent(number: PersonalNumber, *, birth_date: date | None, sex: str) -> None:
    """The number agrees with the birth date and sex that stand beside it. Raises Invalid."""
    if birth_date is not None and birth_date.year != number.birth_year:
        raise Invalid(_("Năm sinh không khớp với số căn cước. Bạn hãy xem lại cả hai."))
    if sex and sex != number.sex:
        raise Invalid(_("Giới tính không khớp với số căn cước. Bạn hãy xem lại cả hai."))


def old_card(text: str) -> str:
    """A nine-digit CMND (issued until 2024, still on older papers). Raises Invalid."""
    number = plain(text)
    if not re.fullmatch(r"[0-9]{9}", number):
        raise Invalid(_("Số chứng minh nhân dân có đúng 9 chữ số."))
    return number


def passport(text: str) -> str:
    """A passport number: capital letters and digits (ICAO 9303 gives it at most nine). Raises Invalid."""
    number = plain(text).upper()
    if not re.fullmatch(r"[A-Z0-9]{5,9}", number):
        raise Invalid(_("Số hộ chiếu có từ 5 đến 9 chữ cái và chữ số, không dấu."))
    return number


def tax_code(text: str) -> str:
    """A tax code of ten digits, or thirteen with a branch, written ``0314409058-002``. Raises Invalid."""
    number = plain(text)
    if re.fullmatch(r"[0-9]{13}", number):
        number = f"{number[:10]}-{number[10:]}"
    if not re.fullmatch(r"[0-9]{10}(-[0-9]{3})?", number):
        raise Invalid(_("Mã số thuế có 10 chữ số, hoặc 13 chữ số với đơn vị phụ thuộc."))
    check = 10 - sum(w * int(d) for w, d in zip(TAX_WEIGHTS, number[:9], strict=True)) % 11
    if check != int(number[9]) or number.endswith("-000"):
        raise Invalid(_("Mã số thuế này không đúng: số kiểm tra không khớp. Bạn hãy xem lại từng số."))
    return number


def plain(text: str) -> str:
    """Without the spaces and dots people write between digits."""
    return re.sub(r"[\s.]", "", text)


_READERS: dict[str, Callable[[str], str]] = {
    IdentifierKind.CCCD: lambda text: personal_number(text).number,
    IdentifierKind.PERSONAL_NUMBER: lambda text: personal_number(text).number,
    IdentifierKind.CMND: old_card,
    IdentifierKind.PASSPORT: passport,
    OrganisationIdentifier.Kind.TAX_CODE: tax_code,
    OrganisationIdentifier.Kind.HOUSEHOLD_BUSINESS_CODE: plain,
}


def checked(kind: str, text: str, *, birth_date: date | None = None, sex: str = "") -> str:
    """The number in its stored form. Raises Invalid when its structure, or what it says, is wrong."""
    read = _READERS.get(kind)
    if read is None:
        raise Invalid(fields={"kind": _("Chưa hỗ trợ loại giấy tờ này.")})
    try:
        if kind in (IdentifierKind.CCCD, IdentifierKind.PERSONAL_NUMBER):
            check_consistent(personal_number(text), birth_date=birth_date, sex=sex)
        return read(text)
    except Invalid as wrong:
        sentence: Text = wrong.detail
        raise Invalid(sentence, fields={"number": sentence}) from None
