"""Somebody came back from VNeID with a checked identity: sign in, or verify the account that is signed in."""

from collections.abc import Mapping
from typing import Any, cast

import structlog
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Problem
from tinhso.kernel.policy import ActedRequest
from tinhso.people import linking
from tinhso.people.contrib.vneid import claims

log = structlog.get_logger()


def arrived(request: HttpRequest, said: Mapping[str, Any], after: str) -> HttpResponse:
    """Act on what VNeID vouches for; a refusal is words on the page the reader came from."""
    actor = cast(ActedRequest, request).actor
    try:
        vouched = claims.read(str(said["sub"]), said, settings.VNEID.get("claims"))
        if actor.anonymous:
            account = linking.sign_in(vouched)
            response: HttpResponse = perform_login(request, account, redirect_url=after or None)
            return response
        linking.link(actor, vouched)
    except Problem as refused:
        return sorry(request, str(refused.detail), refused.code)
    messages.success(request, _("Danh tính của bạn đã được xác minh bằng VNeID."))
    return HttpResponseRedirect(after or reverse("people_account"))


def sorry(request: HttpRequest, words: str, why: str) -> HttpResponse:
    """Back to where it started, with a sentence; the reason goes to the log, without a word about the person."""
    log.warning("vneid.refused", why=why)
    messages.error(request, words)
    signed_in = not cast(ActedRequest, request).actor.anonymous
    return HttpResponseRedirect(reverse("people_account" if signed_in else "account_login"))
