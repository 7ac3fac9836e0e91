"""Whose address a request counts for: the trusted proxy's word is taken, nobody else's is."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from tinhso.kernel.proxies import PROXIED, ProxyMiddleware, client_of, networks

NGINX, BALANCER = "10.0.0.5", "10.0.0.9"
CLIENT, LIAR = "203.0.113.7", "198.51.100.66"
TRUSTED = networks([NGINX, BALANCER])


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        (NGINX, CLIENT, CLIENT),
        (NGINX, f"{CLIENT}, {BALANCER}", CLIENT),
        (NGINX, "2001:db8::7", "2001:db8::7"),
        (NGINX, "", NGINX),
        # the client wrote the first one itself, the proxy added what it saw
        (NGINX, f"{LIAR}, {CLIENT}", CLIENT),
        (NGINX, f"{NGINX}, {LIAR}, {CLIENT}, {BALANCER}", CLIENT),
        (NGINX, "127.0.0.1, not-an-address", NGINX),
        # whoever is not a proxy is the client, whatever it says
        (CLIENT, LIAR, CLIENT),
        (CLIENT, NGINX, CLIENT),
        ("::ffff:10.0.0.5", CLIENT, CLIENT),
    ],
)
def test_the_client_is_the_first_address_that_no_trusted_hop_vouches_beyond(peer: str, said: str, client: str) -> None:
    assert client_of(peer, said, TRUSTED) == client


def through(trusted: list[str], **meta: str) -> HttpRequest:
    with override_settings(TRUSTED_PROXIES=trusted):
        request = RequestFactory().get("/", **meta)
        ProxyMiddleware(lambda _request: HttpResponse())(request)
    return request


def test_only_a_trusted_proxy_makes_a_request_secure() -> None:
    said = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": CLIENT}
    assert through([NGINX], REMOTE_ADDR=NGINX, **said).is_secure()
    assert not through([NGINX], REMOTE_ADDR=LIAR, **said).is_secure()
    assert not through([], REMOTE_ADDR="127.0.0.1", **said).is_secure()


def test_only_a_trusted_proxy_names_the_request() -> None:
    given = "0123456789abcdef0123456789abcdef"
    assert PROXIED in through([NGINX], REMOTE_ADDR=NGINX).META
    assert PROXIED not in through([NGINX], REMOTE_ADDR=LIAR).META
    answer = Client().get("/healthz", HTTP_X_REQUEST_ID=given)
    assert answer["X-Request-ID"].replace("-", "") != given


@pytest.mark.django_db
def test_a_spoofed_address_draws_from_the_sender_s_own_budget(client: Client) -> None:
    """Six wrong passwords from one machine that pretends to be six."""
    body = {"login": "thu@example.vn", "password": "sai-mat-khau-1"}
    with override_settings(TRUSTED_PROXIES=[NGINX]):
        answers = [
            client.post(
                "/api/v1/sessions", body, "application/json", REMOTE_ADDR=LIAR, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}"
            ).status_code
            for n in range(6)
        ]
    assert answers == [401, 401, 401, 401, 401, 429]


@pytest.mark.django_db
def test_behind_the_proxy_each_client_has_its_own_budget() -> None:
    body = {"login": "thu@example.vn", "password": "sai-mat-khau-1"}
    with override_settings(TRUSTED_PROXIES=[NGINX]):
        client = Client()
        answers = [
            client.post(
                "/api/v1/sessions", body, "application/json", REMOTE_ADDR=NGINX, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}"
            ).status_code
            for n in range(6)
        ]
    assert answers == [401] * 6


def test_a_body_over_the_limit_is_refused_by_its_length(client: Client) -> None:
    page = client.generic("POST", "/kiem-tra", b"", CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert page.status_code == 413
    assert "60 MB" in page.content.decode()
    program = client.generic("POST", "/api/v1/verifications", b"", CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert program.status_code == 413
    assert program["Content-Type"] == "application/problem+json"
