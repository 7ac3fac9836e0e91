"""What nginx answers by itself is told in the house's words and look: a page to people, a problem to programs."""

import json
import os
import socket
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import ARGUMENTS, CHROMIUM, WIDTHS, no_sideways_scroll
from tests.deployed import DOMAIN, Deployment
from tests.proof.test_one_machine import ask_raw
from tests.running import until

pytestmark = pytest.mark.proof

LARGE = {"Content-Length": str(61 * 1024 * 1024)}


def too_large(deployment: Deployment, path: str, more: str = "") -> tuple[int, dict[str, str], str]:
    """A body that is announced and never sent."""
    head = f"POST {path} HTTP/1.1\nHost: {DOMAIN}:{deployment.https_port}\nContent-Length: {61 * 1024 * 1024}\n{more}"
    said = ask_raw(deployment, f"{head}Connection: close\n\n")
    first, _gap, body = said.partition("\r\n\r\n")
    lines = first.split("\r\n")
    headers = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines[1:])}
    return int(lines[0].split()[1]), headers, body


def body_of(text: str) -> str:
    """Without the lengths of chunks."""
    return text[text.index("{") : text.rindex("}") + 1]


def test_too_large_a_body_is_a_page_of_ours(deployment: Deployment) -> None:
    status, headers, page = too_large(deployment, "/kiem-tra")
    assert status == 413
    assert headers["content-type"] == "text/html; charset=utf-8"
    for words in ("Tệp quá lớn", "nhiều nhất 20 MB", "Những ô đã lưu còn nguyên", "Về trang đầu", 'lang="vi"'):
        assert words in page
    assert "nginx" not in page
    assert "<!--#" not in page, "SSI was not filled in"


def test_too_large_a_body_is_a_problem_for_programs(deployment: Deployment) -> None:
    status, headers, text = too_large(deployment, "/api/v1/verifications", "Accept-Language: vi\n")
    told = json.loads(body_of(text))
    assert (status, told["status"], told["code"]) == (413, 413, "too-large")
    assert headers["content-type"].startswith("application/problem+json")
    assert told["instance"] == f"urn:uuid:{headers['x-request-id']}"
    assert len(headers["x-request-id"]) == 36
    assert "20 MB" in told["detail"]


def test_programs_and_readers_who_asked_for_english_get_it(deployment: Deployment) -> None:
    _status, _headers, text = too_large(deployment, "/api/v1/verifications", "Accept-Language: en-GB,en\n")
    assert json.loads(body_of(text))["title"] == "The file is too large"
    _status, _headers, page = too_large(deployment, "/kiem-tra", "Cookie: django_language=en\n")
    assert 'lang="en"' in page
    _status, _headers, page = too_large(deployment, "/kiem-tra", "Accept-Language: en\n")
    assert 'lang="vi"' in page, "pages follow the reader's choice, not the browser's"


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/static/khong-co.css", "/static/"])
def test_what_is_not_there_for_the_street_is_told_as_any_wrong_address(deployment: Deployment, path: str) -> None:
    with deployment.client() as http:
        answer = http.get(path)
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.text
    assert "nginx" not in answer.text


def test_pages_of_nginx_are_no_addresses_of_their_own(deployment: Deployment) -> None:
    with deployment.client() as http:
        assert http.get("/_tinhso/502.vi.html").status_code == 404


def test_many_requests_at_once_are_told_to_wait(deployment: Deployment) -> None:
    """The limit of this deployment is lowered for the test: nginx reloads it as after any change of its file."""
    conf = deployment.first.home / "deploy" / "nginx" / "tinhso.conf"
    kept = conf.read_text()
    conf.write_text(kept.replace("rate=500r/s", "rate=1r/s").replace("burst=2000 nodelay", "burst=2 nodelay"))
    try:
        reload(deployment)
        with deployment.client() as http:
            until(lambda: http.get("/healthz").status_code == 429, 20, "too many")
            page, program = http.get("/tra-cuu"), http.get("/api/v1/procedures")
        assert (page.status_code, program.status_code) == (429, 429)
        assert "Bạn gửi quá nhanh" in page.text
        assert page.headers["Retry-After"] == "60"
        assert program.json()["code"] == "too-many"
    finally:
        conf.write_text(kept)
        reload(deployment)
    with deployment.client() as http:
        until(lambda: http.get("/healthz").status_code == 200, 20, "the limit is back")


def test_no_node_is_a_house_at_rest(deployment: Deployment, tmp_path: Path) -> None:
    """Every web node is stopped; people read why, programs when to come again, and the page is ours to look at."""
    for node in deployment.nodes:
        node.web.stop()
    try:
        with deployment.client() as http:
            page, program = http.get("/ho-so"), http.get("/api/v1/procedures")
        assert page.status_code == 502
        for words in (
            "Hệ thống đang tạm nghỉ",
            "Thử lại sau 1 phút",
            "vẫn được giữ",
            page.headers["X-Request-ID"][-4:],
        ):
            assert words in page.text
        assert (page.headers["Retry-After"], page.headers["Cache-Control"]) == ("60", "no-store")
        told = program.json()
        assert (told["status"], told["code"]) == (502, "unavailable")
        assert program.headers["Content-Type"].startswith("application/problem+json")
        seen(deployment, "/ho-so")
    finally:
        for node in deployment.nodes:
            node.web.start()
        for node in deployment.nodes:
            until(node.ready, 120, "the node is back")


def test_a_node_that_answers_nothing_is_too_slow(deployment: Deployment) -> None:
    """A listener that never answers stands in nginx's file for the nodes; its patience is one second."""
    conf = deployment.first.home / "deploy" / "nginx" / "tinhso.conf"
    kept = conf.read_text()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        lines = [
            f"    server 127.0.0.1:{port};" if line.startswith("    server 127.0.0.1:") else line
            for line in kept.replace("proxy_read_timeout 60s", "proxy_read_timeout 1s").splitlines()
        ]
        conf.write_text("\n".join(dict.fromkeys(lines[:8])) + "\n" + "\n".join(lines[8:]))
        try:
            reload(deployment)
            with deployment.client() as http:
                until(lambda: http.get("/tra-cuu").status_code == 504, 20, "too slow")
                page, program = http.get("/tra-cuu"), http.get("/api/v1/procedures")
            assert (page.status_code, program.json()["status"]) == (504, 504)
            assert "Hệ thống đang tạm nghỉ" in page.text
        finally:
            conf.write_text(kept)
            reload(deployment)
    with deployment.client() as http:
        until(lambda: http.get("/healthz").status_code == 200, 20, "the nodes are asked again")


def reload(deployment: Deployment) -> None:
    """`systemctl reload nginx` sends this."""
    assert deployment.nginx is not None
    deployment.nginx.send_signal(1)
    time.sleep(0.5)


def seen(deployment: Deployment, path: str) -> None:
    """In a browser at both widths: accessible, with the house's own style, and kept as pictures when asked for."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, size in WIDTHS.items():
            page = browser.new_page(base_url=deployment.url, viewport=size, ignore_https_errors=True)
            page.goto(path)
            font = page.evaluate("() => getComputedStyle(document.querySelector('h1')).fontFamily")
            assert "Be Vietnam Pro" in font, "the house's style sheet did not come"
            no_sideways_scroll(page)
            folder = os.environ.get("TINHSO_PICTURES")
            if folder:
                page.screenshot(path=Path(folder) / f"nginx-resting-{name}.png", full_page=True)
            page.close()
        browser.close()
