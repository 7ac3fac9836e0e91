"""Refusals and faults as pages: what happened, what becomes of your data, what to do next.

The API answers the same problems as JSON (RFC 9457) through its own handlers; addresses under /api/ that lead
nowhere are answered so here.
"""

import sys
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.loader import get_template, render_to_string
from django.urls import is_valid_path
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.kernel import navigation
from tinhso.kernel.disk import is_full
from tinhso.kernel.errors import Denied, NoRoom, NotFound, Problem, TooLarge, Unauthenticated
from tinhso.kernel.http.problems import problem_response
from tinhso.kernel.navigation import Menu
from tinhso.kernel.province import province

log = structlog.get_logger()


@dataclass(frozen=True)
class Face:
    """How a status looks: icon, its colour, and what becomes of what was typed."""

    icon: str
    tone: str
    kept: str | Promise = ""
    again: bool = False  #: offer the page the reader came from


@dataclass(frozen=True)
class Action:
    """One thing to do next."""

    words: str
    url: str


FACES: dict[int, Face] = {
    400: Face("circle-question-mark", "text-muted", gettext_lazy("Chưa có gì thay đổi."), again=True),
    401: Face("key-round", "text-paused", gettext_lazy("Những gì đã lưu còn nguyên.")),
    403: Face("lock", "text-paused"),
    404: Face("search-x", "text-muted"),
    409: Face("users-round", "text-soon", gettext_lazy("Việc bạn vừa bấm chưa được thực hiện."), again=True),
    412: Face("refresh-cw", "text-soon", gettext_lazy("Việc bạn vừa bấm chưa được thực hiện."), again=True),
    413: Face("file-x", "text-late", gettext_lazy("Những ô đã lưu còn nguyên."), again=True),
    422: Face("octagon-alert", "text-late", gettext_lazy("Chưa có gì thay đổi."), again=True),
    429: Face("hourglass", "text-soon", gettext_lazy("Những gì đã lưu còn nguyên.")),
    500: Face("unplug", "text-late", gettext_lazy("Những gì đã lưu trước lúc này vẫn được giữ.")),
    503: Face("unplug", "text-soon", gettext_lazy("Những gì đã lưu trước lúc này vẫn được giữ.")),
    507: Face("unplug", "text-late", again=True),
}


class BadRequest(Problem):
    """The request itself is malformed."""


class WrongMethod(Problem):
    """An address that only takes what a form sends was opened as a page, or the other way round."""

    status, code, title = 405, "wrong-method", gettext_lazy("Địa chỉ này không mở trực tiếp được")


class ExpiredForm(Problem):
    """The form's CSRF token is missing or old."""

    status, code, title = 403, "expired-form", gettext_lazy("Trang này mở đã lâu nên chưa gửi được")


class ServerFault(Problem):
    status, code, title = 500, "fault", gettext_lazy("Trang này đang lỗi, không phải do bạn")


class Resting(Problem):
    status, code, title = 503, "unavailable", gettext_lazy("Hệ thống đang tạm nghỉ")


def reference() -> str:
    """A short code that leads support to the log lines of this request (the end of its request id)."""
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    return f"{request_id[-8:-4]}-{request_id[-4:]}".upper() if request_id else ""


def came_from(request: HttpRequest) -> str:
    """The page of ours that the reader came from, else this one when it can be opened again, else the first page."""
    referrer = request.headers.get("Referer", "")
    if referrer and url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return referrer
    return request.get_full_path() if request.method == "GET" else "/"


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def on_desk(request: HttpRequest) -> bool:
    """Whether this address belongs to officials' pages: it shares its first segment with an entry of their menu."""
    actor = navigation.acting(request)
    if actor.anonymous:
        return False
    segment = request.path.split("/")[1]
    return bool(segment) and any(e.url.split("/")[1] == segment for e in navigation.entries(Menu.DESK, actor))


def respond(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer to a refusal: a page, a way to log in, or JSON for programs."""
    if is_api(request):
        return _as_json(problem)
    if isinstance(problem, Unauthenticated) and request.method == "GET":
        return _to_login(request)
    desk = on_desk(request)
    body = render_to_string(
        "errors/problem.html", _words(request, problem, "desk.html" if desk else "site.html"), request
    )
    return _finish(HttpResponse(body, status=problem.status), problem)


def _as_json(problem: Problem) -> HttpResponse:
    return _finish(problem_response(problem), problem)


def _login_url(request: HttpRequest, back: str) -> str:
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"


def _to_login(request: HttpRequest) -> HttpResponse:
    target = _login_url(request, request.get_full_path())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _words(request: HttpRequest, problem: Problem, layout: str) -> dict[str, Any]:
    detail = str(problem.detail)
    title = str(problem.title)
    if isinstance(problem, Denied) and detail == title:
        detail = _("Trang này dành cho vai trò khác với tài khoản bạn đang dùng.")
    return {
        "layout": layout,
        "face": FACES.get(problem.status, FACES[400]),
        "title": title,
        "detail": detail if detail != title else "",
        "fields": [str(words) for words in problem.fields.values()],
        "actions": _actions(request, problem),
        "status": problem.status,
        "reference": reference(),
    }


def _actions(request: HttpRequest, problem: Problem) -> list[Action]:
    """The first is the one to press."""
    face = FACES.get(problem.status, FACES[400])
    home = Action(_("Về trang đầu"), "/")
    if problem.status == 403 and (first := navigation.first_url(Menu.DESK, navigation.acting(request))):
        home = Action(_("Về trang làm việc của bạn"), first)
    elif on_desk(request):
        home = Action(_("Về danh sách"), navigation.entries(Menu.DESK, navigation.acting(request))[0].url)
    if isinstance(problem, Unauthenticated):
        return [Action(_("Đăng nhập để tiếp tục"), _login_url(request, came_from(request))), home]
    if isinstance(problem, ExpiredForm):
        return [Action(_("Mở lại trang vừa điền"), came_from(request)), home]
    if problem.status in {409, 412}:
        return [Action(_("Xem nội dung mới"), came_from(request)), home]
    return [Action(_("Quay lại"), came_from(request)), home] if face.again else [home]


def _finish(response: HttpResponse, problem: Problem) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    if problem.status in {429, 503, 507}:
        response.headers.setdefault("Retry-After", "60")
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400, also for bodies over the limit (413)."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return respond_plainly(request, TooLarge(_("Nội dung gửi lên quá lớn. Bớt tệp hoặc chọn ảnh nhỏ hơn.")))
    return respond_plainly(
        request, BadRequest(_("Địa chỉ hoặc nội dung gửi lên không đọc được. Mở lại trang rồi thử."))
    )


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403"""
    return respond(request, Denied())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404. An address typed with one slash too many leads to its page."""
    plain = request.path.rstrip("/")
    if plain and plain != request.path and request.method == "GET" and is_valid_path(plain):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"/{plain.lstrip('/')}" + (f"?{query}" if query else ""))
    return respond(
        request, NotFound(_("Địa chỉ này không dẫn tới trang nào. Có thể trang đã chuyển, hoặc địa chỉ gõ thiếu."))
    )


def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the usual cause is a page left open over a log-in or log-out."""
    return respond(
        request,
        ExpiredForm(
            _("Bạn đã đăng nhập, đăng xuất ở thẻ khác hoặc trình duyệt chặn cookie. Mở lại trang rồi gửi lần nữa.")
        ),
    )


def fault(request: HttpRequest) -> HttpResponse:
    """handler500: must not need the database, the session or the reader's account."""
    error = sys.exc_info()[1]
    if is_full(error):
        return respond_plainly(request, NoRoom())
    if isinstance(error, OperationalError | InterfaceError):
        return respond_plainly(request, Resting(_("Cơ sở dữ liệu chưa trả lời. Thử lại sau 1 phút.")))
    return respond_plainly(request, ServerFault(_("Thử lại sau 1 phút.")))


def respond_plainly(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A page made of files only: no context processor runs, nothing is read about the reader."""
    if is_api(request):
        return _as_json(problem)
    again = request.get_full_path() if request.method == "GET" and problem.status >= 500 else "/"
    words: dict[str, Any] = {
        "face": FACES.get(problem.status, FACES[400]),
        "title": str(problem.title),
        "detail": str(problem.detail),
        "actions": [Action(_("Thử lại") if again != "/" else _("Về trang đầu"), again)],
        "status": problem.status,
        "reference": reference(),
        "province": province(),
    }
    return _finish(HttpResponse(get_template("errors/plain.html").render(words), status=problem.status), problem)
