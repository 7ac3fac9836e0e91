"""A dossier of the sample's mother, sent by a program of hers."""

import httpx

from tests.filing import MOTHER, agency_of, drafted, sign_in
from tests.live import Live


def sent_by_mother(live: Live) -> str:
    """Send one; where she finds it."""
    with httpx.Client(base_url=live.url, timeout=60) as http:
        sign_in(http, [{"login": MOTHER, "password": live.accounts[MOTHER].password}], MOTHER)
        sent = http.post(f"/api/v1/drafts/{drafted(http, agency_of(http))}/submit")
        assert sent.status_code == 201, sent.text
    return f"/ho-so/{sent.json()['id']}"
