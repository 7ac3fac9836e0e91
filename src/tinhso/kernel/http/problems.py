"""Problem details (RFC 9457): every refusal of the API is one JSON shape, in words, with field pointers."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from tinhso.kernel.disk import is_full
from tinhso.kernel.errors import Denied, Invalid, NoRoom, NotFound, Problem, TooLarge, TooMany, Unauthenticated

MEDIA_TYPE = "application/problem+json"
KINDS = "urn:tinhso:problem:"  #: the ``type`` of a problem is this and its code


class FieldProblem(Schema):
    """One place to correct."""

    pointer: str = Field(description="RFC 6901 pointer into what was sent, such as `#/child/full_name`")
    place: str = Field(description="body, query, path, header, form or file")
    detail: str


class ProblemOut(Schema):
    """RFC 9457. ``detail`` says what to do, in the language of Accept-Language (Vietnamese by default)."""

    type: str
    code: str = Field(description="the last part of ``type``")
    title: str
    status: int
    detail: str
    instance: str = Field(description="the id of the request, as in X-Request-ID and in the logs")
    errors: list[FieldProblem] = []


def problem_response(problem: Problem, *, errors: Iterable[FieldProblem] = ()) -> HttpResponse:
    """The answer for a Problem; its ``fields`` become pointers into the body."""
    found = [*errors, *(FieldProblem(pointer=pointer(k), place="body", detail=str(v)) for k, v in _fields(problem))]
    return respond(problem.status, problem.code, str(problem.title), str(problem.detail), found)


def respond(status: int, code: str, title: str, detail: str, errors: Iterable[FieldProblem] = ()) -> HttpResponse:
    body = ProblemOut(
        type=KINDS + code,
        code=code,
        title=title,
        status=status,
        detail=detail,
        instance=f"urn:uuid:{structlog.contextvars.get_contextvars().get('request_id', '')}",
        errors=list(errors),
    ).model_dump(exclude_defaults=True)
    response = JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def pointer(path: str) -> str:
    """``child.full_name``, ``/child/full_name`` and ``#/child/full_name`` name the same place."""
    if path.startswith("#"):
        return path
    return "#" + (path if path.startswith("/") else "/" + path.replace(".", "/"))


def _fields(problem: Problem) -> Iterable[tuple[str, str | Promise]]:
    return problem.fields.items()


def install(api: NinjaAPI) -> None:
    """Answer every error of an API operation as a problem."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(ValidationError, _validation)
    api.add_exception_handler(Http404, lambda request, error: problem_response(NotFound()))
    api.add_exception_handler(PermissionDenied, lambda request, error: problem_response(Denied()))
    api.add_exception_handler(RequestDataTooBig, lambda request, error: problem_response(_too_big()))
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(OSError, _no_room)


def _too_big() -> TooLarge:
    return TooLarge(_("Nội dung gửi lên quá lớn. Hãy gửi tệp bằng cách tải tệp lên, mỗi tệp một lần."))


def _problem(request: HttpRequest, error: Problem | type[Problem]) -> HttpResponse:
    return problem_response(error() if isinstance(error, type) else error)


def _no_room(request: HttpRequest, error: OSError | type[OSError]) -> HttpResponse:
    """A full disk has words of its own; other faults of files stay faults."""
    if isinstance(error, OSError) and is_full(error):
        return problem_response(NoRoom())
    raise error


def _http_error(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    """Errors that the framework itself raises: a body that is not JSON, mostly."""
    return of_status(HTTPStatus.BAD_REQUEST if isinstance(error, type) else error.status_code)


def of_status(status: int) -> HttpResponse:
    """A problem when all that is known is an HTTP status."""
    known: dict[int, Problem] = {
        401: Unauthenticated(),
        403: Denied(),
        404: NotFound(_("Không có địa chỉ này. Xem các địa chỉ có tại /api/v1/openapi.json.")),
        413: _too_big(),
        429: TooMany(),
    }
    if status in known:
        return problem_response(known[status])
    sentences = {
        400: ("bad-request", _("Nội dung gửi lên không đọc được. Hãy gửi JSON đúng cú pháp, mã hóa UTF-8.")),
        405: ("method-not-allowed", _("Địa chỉ này không nhận phương thức đó. Xem tiêu đề Allow.")),
    }
    code, detail = sentences.get(
        status, ("internal", _("Hệ thống gặp lỗi. Hãy thử lại; nếu vẫn lỗi, báo mã yêu cầu này cho tổng đài hỗ trợ."))
    )
    titles = {400: _("Yêu cầu chưa đúng"), 405: _("Phương thức không được dùng ở đây")}
    return respond(status, code, titles.get(status, _("Lỗi hệ thống")), detail)


def _validation(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    found = [] if isinstance(error, type) else [_place(e) for e in error.errors]
    detail = _("Có %(n)d chỗ cần sửa trong nội dung gửi lên.") % {"n": len(found)}
    return problem_response(Invalid(detail), errors=found)


def _place(error: dict[str, Any]) -> FieldProblem:
    place, *path = (str(step) for step in error["loc"])
    if place == "body" and path:  # the first step names the operation's own argument, not a member of the body
        path = path[1:]
    steps = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)
    return FieldProblem(pointer="#" + steps, place=place, detail=sentence(error))


def sentence(error: dict[str, Any]) -> str:
    """A pydantic error as a Vietnamese sentence that says what to do."""
    limits: dict[str, Any] = error.get("ctx", {})
    kind = str(error["type"])
    told = {
        "missing": _("Hãy điền mục này."),
        "extra_forbidden": _("Mục này không có trong biểu mẫu; hãy bỏ đi."),
        "string_type": _("Hãy điền một chuỗi ký tự."),
        "string_too_short": _("Hãy điền ít nhất %(min_length)s ký tự."),
        "string_too_long": _("Hãy rút ngắn còn nhiều nhất %(max_length)s ký tự."),
        "string_pattern_mismatch": _("Chưa đúng khuôn dạng; hãy kiểm tra lại."),
        "string_unicode": _("Có ký tự không hợp lệ; hãy gửi bằng mã UTF-8."),
        "int_parsing": _("Hãy điền một số nguyên."),
        "int_type": _("Hãy điền một số nguyên."),
        "int_from_float": _("Hãy điền một số nguyên."),
        "float_parsing": _("Hãy điền một số."),
        "bool_parsing": _("Hãy điền true hoặc false."),
        "bool_type": _("Hãy điền true hoặc false."),
        "greater_than_equal": _("Hãy điền số từ %(ge)s trở lên."),
        "greater_than": _("Hãy điền số lớn hơn %(gt)s."),
        "less_than_equal": _("Hãy điền số không quá %(le)s."),
        "less_than": _("Hãy điền số nhỏ hơn %(lt)s."),
        "enum": _("Hãy chọn một trong: %(expected)s."),
        "literal_error": _("Hãy chọn một trong: %(expected)s."),
        "uuid_parsing": _("Mã này không đúng dạng UUID."),
        "list_type": _("Hãy gửi một danh sách."),
        "dict_type": _("Hãy gửi một đối tượng JSON."),
        "model_attributes_type": _("Hãy gửi một đối tượng JSON."),
        "too_long": _("Danh sách có quá nhiều mục; nhiều nhất %(max_length)s."),
        "too_short": _("Danh sách cần ít nhất %(min_length)s mục."),
    }
    if kind.startswith("date_") or kind == "date_type":
        return _("Hãy điền ngày có thật, dạng năm-tháng-ngày như 2025-09-05.")
    if kind.startswith(("datetime_", "timezone_")):
        return _("Hãy điền thời điểm dạng ISO 8601 có múi giờ, như 2025-09-05T08:00:00+07:00.")
    if kind == "value_error":
        return str(limits.get("error") or _("Giá trị này chưa đúng; hãy kiểm tra lại."))
    words: str = told.get(kind, _("Giá trị này chưa đúng; hãy kiểm tra lại."))
    return words % limits
