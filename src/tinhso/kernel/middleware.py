"""What every request passes through: a request id, who acts, and problems turned into words."""

import re
from collections.abc import Callable
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tinhso.kernel import problems
from tinhso.kernel.disk import is_full
from tinhso.kernel.errors import Invalid, NoRoom, Problem
from tinhso.kernel.ids import new_id
from tinhso.kernel.proxies import PROXIED
from tinhso.kernel.registries import actor_of

Respond = Callable[[HttpRequest], HttpResponse]

#: What nginx writes as `$request_id`.
PROXY_ID = re.compile("[0-9a-f]{32}")


def _of_the_proxy(request: HttpRequest) -> str:
    """The id that a trusted proxy gave the request, so that its log and ours name it alike; else nothing."""
    given = request.headers.get("X-Request-ID", "") if PROXIED in request.META else ""
    return str(UUID(given)) if PROXY_ID.fullmatch(given) else ""


class RequestIdMiddleware:
    """Give each request an id; it is in every log line and in the X-Request-ID answer header."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = _of_the_proxy(request) or str(new_id())
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.respond(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        response["X-Request-ID"] = request_id
        return response


class QuestionMiddleware:
    """Read a question (``?q=…``) without NUL characters and refuse a form with one: no keyboard types it, and no column
    of PostgreSQL holds it, so that it would end as a fault. For what programs send see `http.Sent`."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.META.get("QUERY_STRING", "")
        while "%00" in asked:  # what is left may make a new one: %0%000
            asked = asked.replace("%00", "")
        request.META["QUERY_STRING"] = asked
        return self.respond(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Called by Django before the view, after the form's token was checked."""
        if request.method != "POST" or problems.is_api(request):
            return None
        if not any("\0" in text for name, texts in request.POST.lists() for text in (name, *texts)):
            return None
        return problems.respond(request, Invalid(_("Có ký tự không đọc được. Quay lại, xóa ô đó và gõ lại.")))


class CompressionMiddleware(GZipMiddleware):
    """Compress pages; the base class adds random length against BREACH. Files of Vite travel compressed already, and
    API answers keep their strong ETags for If-Match."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class LanguageMiddleware:
    """Vietnamese unless the reader chose otherwise (the cookie of the language switch).

    Many telephones here speak English by default while their owners read Vietnamese, so pages do not follow the
    browser's header. Programs that use the API say what they want in Accept-Language.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._wanted(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.respond(request)
        response.headers.setdefault("Content-Language", language)
        return response

    @staticmethod
    def _wanted(request: HttpRequest) -> str:
        known = dict(settings.LANGUAGES)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen in known:
            return chosen
        if request.path.startswith("/api/"):
            return translation.get_language_from_request(request)
        return settings.LANGUAGE_CODE


class ActorMiddleware:
    """Set ``request.actor``, built when first looked at."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        response = self.respond(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # The counter's and the internet shop's computers are shared: Back shows nothing after the log-out.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class ProblemMiddleware:
    """Turn a Problem raised by a page into a page in words (the API has its own handler)."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if response.status_code == 405 and not response.content and not problems.is_api(request):
            refused = problems.respond(request, problems.WrongMethod(_("Mở lại trang rồi bấm nút trên trang.")))
            refused["Allow"] = response["Allow"]
            return refused
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django with what a view raised; None leaves other exceptions to the fault page."""
        if isinstance(exception, Problem):
            return problems.respond(request, exception)
        return problems.respond(request, NoRoom()) if is_full(exception) else None
