"""What nginx answers by itself is told in the house's words and look: a page to people, a problem to programs.

A real nginx with the site file and the pages that `tinhso init` writes; behind it nobody, or somebody who is silent.
"""

import http.client
import json
import os
import socket
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from conftest import manage
from playwright.sync_api import Browser

from tests.browser import WIDTHS, axe, no_sideways_scroll
from tests.deployed import NGINX_USER, run_nginx
from tests.production_home import a_home
from tests.running import until
from tinhso.cli.homes import free_port
from tinhso.cli.installing.rendering import render
from tinhso.config import Database, Instance
from tinhso.kernel.proxy_pages import REQUEST

NODE = "server 127.0.0.1:"


@dataclass
class Front:
    """A running nginx."""

    home: Path
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def client(self) -> httpx.Client:
        trust = ssl.create_default_context(cafile=str(self.home.parent / "tls.pem"))
        return httpx.Client(base_url=self.url, verify=trust, timeout=20, trust_env=False)

    def announce(self, path: str, **headers: str) -> httpx.Response:
        """A body of 61 MB is announced; nginx answers before a byte of it is sent."""

        trust = ssl.create_default_context(cafile=str(self.home.parent / "tls.pem"))
        link = http.client.HTTPSConnection("localhost", self.port, timeout=20, context=trust)
        link.putrequest("POST", path)
        for name, value in {"Content-Length": str(61 * 1024 * 1024), **headers}.items():
            link.putheader(name, value)
        link.endheaders()
        answer = link.getresponse()
        heard = httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())
        link.close()
        return heard


@pytest.fixture(scope="module")
def home() -> Iterator[Instance]:
    """A production home with its site file and pages; no database is asked for any of it."""
    with tempfile.TemporaryDirectory(prefix="tinhso-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        listens = {"http_listen": f"127.0.0.1:{free_port()}", "https_listen": f"127.0.0.1:{free_port()}"}
        nginx = {**listens, "nodes": [f"127.0.0.1:{free_port()}"], "user": NGINX_USER}
        nowhere = Database("127.0.0.1", 9, "tinhso", folder / "none")
        here = a_home(folder, nowhere, "khong-dung-den-9Xq2-abc", nginx=nginx)
        manage("collectstatic", "--noinput", "-v0", environment={**os.environ, "TINHSO_HOME": str(here.home)})
        render(here)
        yield here


@contextmanager
def front(here: Instance, *changes: tuple[str, str]) -> Iterator[Front]:
    """nginx with the site file as written, but for what this test changes in it."""
    written = (here.home / "deploy" / "nginx" / "tinhso.conf").read_text()
    for old, new in changes:
        assert old in written, old
        written = written.replace(old, new)
    conf = here.home.parent / "site.conf"
    conf.write_text(written)
    process = run_nginx(here.home.parent / "nginx", conf, here.home.parent / "nginx.pid")
    port = int(here.settings["nginx"]["https_listen"].rpartition(":")[2])
    try:
        until(lambda: _listens(port), 10, "nginx listens")
        yield Front(here.home, port, process)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _listens(port: int) -> bool:
    with socket.socket() as link:
        return link.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def alone(home: Instance) -> Iterator[Front]:
    """No node answers."""
    with front(home) as made:
        yield made


def is_problem(answer: httpx.Response, status: int, code: str) -> None:
    told = answer.json()
    assert (answer.status_code, told["status"], told["code"], told["type"]) == (
        *(status, status, code),
        f"urn:tinhso:problem:{code}",
    )
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert told["instance"] == f"urn:uuid:{answer.headers['X-Request-ID']}"
    assert len(answer.headers["X-Request-ID"]) == 36


def is_page(answer: httpx.Response, status: int, title: str) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f">{title}</h1>" in answer.text
    assert "<!--#" not in answer.text, "SSI was not filled in"
    assert "nginx" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_too_large_a_body(alone: Front) -> None:
    page = alone.announce("/kiem-tra")
    is_page(page, 413, "Tệp quá lớn")
    assert "nhiều nhất 20 MB" in page.text
    assert "Những ô đã lưu còn nguyên" in page.text
    is_problem(alone.announce("/api/v1/verifications"), 413, "too-large")


def test_large_bodies_of_one_address_lie_on_disk_a_few_at_once(home: Instance) -> None:
    large = {"Content-Length": str(11 * 1024 * 1024)}
    with front(home, ("limit_conn tinhso_large 20", "limit_conn tinhso_large 1")) as made:
        trust = ssl.create_default_context(cafile=str(made.home.parent / "tls.pem"))
        slow = http.client.HTTPSConnection("localhost", made.port, timeout=20, context=trust)
        slow.putrequest("POST", "/kiem-tra")
        for name, value in {**large, "Expect": "100-continue"}.items():
            slow.putheader(name, value)
        slow.endheaders()
        assert slow.sock.recv(12) == b"HTTP/1.1 100", "nginx waits for the body"
        assert made.announce("/kiem-tra", **large).status_code == 429
        with made.client() as asks:
            assert asks.post("/ho-so", content=b"short").status_code == 502
        slow.close()


def test_readers_who_chose_english_and_programs_that_prefer_it_get_it(alone: Front) -> None:
    assert alone.announce("/api/v1/x", **{"Accept-Language": "en-GB,en"}).json()["title"] == "The file is too large"
    assert 'lang="en"' in alone.announce("/kiem-tra", Cookie="django_language=en").text
    stays = alone.announce("/kiem-tra", **{"Accept-Language": "en"})
    assert 'lang="vi"' in stays.text, "pages follow the reader's choice, not the browser's"


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/static/khong-co.css", "/static/", "/_tinhso/502.vi.html"])
def test_what_is_not_for_the_street_is_told_as_any_wrong_address(alone: Front, path: str) -> None:
    with alone.client() as asks:
        is_page(asks.get(path), 404, "Không tìm thấy")


def test_no_node_is_a_house_at_rest(alone: Front) -> None:
    with alone.client() as asks:
        page, program = asks.get("/ho-so"), asks.get("/api/v1/procedures")
    is_page(page, 502, "Hệ thống đang tạm nghỉ")
    reference = page.headers["X-Request-ID"].replace("-", "")[-8:]
    for words in ("Thử lại sau 1 phút", "vẫn được giữ", f"{reference[:4]}-{reference[4:]}"):
        assert words in page.text
    assert page.headers["Retry-After"] == program.headers["Retry-After"] == "60"
    is_problem(program, 502, "unavailable")


def test_a_node_that_says_nothing_is_too_slow(home: Instance) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        node = f"{NODE}{silent.getsockname()[1]}"
        was = next(line.strip() for line in _conf(home) if line.strip().startswith(NODE)).split()
        changes = ((" ".join(was[:2]), node), ("proxy_read_timeout 60s", "proxy_read_timeout 1s"))
        with front(home, *changes) as made, made.client() as asks:
            is_page(asks.get("/ho-so"), 504, "Hệ thống đang tạm nghỉ")
            is_problem(asks.get("/api/v1/procedures"), 504, "unavailable")


def _conf(home: Instance) -> list[str]:
    return (home.home / "deploy" / "nginx" / "tinhso.conf").read_text().splitlines()


def test_too_many_at_once_are_told_to_wait(home: Instance) -> None:
    changes = (("rate=50r/s", "rate=1r/m"), ("burst=200 nodelay", "burst=1 nodelay"))
    with front(home, *changes) as made, made.client() as asks:
        until(lambda: asks.get("/").status_code == 429, 10, "too many")
        page, program = asks.get("/"), asks.get("/api/v1/procedures")
    is_page(page, 429, "Bạn gửi quá nhanh")
    assert page.headers["Retry-After"] == "60"
    is_problem(program, 429, "too-many")


class Resting(BaseHTTPRequestHandler):
    """A node whose own database is away: it says so itself."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b"its own word")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def test_what_a_node_answers_itself_passes_as_it_is(home: Instance) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Resting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        was = next(line.strip() for line in _conf(home) if line.strip().startswith(NODE)).split()
        with front(home, (" ".join(was[:2]), f"{NODE}{server.server_port}")) as made, made.client() as asks:
            answer = asks.get("/ho-so")
    finally:
        server.shutdown()
    assert (answer.status_code, answer.text) == (503, "its own word")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_has_the_house_s_look_and_is_for_everybody(alone: Front, chromium: Browser, width: str) -> None:
    context = chromium.new_context(base_url=alone.url, viewport=WIDTHS[width], ignore_https_errors=True)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/ho-so")
    family = page.evaluate("() => getComputedStyle(document.querySelector('h1')).fontFamily")
    loaded = page.evaluate(
        "async () => { await document.fonts.ready; return document.fonts.check('600 24px \"Be Vietnam Pro\"'); }"
    )
    assert "Be Vietnam Pro" in family
    assert loaded, "the fonts did not come"
    assert not refused
    axe(page)
    no_sideways_scroll(page)
    if folder := os.environ.get("TINHSO_PICTURES"):
        page.screenshot(path=Path(folder) / f"nginx-resting-{width}.png", full_page=True)
    context.close()


def test_the_statuses_that_have_a_page_are_those_that_nginx_shows(home: Instance) -> None:
    shown = {line.split()[-1] for line in _conf(home) if "error_page" in line}
    pages = home.home / "deploy" / "pages"
    for address in shown:
        status = address.removeprefix("/_tinhso/").partition(".")[0]
        for ending in ("vi.html", "en.html", "vi.json", "en.json"):
            text = (pages / f"{status}.{ending}").read_text()
            if ending.endswith("json"):
                assert json.loads(text.replace(REQUEST, "x"))["status"] == int(status)
