"""Whatever page a stranger opens: the security headers, no inline style or script, no dead link, one heading."""

import re
from collections.abc import Iterator

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

ALLOWED = {200, 302, 400, 401, 403, 404, 405}


def _addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Every address without parameters."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from _addresses(entry, route)
        elif isinstance(entry, URLPattern) and "<" not in route and "(" not in route:
            yield route


PAGES = sorted({address for address in _addresses(get_resolver()) if not address.startswith("/api/")})


def _is_page(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html") and response.status_code != 302


def test_the_walk_finds_the_pages() -> None:
    assert {"/", "/design"} <= set(PAGES)


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_gets_a_safe_and_whole_page(client: Client, address: str) -> None:
    response = client.get(address)

    assert response.status_code in ALLOWED or response.headers["Content-Type"] == "application/json"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if _is_page(response):
        page = response.content.decode()
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
        assert 'href="#"' not in page
        assert page.count("<h1") == 1
        assert re.search(r"<title>\s*\S[^<]* – Tỉnh Số", page)
