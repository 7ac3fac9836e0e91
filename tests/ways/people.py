"""Signing in through the pages, as a person does."""

import time

from playwright.sync_api import Page

from tests.live import Live
from tinhso.cli.touring.client import PERIOD, totp


def sign_in(page: Page, live: Live, login: str) -> None:
    """Password, then the authenticator's code where the account has one."""
    account = live.accounts[login]
    page.goto("/dang-nhap/")
    page.locator("input[name=login]").fill(account.login)
    page.locator("input[name=password]").fill(account.password)
    page.locator("main form button.btn-primary").click()
    if not account.totp:
        return
    for _try in range(2):
        page.locator("input[name=code]").fill(totp(account.totp))
        page.locator("main form button.btn-primary").first.click()
        page.wait_for_load_state()
        if not page.url.rstrip("/").endswith("/ma"):
            return
        time.sleep(PERIOD - time.time() % PERIOD + 1)  # a code is good once: wait for the next
