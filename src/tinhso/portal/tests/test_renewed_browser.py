"""A form that the law changed while somebody filled it in, as they find it again, in a real browser; axe agrees."""

import httpx
import pytest
from playwright.sync_api import expect
from tests.browser import OpenContext, looked_at
from tests.filing import MOTHER, agency_of, picture
from tests.filing import sign_in as enter
from tests.live import Live
from tests.ways.people import sign_in

from tinhso.config import ROOT
from tinhso.kernel.packs import Pack
from tinhso.procedures.pack.examples import examples

pytestmark = [pytest.mark.browser, pytest.mark.proof]

CODE = "1.004845"  # no other test files it in the instance that all of them share
#: Since today the form asks one thing more. Yesterday's drafts were begun under the law of before.
LAW = f"""
from copy import deepcopy
from datetime import timedelta
from tinhso.dossiers.models import Draft
from tinhso.kernel import clock
from tinhso.procedures import queries
from tinhso.procedures.publishing import end_before, publish
version = queries.procedure("{CODE}", clock.today())
law = deepcopy(version.definition)
topic = next(topic for topic in law["form"]["topics"] if topic["name"] == "ending")
field = {{"name": "witness", "label": "Người làm chứng", "kind": "name", "choices": []}}
topic["groups"][0]["fields"].append(field)
topic["schema"]["properties"]["witness"] = {{"type": "string", "title": "Người làm chứng", "minLength": 1}}
topic["schema"]["required"].append("witness")
end_before(version, clock.today())
publish(law, clock.today(), None)
for draft in Draft.objects.filter(procedure_version=version):
    Draft.objects.filter(id=draft.id).update(created_at=draft.created_at - timedelta(days=1))
"""


def begun(live: Live) -> str:
    """The pack's own example, ready to be sent."""
    _spec, shown = examples(Pack(ROOT / "provinces" / "kien_giang"), f"procedures/{CODE}")
    with httpx.Client(base_url=live.url, timeout=60) as http:
        enter(http, [{"login": MOTHER, "password": live.accounts[MOTHER].password}], MOTHER)
        draft = http.post("/api/v1/drafts", json={"procedure": CODE, "agency": agency_of(http)})
        at, mark = f"/api/v1/drafts/{draft.json()['id']}", draft.headers["ETag"]
        for topic, values in shown.accepted.items():
            saved = http.put(f"{at}/topics/{topic}", json=values, headers={"If-Match": mark})
            assert saved.json()["errors"] == {}, saved.text
            mark = saved.headers["ETag"]
        for paper in shown.papers:
            http.post(f"{at}/files", data={"component": paper}, files={"file": ("giay.png", picture())})
    return str(draft.json()["id"])


def test_who_comes_back_finds_what_is_asked_anew_and_what_was_said(open_context: OpenContext, live: Live) -> None:
    draft = begun(live)
    live.manage("shell", "-c", LAW)
    page, narrow = open_context("desktop").new_page(), open_context("phone").new_page()
    sign_in(page, live, MOTHER, f"/to-khai/{draft}/review")
    narrow.context.add_cookies(page.context.cookies())
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_text("thủ tục này có tờ khai mới")).to_be_visible()
    expect(page.get_by_label("Người làm chứng")).to_have_value("")
    looked_at(page, "renewed")
    narrow.goto(f"/to-khai/{draft}")
    expect(narrow.get_by_label("Người làm chứng")).to_have_value("")
    looked_at(narrow, "renewed-resumed")
