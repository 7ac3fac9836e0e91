"""Log-ins of programs: a bearer token, kept here only as its SHA-256, that ends by itself and with the password."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, Unauthenticated
from tinhso.people.actors import digest, roles_of, with_posts
from tinhso.people.adapters import NO_ENTRY
from tinhso.people.entrance import check_second_factor, has_second_factor, try_password
from tinhso.people.models import Token

OFFICIAL_LIFE = timedelta(hours=8)
CITIZEN_LIFE = timedelta(hours=12)


class SecondFactorNeeded(Unauthenticated):
    """The password was right; this account also gives a one-time code."""

    code: ClassVar[str] = "second-factor"


@dataclass(frozen=True)
class Issued:
    """A token, shown this once."""

    token: str
    expires_at: datetime


def open_session(request: HttpRequest, login: str, password: str, code: str = "") -> Issued:
    """A token for the right log-in name, password and, where the account has one, second factor.

    Raises Unauthenticated (alike for unknown, wrong and closed), SecondFactorNeeded, TooMany.
    """
    account = try_password(request, login, password)
    if account is None:
        raise Unauthenticated(NO_ENTRY)
    strong = has_second_factor(account)
    if strong:
        if not code:
            raise SecondFactorNeeded(_("Tài khoản này cần thêm mã xác thực: gửi lại với code."))
        try:
            check_second_factor(account, code)
        except Invalid as wrong:
            raise Unauthenticated(wrong.detail) from None
    token = secrets.token_urlsafe(32)
    official = bool(roles_of(with_posts().get(pk=account.pk)))
    expires_at = clock.real() + (OFFICIAL_LIFE if official else CITIZEN_LIFE)
    Token.objects.create(
        account=account,
        digest=digest(token),
        strong=strong,
        auth_hash=account.get_session_auth_hash(),
        expires_at=expires_at,
    )
    return Issued(token, expires_at)


def close_session(token: str) -> None:
    """The token opens nothing any more; closing twice is the same."""
    Token.objects.filter(digest=digest(token)).delete()


def forget_expired() -> int:
    """Remove tokens that ended; how many."""
    return Token.objects.filter(expires_at__lt=clock.real()).delete()[0]
