"""A birth registration whose every text is a canary with markup, through a running instance and a real browser.

Nothing of it reaches a log, a number, a queue, the trail or a letter; no page runs it, and no page breaks its own CSP.
"""

import time
from collections.abc import Iterator
from datetime import date, timedelta

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser import OpenContext
from tests.filing import PROCEDURE, agency_of, picture
from tests.live import Live
from tests.reach.filled import CANARIES, FILLED
from tests.reach.words import MARKUP, canary
from tests.ways.people import sign_in as sign_in_page
from tinhso.cli.touring.client import PERIOD, totp

pytestmark = [pytest.mark.proof, pytest.mark.browser]
MOTHER = "me.hontre@vidu.vn"
WORDS = f"{canary('note')} {MARKUP}"


def signed_in(live: Live, login: str) -> httpx.Client:
    """A client that acts for that sample account."""
    account, http = live.accounts[login], live.client()
    for _try in range(2):
        body = {"login": login, "password": account.password}
        if account.totp:
            body["code"] = totp(account.totp)
        answer = http.post("/api/v1/sessions", json=body)
        if answer.status_code == 201:
            break
        time.sleep(PERIOD - time.time() % PERIOD + 1)  # a code is good once
    http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return http


def act(http: httpx.Client, dossier: str, verb: str, body: dict[str, object] | None = None) -> None:
    mark = http.get(f"/api/v1/dossiers/{dossier}").headers["ETag"]
    answer = http.post(f"/api/v1/dossiers/{dossier}/{verb}", json=body or {}, headers={"If-Match": mark})
    assert answer.status_code in {200, 202}, answer.text


@pytest.fixture(scope="module")
def dossier(live: Live) -> str:
    """Filed, asked to be completed, answered, signed, sealed, returned and rated, with bad requests between."""
    mother = signed_in(live, MOTHER)
    agency = agency_of(mother)
    begun = mother.post("/api/v1/drafts", json={"procedure": PROCEDURE, "agency": agency})
    draft, mark = begun.json()["id"], begun.headers["ETag"]
    born = (date.today() - timedelta(days=21)).isoformat()
    form = {**FILLED, "child": {**FILLED["child"], "birth_date": born}}
    for topic, values in form.items():
        mother.put(f"/api/v1/drafts/{draft}/topics/{topic}", json={"x": [values]}, headers={"If-Match": '"99"'})
        mother.put(f"/api/v1/drafts/{draft}/topics/{topic}", content=str(values), headers={"If-Match": mark})
        saved = mother.put(f"/api/v1/drafts/{draft}/topics/{topic}", json=values, headers={"If-Match": mark})
        assert saved.status_code == 200, saved.text
        mark = saved.headers["ETag"]
    for name in (f"{canary('paper')} {MARKUP}.png", f"{canary('paper')}.exe"):
        mother.post(
            f"/api/v1/drafts/{draft}/files", data={"component": "birth_paper"}, files={"file": (name, picture())}
        )
    sent = mother.post(f"/api/v1/drafts/{draft}/submit")
    assert sent.status_code == 201, sent.text
    one: str = sent.json()["id"]
    mother.get("/thu-tuc", params={"q": canary("childgivenname")})
    mother.get(f"/khong-co/{canary('childgivenname')}")
    mother.post("/api/v1/tracking", json={"code": canary("childgivenname"), "last4": "4159"})
    receiver, specialist = signed_in(live, "hontre.tiepnhan"), signed_in(live, "hontre.hotich")
    act(receiver, one, "reception")
    act(specialist, one, "supplement-requests", {"points": [{"text": WORDS}], "reason": WORDS})
    act(mother, one, "supplement-answers", {"text": WORDS})
    act(specialist, one, "proposal", {"text": WORDS})
    act(signed_in(live, "hontre.phochutich"), one, "signature")
    live.wait_for_jobs(90)
    act(signed_in(live, "hontre.vanthu"), one, "seal")
    live.wait_for_jobs(90)
    act(signed_in(live, "hontre.vanthu"), one, "return")
    act(mother, one, "rating", {"stars": 4, "comment": f"{canary('comment')} {MARKUP}"})
    live.wait_for_jobs(90)
    return one


def found_in(text: str) -> list[str]:
    return [word for word in CANARIES if word in text]


def test_no_log_of_the_instance_names_anything_of_hers(live: Live, dossier: str) -> None:
    logs = [path for path in (live.instance.home / "logs").iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in logs) > 10_000
    assert {path.name: found_in(path.read_text(errors="replace")) for path in logs} == {path.name: [] for path in logs}


def test_no_number_names_anything_of_hers(live: Live, dossier: str) -> None:
    with live.client() as http:
        for address in ("/metrics", "/api/v1/counts/dossiers", "/readyz"):
            assert found_in(http.get(address).text) == []


@pytest.mark.parametrize(
    "table",
    [
        "kernel_audit",
        "kernel_event",
        "kernel_delivery",
        "kernel_seal",
        "kernel_disclosure",
        "kernel_notification",
        "kernel_notificationsending",
        "procrastinate_jobs",
        "procrastinate_events",
        "dossiers_signingsession",
    ],
)
def test_what_the_house_keeps_about_its_own_work_names_things_by_id(live: Live, dossier: str, table: str) -> None:
    """Her own words are in her draft, her dossier and her file; nowhere else. (A search of the whole rows, as text.)"""
    with live.connect() as link:
        rows = [row[0] for row in link.execute(f"SELECT t::text FROM {table} AS t").fetchall()]
    assert [(word, row[:200]) for row in rows for word in found_in(row)] == []


def test_letters_carry_nothing_of_hers(live: Live, dossier: str) -> None:
    letters = [p for folder in ("mail", "sms") for p in (live.instance.home / folder).glob("*") if p.is_file()]
    assert letters
    assert {p.name: found_in(p.read_text(errors="replace")) for p in letters} == {p.name: [] for p in letters}
    assert all(p.stat().st_mode & 0o077 == 0 for p in letters)


@pytest.fixture
def quiet(open_context: OpenContext) -> Iterator[Page]:
    """A page on which no script of a stranger runs and nothing breaks the content security policy."""
    page = open_context("desktop").new_page()
    heard: list[str] = []
    page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on(
        "console",
        lambda said: heard.append(said.text) if "Content Security" in said.text or said.type == "error" else None,
    )
    yield page
    assert heard == []


def look(page: Page, address: str, *words: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.locator("img[src=x]").count() == 0, "markup became an element"
    for word in words:
        assert word in page.locator("body").inner_text() or word in page.content(), f"{word} is not on {address}"


def test_the_mothers_pages_run_nothing_that_was_typed(live: Live, dossier: str, quiet: Page) -> None:
    sign_in_page(quiet, live, MOTHER)
    look(quiet, f"/ho-so/{dossier}", canary("note"))
    for address in ("/ho-so", "/thong-bao", "/kho-giay-to", "/ai-da-xem", f"/ho-so/{dossier}/da-nop"):
        look(quiet, address)
    look(quiet, f"/thu-tuc?q={MARKUP}", "onerror")


def test_the_desks_pages_run_nothing_that_was_typed(live: Live, dossier: str, quiet: Page) -> None:
    sign_in_page(quiet, live, "hontre.hotich")
    look(quiet, f"/ban-lam-viec/ho-so/{dossier}", canary("childbirthplace"), canary("applicantresidence"))
    look(quiet, "/ban-lam-viec/")


def test_the_check_of_a_file_runs_nothing_of_its_name(live: Live, quiet: Page) -> None:
    quiet.goto("/kiem-tra")
    hostile = {"name": f"{MARKUP}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 <script>alert(1)</script>"}
    quiet.locator("input[type=file]").set_input_files(hostile)  # type: ignore[arg-type]
    quiet.get_by_role("button", name="Kiểm tra", exact=True).click()
    quiet.wait_for_load_state()
    assert quiet.locator("img[src=x]").count() == 0
