"""A real Chromium for tests: pages at phone and desktop width, and an accessibility check."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.live import Live
from tinhso.config import ROOT

CHROMIUM = os.environ.get("TINHSO_CHROMIUM", "/usr/bin/chromium-headless-shell")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-dev-shm-usage"),
]
WIDTHS = {"phone": {"width": 360, "height": 780}, "desktop": {"width": 1280, "height": 900}}
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OpenContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, one for the session: Debian's build without windows (half the CPU)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_context(chromium: Browser, live: Live) -> Iterator[OpenContext]:
    """`open_context("phone"|"desktop", **playwright options)`: a fresh visitor; several may be open at once."""
    opened: list[BrowserContext] = []

    def visit(width: str = "desktop", **options: Any) -> BrowserContext:
        size = WIDTHS[width]
        context = chromium.new_context(
            base_url=live.url, viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **options
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield visit
    for context in opened:
        context.close()


@pytest.fixture
def page(open_context: OpenContext) -> Iterator[Page]:
    """A page at 1280 px; `phone` is the same at 360. A script error on the page fails the test."""
    yield from _page(open_context, "desktop")


@pytest.fixture
def phone(open_context: OpenContext) -> Iterator[Page]:
    """A page at 360 px."""
    yield from _page(open_context, "phone")


#: The narrow window is where pages break, so `make test` looks there; `make proof` looks again at the wide one.
EACH_WIDTH = ["phone", pytest.param("desktop", marks=pytest.mark.proof)]


@pytest.fixture(params=EACH_WIDTH)
def each_width(request: pytest.FixtureRequest, open_context: OpenContext) -> Iterator[Page]:
    """The test runs twice: with a page at 360 px and, in the proofs, with one at 1280 px."""
    yield from _page(open_context, request.param)


def _page(open_context: OpenContext, width: str) -> Iterator[Page]:
    page = open_context(width).new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not errors, f"script errors on the page: {errors}"


def axe(page: Page, *, ignore: tuple[str, ...] = ()) -> None:
    """Fail with one line for each accessibility mistake on the page (axe-core, WCAG 2.2 AA and best practice).

    Colours are the same at every width: their contrast, which costs as much as all else, is measured in the wide one.
    """
    narrow = page.viewport_size is not None and page.viewport_size["width"] <= WIDTHS["phone"]["width"]
    off = (*ignore, *(("color-contrast",) if narrow else ()))
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {rule: {"enabled": False} for rule in off},
        "resultTypes": ["violations"],
    }
    found = _run_axe(page, options)
    mistakes = [
        f"{violation['id']}: {violation['help']} at {node['target']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    assert not mistakes, f"{page.url}\n" + "\n".join(mistakes)


#: What a script finds that began on a page which is just being left.
_LEFT = ("reading 'documentElement'", "Execution context was destroyed")


def _run_axe(page: Page, options: dict[str, Any]) -> Any:
    """On the page that is there: when it is just being left, on the one that comes."""
    for _time in range(3):
        try:
            page.evaluate(f"() => {{ {AXE.read_text()} }}")
            return page.evaluate("options => axe.run(document, options)", options)
        except Error as error:
            if not any(words in str(error) for words in _LEFT):
                raise
            page.wait_for_timeout(500)
            page.wait_for_load_state()
    raise AssertionError(f"{page.url} is left again and again")


#: The first elements that reach beyond the window.
_OUTSIDE = """() => [...document.querySelectorAll('body *')]
  .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((e) => e.outerHTML.slice(0, 160)).slice(0, 6)"""


def no_sideways_scroll(page: Page) -> None:
    """Fail when the page is wider than the window."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window: {page.evaluate(_OUTSIDE)}"


def looked_at(page: Page, name: str, *, ignore: tuple[str, ...] = ()) -> None:
    """A page on the way is accessible, fits the window, and can be kept as a picture."""
    axe(page, ignore=ignore)
    no_sideways_scroll(page)
    picture(page, f"{name}-{page.viewport_size['width']}" if page.viewport_size else name)


def both(wide: Page, narrow: Page, path: str, name: str) -> None:
    """The same page at both widths, as the same person."""
    narrow.context.add_cookies(wide.context.cookies())
    for page in (wide, narrow):
        page.goto(path)
        looked_at(page, name)


def picture(page: Page, name: str) -> Path | None:
    """Save a full-page picture when TINHSO_PICTURES names a folder; return where."""
    folder = os.environ.get("TINHSO_PICTURES")
    if not folder:
        return None
    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path
