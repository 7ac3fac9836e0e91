"""Every address, every role, own and other agency, own and other person: the answer is the reviewed one.

`route_table.csv` holds a row for each page and API operation and a column for each actor (`walking.ACTORS`); a cell is
the status of the answer. The things asked for are a mother's: what does not belong to the reader answers 404, as if it
were not there. A new route fails until its row is reviewed and added:

    TINHSO_PROPOSE=1 .venv/bin/pytest tests/reach/test_route_table.py -q -s      prints the rows that are missing
"""

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reach.walking import ACTORS, CANARIES, MARKUP, RELATED, UNRELATED, Route, World, every_route
from tinhso.kernel.models import AuditRecord, EventRecord

TABLE = Path(__file__).parents[1] / "route_table.csv"
ROUTES = every_route()
#: Parameters that name a thing of the mother's.
HERS = re.compile(r"draft_id|dossier_id|paper_id|holding_id")
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
    if actor in UNRELATED:
        text = body.decode(errors="replace") + str(answer.headers)
        yield from (f"{actor} reads {word}" for word in CANARIES if word in text)
    if MARKUP.encode() in body and answer.headers.get("Content-Type", "").startswith("text/html"):
        yield f"{actor} gets markup that somebody typed"


def _same_for_all(route: Route) -> bool:
    """Nothing of hers is asked for, or nothing is taken: walked by `make proof` only, to keep `make test` quick."""
    answers = {status for actor, status in REVIEWED[route].items() if actor in RELATED}
    return not HERS.search(route.route) or answers == {"405"}


def _walked(which: bool) -> list[Route]:
    return [r for r in ROUTES if r in REVIEWED and _same_for_all(r) is which]


def _named(route: Route) -> str:
    return f"{route.method} {route.route}"


@pytest.mark.parametrize("route", _walked(False), ids=_named)
def test_everybody_gets_the_reviewed_answer_and_nothing_of_somebody_else(world: World, route: Route) -> None:
    assert [wrong for actor in ACTORS for wrong in _wrong(world, route, actor)] == []


@pytest.mark.proof
@pytest.mark.parametrize("route", _walked(True), ids=_named)
def test_everybody_gets_the_reviewed_answer_where_nothing_of_hers_is_asked_for(world: World, route: Route) -> None:
    assert [wrong for actor in ACTORS for wrong in _wrong(world, route, actor)] == []


@pytest.mark.parametrize(
    ("route", "row"), [(r, row) for r, row in REVIEWED.items() if HERS.search(r.route)], ids=lambda r: str(r)[:60]
)
def test_what_is_hers_is_not_there_for_anybody_else(route: Route, row: dict[str, str]) -> None:
    """Said of the table itself, so that a review cannot let it slip."""
    assert {a: row[a] for a in UNRELATED if int(row[a]) not in NOT_THERE} == {}
    if not re.search(r"/ban-lam-viec/|<str:name>", route.route):
        assert row["stranger"] in {"404", "405", "403"}


def test_jobs_events_and_the_trail_name_things_by_id_not_by_what_she_wrote(world: World) -> None:
    said = [
        *world.jobs,
        *(str(e.data) for e in EventRecord.objects.all()),
        *(str(a.data) for a in AuditRecord.objects.all()),
    ]
    assert len(world.jobs) > 5
    assert [(word, text) for word in CANARIES for text in said if word in text] == []
