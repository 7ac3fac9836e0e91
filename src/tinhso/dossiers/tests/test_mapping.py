"""Process maps: every number against a plain model of what happened, opened to exactly the dossiers it counts."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.mapping.reading import ENDS, START, MapResult, goes
from tinhso.dossiers.models import Dossier, Draft, MapGroup, ProcessMap, Step
from tinhso.dossiers.queries import MapPart
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401  the fixture
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotFound, TooMany
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor, Grant
from tinhso.people.models import Account
from tinhso.places.models import Agency
from tinhso.procedures import queries as procedures

CODE = "1.001193"
#: Ways that a birth registration can go; "x" hands the step over to a colleague, which is no way of its own.
WAYS = {
    "straight": (["receive", "check", "propose", "sign", "seal_return"], "returned"),
    "handed": (["receive", "check", "x", "propose", "sign", "seal_return"], "returned"),
    "supplemented": (["receive", "check", "complete", "check", "propose", "sign", "seal_return"], "returned"),
    "refused": (["receive", "check"], "refused"),
    "open": (["receive", "check", "propose"], "processing"),
}
FIRST = datetime.fromisoformat("2026-03-02T08:00:00+07:00")


class Made:
    """A dossier as the model knows it."""

    def __init__(self, id: UUID, path: list[str], began: list[datetime], late: str | None) -> None:
        self.id, self.path, self.began, self.late = id, path, began, late


def one(agency: Agency, account: UUID, version: Any, way: str, at: datetime, chance: random.Random) -> Made:
    tasks, phase = WAYS[way]
    draft = Draft.objects.create(account_id=account, procedure_version=version, agency=agency, submitted_at=at)
    path, began, rows, now = ["start"], [at], [], at
    due = at + timedelta(hours=chance.randint(5, 60))
    for number, task in enumerate(tasks, 1):
        named = rows[-1].task if task == "x" else task
        if task != "x":
            path.append(named)
            began.append(now)
        ends = now + timedelta(minutes=chance.randint(1, 2000))
        rows.append(Step(task=named, title=named, role="specialist", agency=agency, number=number, began_at=now,
                         held_at=now, ended_at=ends, outcome="done"))  # fmt: skip
        if task == "x":
            rows[-2].outcome = "handed-over"
        now = ends
    closed = None if phase == "processing" else now
    if closed is None:
        rows[-1].ended_at, rows[-1].outcome = None, ""
        now = clock.now()
    else:
        path.append(phase)
        began.append(closed)
    dossier = Dossier.objects.create(
        code=f"M-{draft.id}", draft=draft, applicant_account_id=account, procedure_version=version, agency=agency,
        phase=phase, submitted_at=at, received_at=at, due_at=due, closed_at=closed,
        finished_at=closed if phase == "returned" else None,
    )  # fmt: skip
    for row in rows:
        row.dossier = dossier
    Step.objects.bulk_create(rows)
    steps = [(p, b) for p, b in zip(path, began, strict=True) if p in {r.task for r in rows}]
    late = [p for p, b in steps if b <= due][-1] if now > due else None
    return Made(dossier.id, path, began, late)


def half(times: list[float], share: float) -> int:
    """The first of the times, by the minute, by which that share is over."""
    return sorted(int(t // 60) for t in times)[ceil(share * len(times)) - 1] * 60


@pytest.fixture
def version(cast: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(procedures, "untimed_versions", frozenset)
    return procedures.procedure(CODE, date(2026, 3, 2))


@pytest.fixture
def made(agency: Agency, version: Any) -> list[Made]:
    chance, account = random.Random(7), Account.objects.get(login="chua.xacminh@vidu.vn").pk
    names = [*WAYS, *(chance.choice(list(WAYS)) for _n in range(25))]
    return [one(agency, account, version, w, FIRST + timedelta(days=n), chance) for n, w in enumerate(names)]


def drawn(actor: Actor) -> tuple[ProcessMap, MapResult]:
    asked = actions.ask_map(actor, CODE, since=date(2026, 3, 1), until=date(2026, 4, 30))
    run_waiting()
    return queries.process_map(actor, asked.id)


def listed(actor: Actor, map_id: UUID, part: MapPart) -> set[UUID]:
    """Through every page."""
    found, cursor = [], None
    while True:
        page = queries.mapped(actor, map_id, part, cursor, limit=7)
        found += [row.dossier for row in page.rows]
        if page.next is None:
            assert len(found) == len(set(found)) == page.total
            return set(found)
        cursor = page.next


def test_every_number_is_what_the_model_counts_and_opens_to_it(leader: Actor, made: list[Made]) -> None:
    kept, shown = drawn(leader)
    names = {p.number: p.words for p in shown.places}
    numbers = {task: n for n, task in enumerate(sorted({t for w, _p in WAYS.values() for t in w} - {"x"}))}
    assert (shown.dossiers, shown.open) == (len(made), sum(m.path[-1] == "propose" for m in made))
    assert len(shown.places) == len(numbers) + 1 + 2
    edges: dict[tuple[str, str], list[float]] = {}
    opened: dict[tuple[str, str], set[UUID]] = {}
    for m in made:
        for a, b, t, u in zip(m.path, m.path[1:], m.began, m.began[1:], strict=False):
            edges.setdefault((a, b), []).append((u - t).total_seconds())
            opened.setdefault((a, b), set()).add(m.id)
    seen = {}
    for edge in shown.edges:
        ids = frozenset(listed(leader, kept.id, MapPart(edge=(edge.start, edge.end))))
        assert edge.dossiers == len(ids), names
        seen[ids, edge.count, edge.median, edge.ninety] = edge
    assert {(frozenset(opened[e]), len(t), half(t, 0.5), half(t, 0.9)) for e, t in edges.items()} == set(seen)
    ways = Counter(tuple(m.path) for m in made)
    assert [v.dossiers for v in shown.variants] == sorted(ways.values(), reverse=True)
    for variant in shown.variants:
        assert len(listed(leader, kept.id, MapPart(variant=variant.number))) == variant.dossiers
    again = {m.id for m in made if len(set(m.path)) < len(m.path)}
    assert shown.reworked == shown.supplemented == len(again)
    assert listed(leader, kept.id, MapPart(again=True)) == again
    assert sum(edge.back for edge in shown.edges) == len(again)
    late = {m.id for m in made if m.late}
    assert (shown.late, listed(leader, kept.id, MapPart(late=True))) == (len(late), late)
    by_step = Counter(m.late for m in made if m.late)
    assert sorted(c.dossiers for c in shown.causes) == sorted(by_step.values())
    for cause in shown.causes:
        ids = listed(leader, kept.id, MapPart(cause=cause.number))
        assert len({m.late for m in made if m.id in ids}) == 1
        assert len(ids) == cause.dossiers
        assert UUID(cause.agency) in kept.agencies


def test_a_hand_over_is_no_way_of_its_own(leader: Actor, made: list[Made]) -> None:
    _kept, shown = drawn(leader)
    assert not any(e.start == e.end for e in shown.edges)
    assert all(v.path[0] == START for v in shown.variants)
    assert {v.path[-1] for v in shown.variants if goes(v.path, v.path[-2], ENDS["returned"])} == {ENDS["returned"]}


def test_a_map_is_its_askers_and_of_their_agencies_only(
    leader: Actor, specialist: Actor, mother: Actor, made: list[Made]
) -> None:
    kept, _shown = drawn(leader)
    elsewhere = Agency.objects.exclude(id__in=kept.agencies).filter(kind="commune_committee").first()
    assert elsewhere is not None
    gone = Actor(account=leader.account, strong=True, grants=frozenset({Grant("leader", elsewhere.id)}), name="x")
    for other in (specialist, gone):
        with pytest.raises(NotFound):
            queries.process_map(other, kept.id)
        with pytest.raises(NotFound):
            queries.mapped(other, kept.id, MapPart())
        assert queries.my_maps(other) == []
    with pytest.raises(NotFound):
        actions.ask_map(leader, CODE, since=kept.since, until=kept.until, agencies=[elsewhere.id])
    assert [m.id for m in queries.my_maps(leader)] == [kept.id]


def test_ones_own_dossier_stands_in_no_map(leader: Actor, made: list[Made]) -> None:
    Dossier.objects.filter(id=made[0].id).update(applicant_account=leader.account)
    kept, shown = drawn(leader)
    assert shown.dossiers == len(made) - 1
    assert made[0].id not in listed(leader, kept.id, MapPart())


def test_a_map_says_what_it_cannot_be_asked(leader: Actor, made: list[Made]) -> None:
    for code, since, until in (("", 1, 2), ("9.999999", 1, 2), (CODE, 2, 1)):
        with pytest.raises(Invalid):
            actions.ask_map(leader, code, since=date(2026, 3, since), until=date(2026, 3, until))
    for _n in range(2):
        actions.ask_map(leader, CODE, since=FIRST.date(), until=FIRST.date())
    with pytest.raises(TooMany):
        actions.ask_map(leader, CODE, since=FIRST.date(), until=FIRST.date())
    run_waiting()
    kept = queries.my_maps(leader)[0]
    for bad in ("-1", "x", "9" * 12):
        with pytest.raises(Invalid):
            queries.mapped(leader, kept.id, MapPart(), bad)


def test_a_map_of_nothing_is_empty_and_done(leader: Actor, version: Any) -> None:
    kept, shown = drawn(leader)
    assert (kept.state, shown.dossiers, shown.edges, MapGroup.objects.count()) == ("ready", 0, [], 0)


def test_the_api_asks_reads_and_opens_the_numbers(
    calls: Callable[[Actor], Caller],  # noqa: F811
    leader: Actor,
    specialist: Actor,
    mother: Actor,
    made: list[Made],
) -> None:
    mine, other = calls(leader), calls(specialist)
    days = {"since": "2026-03-01", "until": "2026-04-30"}
    asked = mine.send("POST", "/process-maps", {"procedure": CODE, **days})
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    at = f"/process-maps/{asked.json()['id']}"
    assert mine.get(at).json()["result"] is None
    run_waiting()
    result = mine.get(at).json()["result"]
    assert result["dossiers"] == len(made)
    assert [one["id"] for one in mine.get("/process-maps").json()["items"]] == [asked.json()["id"]]

    begun = [m for m in made if ("check", "propose") in zip(m.path, m.path[1:], strict=False)]
    number = {place["words"]: place["number"] for place in result["places"]}
    start, end = (number[words] for words in ("Thẩm định hồ sơ", next(w for w in number if w.startswith("Trình"))))
    assert mine.get(f"{at}/dossiers?start={start}").status_code == 422
    found, cursor = [], ""
    while True:
        page = mine.get(f"{at}/dossiers?start={start}&end={end}&limit=7{cursor}").json()
        found += [row["dossier"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert (set(found), len(found), page["total"]) == ({str(m.id) for m in begun}, len(begun), len(begun))

    assert mine.get(f"{at}/dossiers?cursor=x").status_code == 422
    assert mine.send("POST", "/process-maps", {"procedure": "0.000000", **days}).status_code == 422
    backwards = {"since": "2026-04-30", "until": "2026-03-01"}
    refused = mine.send("POST", "/process-maps", {"procedure": CODE, **backwards})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["#/until"])
    elsewhere = Agency.objects.exclude(id__in=result and asked.json()["agencies"]).first()
    assert elsewhere is not None
    away = mine.send("POST", "/process-maps", {"procedure": CODE, **days, "agencies": [str(elsewhere.id)]})
    assert away.status_code == 404
    assert [other.get(path).status_code for path in (at, f"{at}/dossiers")] == [404, 404]
    assert calls(mother).get("/process-maps").status_code == 403
