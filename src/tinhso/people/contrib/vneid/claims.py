"""Reading what VNeID says of its holder. Its claims are not public (NOT VERIFIED): their names are settings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel.errors import Invalid
from tinhso.people.actions import SeenIdentity
from tinhso.people.identifiers import checked
from tinhso.people.linking import Vouched
from tinhso.people.models import IdentifierKind, Sex

#: Our field → the claim's name. The standard OpenID names where there are some; `number` is a guess.
DEFAULT_CLAIMS = {
    "number": "personal_identification_number",
    "full_name": "name",
    "birth_date": "birthdate",
    "sex": "gender",
    "residence": "address",
}
SEXES = {"male": Sex.MALE, "nam": Sex.MALE, "female": Sex.FEMALE, "nữ": Sex.FEMALE}


def read(subject: str, said: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Vouched:
    """The identity in the claims. Raises Invalid when what is needed is missing or of the wrong shape."""
    claims = {field: said.get(name) for field, name in {**DEFAULT_CLAIMS, **(names or {})}.items()}
    number, full_name = claims["number"], claims["full_name"]
    if not isinstance(number, str) or not isinstance(full_name, str) or not full_name.strip():
        raise Invalid(_("VNeID không cho biết đủ họ tên và số định danh nên chưa xác minh được."))
    born = _day(claims["birth_date"])
    sex = SEXES.get(str(claims["sex"] or "").strip().lower(), "")
    residence = claims["residence"]
    if isinstance(residence, Mapping):
        residence = residence.get("formatted")
    return Vouched(
        subject,
        SeenIdentity(
            full_name=full_name[:200],
            birth_date=born,
            sex=str(sex),
            kind=IdentifierKind.CCCD,
            number=checked(IdentifierKind.CCCD, number, birth_date=born, sex=str(sex)),
            residence=residence[:300] if isinstance(residence, str) else "",
        ),
    )


def _day(text: Any) -> date | None:
    """A birth date as OpenID writes it. Raises Invalid."""
    if text in (None, ""):
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise Invalid(_("VNeID trả về ngày sinh không đọc được nên chưa xác minh được.")) from None
