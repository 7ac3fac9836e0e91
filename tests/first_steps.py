"""The first steps of people in a province that is new: as a browser takes them, over HTTP."""

import re
import time
from email import message_from_bytes
from typing import Any

import httpx

from tests.peers.smtp import Mailbox
from tests.running import until
from tinhso.cli.touring.client import PERIOD, totp
from tinhso.kernel.samples import SampleAccount

SECRET = re.compile(r'break-all font-semibold">([A-Z2-7]{16,})<')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def chosen(login: str) -> str:
    """The password that somebody chose."""
    return f"chon-mot-mat-khau-{login.partition('@')[0]}-2174"


def send_form(http: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Open a page and send its form, as a browser does."""
    page = http.get(path, follow_redirects=True)
    found = TOKEN.search(page.text)
    assert found, f"{path}: no form on {page.url} ({page.status_code})"
    headers = {"Referer": str(page.url), "Origin": str(page.url.copy_with(path="/", query=None)).rstrip("/")}
    return http.post(page.url, data={**fields, "csrfmiddlewaretoken": found[1]}, headers=headers)


def sign_in(http: httpx.Client, login: str, password: str) -> httpx.Response:
    return send_form(http, "/dang-nhap/", login=login, password=password)


def take(http: httpx.Client, login: str, first: str, *, strong: bool) -> SampleAccount:
    """The first log-in: the temporary password is changed, and where the role asks for it a second factor set up."""
    answer = sign_in(http, login, first)
    assert answer.status_code == 302, answer.text[:500]
    forced = http.get("/", follow_redirects=True)
    assert forced.url.path == "/tai-khoan/mat-khau/", forced.url
    password = chosen(login)
    changed = send_form(http, "/tai-khoan/mat-khau/", oldpassword=first, password1=password, password2=password)
    assert changed.status_code == 302, changed.text[:2000]
    if not strong:
        return SampleAccount(login, password, login)
    forced = http.get("/", follow_redirects=True)
    if forced.url.path == "/dang-nhap/lai/":  # the password is new: it is asked for once more
        send_form(http, str(forced.url), password=password)
        forced = http.get("/", follow_redirects=True)
    assert forced.url.path == "/tai-khoan/hai-lop/bat/", forced.url
    found = SECRET.search(forced.text)
    assert found, forced.text[:2000]
    token = TOKEN.search(forced.text)
    assert token
    headers = {"Referer": str(forced.url)}
    data = {"code": totp(found[1]), "csrfmiddlewaretoken": token[1]}
    set_up = http.post(forced.url, data=data, headers=headers)
    assert set_up.status_code == 302, set_up.text[:2000]
    return SampleAccount(login, password, login, found[1])


def token_of(http: httpx.Client, account: SampleAccount) -> str:
    """A program's token; waits for the next code when this one was used."""
    body = {"login": account.login, "password": account.password}
    for _try in range(3):
        code = {"code": totp(account.totp)} if account.totp else {}
        answer = http.post("/api/v1/sessions", json={**body, **code})
        if answer.status_code == 201:
            return str(answer.json()["token"])
        time.sleep(PERIOD - time.time() % PERIOD + 1)
    raise AssertionError(answer.text)


def registered(http: httpx.Client, mail: Mailbox, contact: str, name: str) -> SampleAccount:
    """A citizen's account, with the code that came by mail."""
    seen = len(mail.letters)
    body = {"contact": contact, "full_name": name, "password": chosen(contact)}
    pending = http.post("/api/v1/accounts", json=body)
    assert pending.status_code == 202, pending.text
    until(lambda: len(mail.letters) > seen, 60, "the letter with the code")
    text = message_from_bytes(mail.letters[-1]).get_payload(decode=True)
    assert isinstance(text, bytes)
    code = re.search(rb"\b(\d{6})\b", text)
    assert code, text
    confirmed = http.post(f"/api/v1/accounts/{pending.json()['id']}/confirmation", json={"code": code[1].decode()})
    assert confirmed.status_code == 201, confirmed.text
    return SampleAccount(contact, chosen(contact), name)


def appointed(
    http: httpx.Client, token: str, *, agency: str, login: str, name: str, role: str, title: str
) -> tuple[dict[str, Any], str]:
    """An official with a post, by the administrator; what the API answered, and the first password."""
    headers = {"Authorization": f"Bearer {token}"}
    body = {"agency_id": agency, "login": login, "full_name": name, "title": title}
    made = http.post("/api/v1/officials", json=body, headers=headers)
    assert made.status_code == 201, made.text
    official = made.json()
    post = {"agency_id": agency, "role": role, "valid_from": "2026-01-01"}
    granted = http.post(
        f"/api/v1/officials/{official['official_id']}/posts",
        json=post,
        headers={**headers, "If-Match": made.headers["ETag"]},
    )
    assert granted.status_code == 201, granted.text
    return official, str(official["first_password"])
