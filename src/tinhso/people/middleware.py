"""Sessions: idle ones end, and an official takes the first steps before anything else."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.people.actors import needs_second_factor, second_factor_used

Respond = Callable[[HttpRequest], HttpResponse]

OFFICIAL_IDLE = 30 * 60  #: seconds; a desk in an office is passed by others (decision 0040)
CITIZEN_IDLE = 12 * 3600  #: a mother fills in a form between other things; drafts outlive the session anyway
SEEN_EVERY = 60  #: the session row is written at most this often


def _signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session


class IdleSessionMiddleware:
    """Log out a session that was idle too long (real time, not the business clock)."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _signed_in(request):
            self._watch(request)
        return self.respond(request)

    def _watch(self, request: HttpRequest) -> None:
        moment = int(time.time())
        seen = request.session.get("seen", moment)
        if moment - seen > request.session.get("idle", OFFICIAL_IDLE):
            logout(request)
            messages.info(request, _("Phiên làm việc đã hết vì lâu không dùng. Hãy đăng nhập lại để làm tiếp."))
        elif "seen" not in request.session or moment - seen >= SEEN_EVERY:
            if "idle" not in request.session:
                account: Any = request.user
                request.session["idle"] = OFFICIAL_IDLE if account.posts else CITIZEN_IDLE
            request.session["seen"] = moment


class FirstStepsMiddleware:
    """A first password is changed, and a second factor set up where the role demands it, before anything else."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        step = self._missing(request) if _signed_in(request) else None
        if step is None:
            return self.respond(request)
        back = {"next": request.get_full_path()} if request.method == "GET" else {}
        return HttpResponseRedirect(f"{reverse(step)}?{urlencode(back)}" if back else reverse(step))

    def _missing(self, request: HttpRequest) -> str | None:
        """The name of the page that must come first."""
        if request.path.startswith(("/api/", settings.STATIC_URL, "/dang-nhap/", "/dang-xuat/")):
            return None
        account: Any = request.user
        if not account.is_authenticated:
            return None
        if account.must_change_password:
            return None if request.path == reverse("account_change_password") else "account_change_password"
        if needs_second_factor(account) and not second_factor_used(request, account):
            return None if request.path.startswith("/tai-khoan/") else "mfa_activate_totp"
        return None
