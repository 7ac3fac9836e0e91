"""The counter's numbers as a page: what an old page or a second press sends."""

import re
from urllib.parse import urlencode

from tinhso.desk.tests.test_desk import DESK, desk_of
from tinhso.dossiers import actions
from tinhso.dossiers.models import Ticket
from tinhso.dossiers.tests.conftest import agency, cast, monday, receiver  # noqa: F401  fixtures
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency

NUMBERS = f"{DESK}quay/so"


def shown(page: str) -> str:
    """The number that the page believes to be at the table."""
    found = re.search(r'name="at_table" value="([^"]*)"', page)
    assert found is not None
    return found.group(1)


def test_a_second_press_of_next_sends_nobody_away(agency: Agency, receiver: Actor) -> None:  # noqa: F811
    for _n in range(3):
        actions.draw(receiver, agency.pk, "A")
    desk, address = desk_of("hontre.tiepnhan"), f"{DESK}quay?{urlencode({'co-quan': str(agency.pk)})}"
    empty = desk.get(address).content.decode()
    press = {"agency": str(agency.pk), "do": "next", "place": "1", "at_table": shown(empty)}
    assert shown(empty) == ""
    assert desk.post(NUMBERS, press).status_code == 302
    again = desk.post(NUMBERS, press)
    assert "A001" in again.content.decode()
    assert [t.state for t in Ticket.objects.order_by("number")] == ["called", "waiting", "waiting"]

    fresh = desk.get(address).content.decode()
    assert shown(fresh) == str(Ticket.objects.get(number=1).id)
    assert desk.post(NUMBERS, {**press, "at_table": shown(fresh)}).status_code == 302
    assert [t.state for t in Ticket.objects.order_by("number")] == ["done", "called", "waiting"]
