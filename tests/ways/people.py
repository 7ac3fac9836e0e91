"""Signing in through the pages, as a person does."""

import time

from playwright.sync_api import Page

from tests.live import Live
from tinhso.cli.touring.client import PERIOD, totp


def sign_in(page: Page, live: Live, login: str, then: str = "/tai-khoan/") -> None:
    """Password, then the authenticator's code where the account has one; the page is at ``then`` afterwards.

    Who signed in before during this session comes back with that session's cookies: a password costs a third of a
    second to check, and a code is good once in thirty.
    """
    if login in live.cookies:
        page.context.add_cookies(live.cookies[login])
        page.goto(then)
        if "/dang-nhap" not in page.url:
            return
    account = live.accounts[login]
    page.goto(f"/dang-nhap/?next={then}")
    page.locator("input[name=login]").fill(account.login)
    page.locator("input[name=password]").fill(account.password)
    page.locator("main form button.btn-primary").click()
    for _try in range(2 if account.totp else 0):
        page.locator("input[name=code]").fill(totp(account.totp))
        page.locator("main form button.btn-primary").first.click()
        page.wait_for_load_state()
        if not page.url.rstrip("/").endswith("/ma"):
            break
        time.sleep(PERIOD - time.time() % PERIOD + 1)  # a code is good once: wait for the next
    live.cookies[login] = page.context.cookies()
