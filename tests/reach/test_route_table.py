"""Every address, every role, own and other agency, own and other person: the answer is the reviewed one.

`route_table.csv` holds a row for each page and API operation and a column for each actor (`actors.ACTORS`); a cell is
the status of the answer. The things asked for are a mother's: what does not belong to the reader answers 404, as if it
were not there. A new route fails until its row is reviewed and added:

    TINHSO_PROPOSE=1 .venv/bin/pytest tests/reach/test_route_table.py -q -s      prints the rows that are missing
"""

import csv
import os
import re
from binascii import crc32
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from tests.reach.actors import ACTORS, MONDAY, OFFICIALS, UNRELATED
from tests.reach.filled import CANARIES
from tests.reach.offices import ADMINISTER, ASKED, SECRETS, THEIRS
from tests.reach.routes import Route, every_route
from tests.reach.words import MARKUP, canary
from tests.reach.world import World
from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier
from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import AuditRecord, EventRecord

TABLE = Path(__file__).parents[1] / "route_table.csv"
ROUTES = every_route()
#: Parameters that name a thing of the mother's.
HERS = re.compile(
    r"draft_id|joint_id|dossier_id|fee_id|payment_id|paper_id|issued_id|holding_id|request_id|export_id|map_id|rating_key"
    r"|{session}|:session>|message_file_id|batch_id|digitised_id|{correction}|correction_id"
)
#: Pages of one's own agency: officials elsewhere have theirs, with nothing of hers in it.
LISTS = re.compile(r"/ban-lam-viec/(?:tim|bang|ban-do|danh-gia|xuat|hang-loat|tin-nhan|so-hoa|y-kien)$")
#: What another agency is asked: of hers only the papers chosen for it.
OPINIONS = re.compile(r"/(?:opinions|y-kien)/[{<]")
#: Who decides on an erasure reads the request, not what she wrote elsewhere.
DECIDES = re.compile("/erasures/|/xoa-du-lieu/")
#: What says "not for you" without saying whether the thing is there.
NOT_THERE = {302, 401, 403, 404, 405}


def reviewed() -> dict[Route, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {Route(row["method"], row["route"]): row for row in csv.DictReader(file)}


REVIEWED = reviewed() if TABLE.exists() else {}


def statuses(world: World, route: Route) -> dict[str, str]:
    return {actor: str(world.ask(route, actor).status_code) for actor in ACTORS}


@pytest.mark.skipif("TINHSO_PROPOSE" not in os.environ, reason="asked for by hand")
def test_propose_rows_that_are_missing(world: World) -> None:
    print(",".join(("method", "route", *ACTORS, "why")))
    for route in ROUTES:
        if route not in REVIEWED:
            print(",".join((route.method, route.route, *statuses(world, route).values(), "")))


def test_the_table_has_a_row_for_every_route_and_no_other() -> None:
    assert [r for r in ROUTES if r not in REVIEWED] == [], "review and add: see the head of this file"
    assert [r for r in REVIEWED if r not in ROUTES] == [], "these are gone"
    assert [r for r, row in REVIEWED.items() if not row["why"]] == [], "say in a few words why"


def _wrong(world: World, route: Route, actor: str) -> Iterator[str]:
    answer = world.ask(route, actor)
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if str(answer.status_code) != REVIEWED[route][actor]:
        yield f"{actor}: {answer.status_code}, reviewed {REVIEWED[route][actor]}: {body[:300].decode(errors='replace')}"
    if answer.status_code == 500:
        yield f"{actor}: a fault"
    text = body.decode(errors="replace") + str(answer.headers)
    if actor in UNRELATED:
        shown = {canary("paper")} if actor in ASKED and OPINIONS.search(route.route) else set()
        yield from (f"{actor} reads {word}" for word in CANARIES if word in text and word not in shown)
    yield from (f"{actor} reads {word}" for word, may in SECRETS.items() if word in text and not may(actor))
    if MARKUP.encode() in body and answer.headers.get("Content-Type", "").startswith("text/html"):
        yield f"{actor} gets markup that somebody typed"


def _served(route: Route) -> list[str]:
    """Who gets more than a refusal."""
    row = REVIEWED[route]
    return [a for a in ACTORS if row[a] not in {"401", "403", "404", "405"} and a not in {"anonymous", "weak_leader"}]


def _near(route: Route) -> list[str]:
    """Those whose answers say most: herself, one official who may, the same elsewhere, and some who may not.

    Which official, and which of the others, turns with the address.
    """
    turn = crc32(_named(route).encode())
    officials = [actor for actor in _served(route) if actor in OFFICIALS]
    chosen = {"anonymous", "owner", "stranger", ACTORS[turn % len(ACTORS)]}
    if officials:
        one = officials[turn % len(officials)]
        chosen |= {one, f"{one}_elsewhere"}
    if "leader" in officials:
        chosen.add("weak_leader")
    return [actor for actor in ACTORS if actor in chosen]


def _named(route: Route) -> str:
    return f"{route.method} {route.route}"


SOMEBODYS = [
    r for r in ROUTES if r in REVIEWED and _served(r) and any(one.search(r.route) for one in (HERS, THEIRS, LISTS))
]


@pytest.mark.parametrize("route", SOMEBODYS, ids=_named)
def test_what_is_somebodys_is_answered_as_reviewed_and_not_told_to_others(world: World, route: Route) -> None:
    assert [wrong for actor in _near(route) for wrong in _wrong(world, route, actor)] == []


@pytest.mark.proof
@pytest.mark.parametrize("route", [r for r in ROUTES if r in REVIEWED], ids=_named)
def test_everybody_gets_the_reviewed_answer_and_nothing_of_somebody_else(world: World, route: Route) -> None:
    assert [wrong for actor in ACTORS for wrong in _wrong(world, route, actor)] == []


@pytest.mark.parametrize(
    ("route", "row"), [(r, row) for r, row in REVIEWED.items() if HERS.search(r.route)], ids=lambda r: str(r)[:60]
)
def test_what_is_hers_is_not_there_for_anybody_else(route: Route, row: dict[str, str]) -> None:
    """Said of the table itself, so that a review cannot let it slip."""
    decides = {"province_admin"} if DECIDES.search(route.route) else set()
    assert {a: row[a] for a in UNRELATED if int(row[a]) not in NOT_THERE and a not in decides} == {}
    if not re.search(r"/ban-lam-viec/|<str:name>", route.route):
        assert row["stranger"] in {"404", "405", "403"}


@pytest.mark.parametrize(
    ("route", "row"), [(r, row) for r, row in REVIEWED.items() if THEIRS.search(r.route)], ids=lambda r: str(r)[:60]
)
def test_what_an_agency_administers_is_not_there_for_another_nor_for_those_who_do_not_administer(
    route: Route, row: dict[str, str]
) -> None:
    """Said of the table itself: administrators of that agency and of the province; auditors only look."""
    others = {a: row[a] for a in ACTORS if a not in ADMINISTER and int(row[a]) not in NOT_THERE}
    assert others == {}
    assert row["agency_admin_elsewhere"] in {"404", "403", "405"}
    assert row["stranger"] == row["owner"] == "403"
    if route.method != "GET":
        assert row["auditor"] in {"403", "405"}


def test_the_records_under_a_number_and_my_day_hold_her_dossiers_only_for_those_who_work_on_them(world: World) -> None:
    """The numbers of the strategy are open to all; which dossiers they count is not."""
    working = {"receiver", "specialist", "leader", "clerk"}
    lists = {
        "records": Route("GET", "/api/v1/strategy/targets/{key}/records"),
        "page of records": Route("GET", "/chien-luoc/muc-tieu/<str:key>/danh-sach"),
        "my day": Route("GET", "/ban-lam-viec/hom-nay"),
    }
    issued = world.things["issued"]
    readers: dict[str, set[str]] = {name: set() for name in lists}
    with clock.pinned(MONDAY), transaction.atomic():
        actions.return_result(world.actor("clerk"), issued, version=world.version(issued))
        run_waiting(1000)
        codes = list(Dossier.objects.values_list("code", flat=True))
        assert len(codes) == 11
        for name, route in lists.items():
            for actor in ACTORS:
                text = world.ask(route, actor).content.decode()  # type: ignore[attr-defined]
                if any(code in text for code in codes):
                    readers[name].add(actor)
        transaction.set_rollback(True)
    assert readers["records"] == readers["page of records"] == working
    assert readers["my day"] <= working
    assert readers["my day"]


def test_jobs_events_and_the_trail_name_things_by_id_not_by_what_she_wrote(world: World) -> None:
    said = [
        *world.jobs,
        *(str(e.data) for e in EventRecord.objects.all()),
        *(str(a.data) for a in AuditRecord.objects.all()),
    ]
    assert len(world.jobs) > 5
    assert [(word, text) for word in CANARIES for text in said if word in text] == []
