"""The counter by a program: from a number to a received dossier, and an appointment."""

from collections.abc import Callable

from tests.filing import FORM

from tinhso.dossiers.tests.conftest import picture
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401 - the fixture
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency


def test_the_whole_way_over_http(
    calls: Callable[[Actor], Caller],  # noqa: F811
    receiver: Actor,
    mother: Actor,
    agency: Agency,
) -> None:
    desk, citizen, office = calls(receiver), calls(mother), str(agency.pk)
    drawn = desk.send("POST", "/tickets", {"agency": office, "window": "A"})
    assert drawn.status_code == 201, drawn.content
    called = desk.send("POST", "/tickets/next", {"agency": office, "windows": ["A"], "place": "3"})
    assert called.json()["number"] == "A001"
    assert citizen.get(f"/queues/{office}").json()["called"][0]["place"] == "3"
    assert citizen.get(f"/queues/{office}/desk").status_code == 403
    seen = {"agency": office, "kind": "cccd", "number": "091161000123", "full_name": "Danh Thị Sà Phol"}
    seen |= {"birth_date": "1961-04-12", "papers_seen": True, "ticket": drawn.json()["id"]}
    presence = desk.send("POST", "/presences", seen)
    assert presence.status_code == 201, presence.content
    assert "091161000123" not in presence.content.decode()
    draft = desk.send("POST", f"/presences/{presence.json()['id']}/drafts", {"procedure": "1.001193"})
    assert draft.status_code == 201, draft.content
    address, version = f"/drafts/{draft.json()['id']}", draft.json()["version"]
    for topic, values in FORM.items():
        version = desk.send("PUT", f"{address}/topics/{topic}", values, version).json()["version"]
    assert desk.upload(f"{address}/files", "giay.png", picture(), component="birth_paper").status_code == 201
    filed = desk.send("POST", f"{address}/reception")
    assert filed.status_code == 201, filed.content
    assert filed.json()["status"] == 2
    assert citizen.send("POST", f"{address}/reception").status_code == 403
    slot = next(s for s in citizen.get(f"/queues/{office}/slots?day=2026-11-10").json() if s["left"])
    made = citizen.send("POST", "/appointments", {"agency": office, "starts_at": slot["starts_at"]})
    assert made.status_code == 201, made.content
    assert citizen.send("POST", f"/appointments/{made.json()['id']}/cancellation").json()["state"] == "cancelled"
    assert desk.send("POST", f"/tickets/{drawn.json()['id']}/finish").json()["state"] == "done"
