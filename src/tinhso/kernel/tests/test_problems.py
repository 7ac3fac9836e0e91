"""Refusals and faults are pages in words, with the right status, and keep the house's security headers."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tinhso.kernel import errors, problems
from tinhso.kernel.ids import new_id
from tinhso.kernel.middleware import ProblemMiddleware
from tinhso.kernel.policy import ANONYMOUS, Actor

SIGNED_IN = Actor(account=new_id(), name="Lê Thị Mai")


def asked(method: str = "GET", actor: Actor = ANONYMOUS, **headers: str) -> HttpRequest:
    request = RequestFactory().generic(method, "/ho-so/abc?tab=1", headers=headers)
    request.actor = actor  # type: ignore[attr-defined]
    return request


def answer(problem: errors.Problem, request: HttpRequest) -> HttpResponse:
    middleware = ProblemMiddleware(lambda request: HttpResponse())
    response = middleware.process_exception(request, problem)
    assert response is not None
    return response


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (errors.NotFound(), "Không tìm thấy"),
        (errors.Denied(), "Bạn không có quyền làm việc này"),
        (errors.Conflict(), "Việc này đã được xử lý trước đó"),
        (errors.Stale(), "Nội dung đã thay đổi từ khi bạn mở trang"),
        (errors.TooLarge(), "Tệp quá lớn"),
        (errors.TooMany(), "Bạn đã thử quá nhiều lần"),
        (errors.Unavailable(), "Dịch vụ tạm thời chưa trả lời"),
        (errors.Invalid("Chọn một xã"), "Chọn một xã"),
    ],
)
def test_a_refusal_is_a_page_in_words_with_its_status(problem: errors.Problem, words: str) -> None:
    response = answer(problem, asked(actor=SIGNED_IN))

    assert response.status_code == problem.status
    assert words in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_an_exception_that_is_no_refusal_is_left_to_the_fault_page() -> None:
    middleware = ProblemMiddleware(lambda request: HttpResponse())

    assert middleware.process_exception(asked(), ValueError("boom")) is None


def test_a_stranger_who_opens_a_page_for_members_is_led_to_log_in_and_back() -> None:
    response = answer(errors.Unauthenticated(), asked())

    assert response.status_code == 302
    assert response["Location"].endswith("?next=%2Fho-so%2Fabc%3Ftab%3D1")


def test_a_form_sent_after_the_session_ended_answers_401_and_says_that_saved_work_is_kept() -> None:
    response = answer(errors.Unauthenticated(), asked("POST", referer="http://testserver/to-khai/2"))

    assert response.status_code == 401
    page = response.content.decode()
    assert "Những gì đã lưu còn nguyên." in page
    assert "next=http%3A%2F%2Ftestserver%2Fto-khai%2F2" in page


def test_the_way_back_never_leads_to_another_site() -> None:
    assert problems.came_from(asked("POST", referer="https://evil.example/")) == "/"


def test_markup_in_a_refusal_is_shown_as_text() -> None:
    page = answer(errors.Conflict("<script>alert(1)</script>"), asked(actor=SIGNED_IN)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_api_answers_an_unknown_address_with_problem_json(client: Client) -> None:
    response = client.get("/api/v1/khong-co")

    assert response.status_code == 404
    assert response["Content-Type"].startswith("application/")
    assert response.json()["status"] == 404


def test_a_body_over_the_limit_answers_413() -> None:
    from django.core.exceptions import RequestDataTooBig

    response = problems.bad_request(asked("POST"), RequestDataTooBig())

    assert response.status_code == 413


def test_the_fault_page_asks_nothing_of_the_database() -> None:
    """No database fixture: a query here would fail the test."""
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        response = problems.fault(asked())

    assert response.status_code == 500
    assert "Trang này đang lỗi, không phải do bạn" in response.content.decode()


def test_a_silent_database_is_a_pause_not_a_fault() -> None:
    from django.db import OperationalError

    try:
        raise OperationalError("connection refused on 10.0.0.7")
    except OperationalError:
        response = problems.fault(asked())

    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "10.0.0.7" not in response.content.decode()


def test_a_form_without_its_token_is_refused_in_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/language", {"language": "en"})

    assert response.status_code == 403
    assert "Trang này mở đã lâu" in response.content.decode()


def test_an_unknown_page_is_found_out_in_words_with_the_security_headers(client: Client) -> None:
    response = client.get("/khong-co-trang-nay")

    assert response.status_code == 404
    policy = response["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "default-src 'none'" in policy
    assert "style=" not in response.content.decode()


def test_an_address_with_one_slash_too_many_leads_to_its_page(client: Client) -> None:
    response = client.get("/design/?a=1")

    assert response.status_code == 302
    assert response["Location"] == "/design?a=1"


def test_slashes_in_front_never_lead_to_another_site() -> None:
    request = asked()
    request.path = "//design/"

    response = problems.not_found(request)

    assert not response.get("Location", "").startswith("//")


def test_a_form_address_opened_as_a_page_says_so(client: Client) -> None:
    response = client.get("/language")

    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "Địa chỉ này không mở trực tiếp được" in response.content.decode()
