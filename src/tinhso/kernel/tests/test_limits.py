"""What is refused before it costs anything."""

import pytest

from tinhso.kernel.middleware import QuestionMiddleware

MB = 1024 * 1024


@pytest.mark.parametrize("address", ["/kiem-tra", "/api/v1/verifications", "/dang-nhap/", "/khong-co"])
def test_a_body_larger_than_any_page_sends_is_refused_unread(client, address):
    class Untouchable:
        def read(self, *size):
            raise AssertionError("the body was read")

        def readline(self, *size):
            raise AssertionError("the body was read")

    answer = client.generic(
        "POST",
        address,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(61 * MB),
        **{"wsgi.input": Untouchable()},
    )
    assert answer.status_code == 413
    assert "lớn hơn 60 MB" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("mark", ["VIA", "X_FORWARDED_PROTO", "X_FORWARDED_HOST", "CF_CONNECTING_IP", "X_REAL_IP"])
def test_no_proxy_carries_the_metrics_out(client, mark):
    assert client.get("/metrics", **{f"HTTP_{mark}": "x"}).status_code == 404


def test_no_question_is_read_with_a_nul_character(rf):
    seen = QuestionMiddleware(lambda request: request)(rf.get("/", QUERY_STRING="q=a%0%000b&%00r=%0%0%0000"))
    assert (seen.GET["q"], seen.GET["r"]) == ("ab", "")


@pytest.mark.parametrize("form", [{"number": "a\x00b"}, {"nu\x00mber": "a"}, {"number": ["a", "b\x00"]}])
def test_a_form_with_a_character_that_nothing_can_keep_is_refused_in_words(client, form):
    answer = client.post("/kiem-tra", form)
    assert answer.status_code == 422
    assert "không đọc được" in answer.content.decode()
