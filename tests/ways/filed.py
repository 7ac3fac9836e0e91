"""Dossiers that are there before a walk begins: filed, and brought as far as the walk needs, through the API."""

from uuid import uuid4

import httpx

from tests.filing import MOTHER, agency_of, drafted, sign_in
from tests.live import Live


def filed(live: Live) -> str:
    """A dossier that the mother has just sent to her agency."""
    with live.client() as http:
        _as(http, live, MOTHER)
        draft = drafted(http, agency_of(http))
        sent = http.post(f"/api/v1/drafts/{draft}/submit", headers={"Idempotency-Key": str(uuid4())})
        assert sent.status_code == 201, sent.text
        return str(sent.json()["id"])


def acted(live: Live, dossier: str, login: str, act: str) -> None:
    """One act of an official without a second factor, by the API's name of it."""
    with live.client() as http:
        _as(http, live, login)
        read = http.get(f"/api/v1/dossiers/{dossier}")
        mark = {"If-Match": f'"{read.json()["version"]}"'}
        done = http.post(f"/api/v1/dossiers/{dossier}/{act}", json={}, headers=mark)
        assert done.is_success, done.text


def _as(http: httpx.Client, live: Live, login: str) -> None:
    sign_in(http, [{"login": a.login, "password": a.password} for a in live.accounts.values()], login)
