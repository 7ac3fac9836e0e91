"""What was typed into a page whose session had ended: kept over the log-in and shown again. Nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.urls import reverse

from tinhso.kernel.errors import TooMany
from tinhso.kernel.policy import ActedRequest
from tinhso.kernel.throttle import network_of, spend
from tinhso.people.entrance import address_of

_KEY = "typed_before_login"
#: Longest form kept, in characters; the longest topic of the pack is far below.
_LIMIT = 60_000
#: Forms kept for one address in an hour: an office or a school shares one.
KEPT_AN_HOUR = 200

View = Callable[..., HttpResponse]


def keeps_typed(back: str = "") -> Callable[[View], View]:
    """Send an anonymous visitor to log in and come back; a form they sent waits in their session meanwhile.

    ``back`` names the page that holds the form, for addresses that only take what is sent.
    """

    def wear(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not cast(ActedRequest, request).actor.anonymous:
                return view(request, *args, **kwargs)
            target = request.get_full_path() if request.method == "GET" else request.path
            if back:
                target = reverse(back, kwargs=kwargs)
            if request.method == "POST":
                typed = request.POST.urlencode()
                if len(typed) <= _LIMIT and _has_room(request):
                    request.session[_KEY] = {"path": target, "typed": typed}
            return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': target})}")

        return kept

    return wear


def _has_room(request: HttpRequest) -> bool:
    """Whether this address may have one more form kept: each is a session on disk, and a stranger sends it."""
    try:
        spend(f"typed-from:{network_of(address_of(request))}", KEPT_AN_HOUR, timedelta(hours=1))
    except TooMany:
        return False
    return True


def typed_before_login(request: HttpRequest) -> QueryDict | None:
    """What was sent to this very page before the log-in, once."""
    waiting = request.session.get(_KEY)
    if not isinstance(waiting, dict) or waiting.get("path") != request.path:
        return None
    del request.session[_KEY]
    return QueryDict(waiting["typed"])
