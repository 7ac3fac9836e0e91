"""Who may send a change: a session cookie needs the CSRF token, a bearer token does not (no page can forge it)."""

from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.utils import check_csrf

from tinhso.kernel.errors import Denied

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Forged(Denied):
    """A change came with a session cookie but without the page's token."""

    code: ClassVar[str] = "csrf"
    title = _("Yêu cầu thiếu mã chống giả mạo: hãy tải lại trang rồi gửi lại")


def bearer(request: HttpRequest) -> str | None:
    """The token of an ``Authorization: Bearer`` header, if the request has one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def require_token(request: HttpRequest) -> None:
    """Raise Forged for an unsafe request that rides on a session cookie without its CSRF token."""
    if request.method in SAFE or bearer(request) is not None:
        return
    if settings.SESSION_COOKIE_NAME in request.COOKIES and check_csrf(request) is not None:
        raise Forged
