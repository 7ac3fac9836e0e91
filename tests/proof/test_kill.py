"""Kill -9 of web, worker and database while more than twenty submits are in flight: nothing acknowledged is lost,
nothing is there that nobody asked for, and what got no answer is sent again with its key and happens once."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from tests.filing import MOTHER, agency_of, drafted, sign_in
from tests.running import Running, disposable, until

pytestmark = pytest.mark.proof

SENDERS = 24
DRAFTS = 48
LEAST_IN_FLIGHT = 20


@dataclass
class Senders:
    """Drafts sent at the same time, and what each sender heard."""

    http: httpx.Client
    keys: dict[UUID, str]
    acknowledged: dict[UUID, UUID] = field(default_factory=dict)  #: draft → dossier
    unanswered: set[UUID] = field(default_factory=set)
    in_flight: int = 0
    most_in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, draft: UUID) -> None:
        """Submit one draft once; a broken connection or a server error is no answer."""
        with self.lock:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            answer = self.http.post(f"/api/v1/drafts/{draft}/submit", headers={"Idempotency-Key": self.keys[draft]})
        except httpx.TransportError:
            answer = None
        with self.lock:
            self.in_flight -= 1
            if answer is not None and answer.status_code == 201:
                self.acknowledged[draft] = UUID(answer.json()["id"])
            elif answer is None or answer.status_code >= 500:
                self.unanswered.add(draft)
            else:
                raise AssertionError(f"refused: {answer.status_code} {answer.text}")


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with disposable() as instance:
        instance.up()
        yield instance


@pytest.fixture(scope="module")
def http(running: Running) -> Iterator[httpx.Client]:
    """The mother's program, signed in."""
    limits = httpx.Limits(max_connections=SENDERS, max_keepalive_connections=0)
    with httpx.Client(base_url=running.url, timeout=60, limits=limits) as client:
        sign_in(client, running.accounts(), MOTHER)
        yield client


@pytest.fixture(scope="module")
def agency(http: httpx.Client) -> str:
    return agency_of(http)


def rows(database: psycopg.Connection, drafts: list[UUID]) -> dict[UUID, list[UUID]]:
    """The dossiers of each draft, as the database has them."""
    found: dict[UUID, list[UUID]] = {draft: [] for draft in drafts}
    query = "SELECT draft_id, id FROM dossiers_dossier WHERE draft_id = ANY(%s)"
    for draft, dossier in database.execute(query, [drafts]):
        found[draft].append(dossier)
    return found


def kill_web(running: Running) -> None:
    running.kill(*running.processes("granian"))


def kill_one_web_worker(running: Running) -> None:
    """Not the oldest: that one is the parent."""
    running.kill(running.processes("granian")[-1])


def kill_worker(running: Running) -> None:
    running.kill(*running.processes("procrastinate", "worker"))


def kill_database(running: Running) -> None:
    running.kill(running.postmaster)


@pytest.mark.parametrize("kill", [kill_web, kill_one_web_worker, kill_worker, kill_database])
def test_killed_in_mid_submit_all_is_reconciled(
    running: Running, http: httpx.Client, agency: str, kill: Callable[[Running], None]
):
    until(running.ready, 60, "ready before the kill")
    with ThreadPoolExecutor(4) as pool:
        drafts = list(pool.map(lambda _number: drafted(http, agency), range(DRAFTS)))
    senders = Senders(http, {draft: str(uuid4()) for draft in drafts})
    with ThreadPoolExecutor(SENDERS) as pool:
        sent = [pool.submit(senders.send, draft) for draft in drafts]
        until(lambda: senders.in_flight >= LEAST_IN_FLIGHT and len(senders.acknowledged) > 2, 60, "many in flight")
        kill(running)
    for one in sent:
        one.result()
    assert senders.most_in_flight >= LEAST_IN_FLIGHT
    if kill in (kill_web, kill_database):
        assert senders.unanswered, "the kill came too late to hit anything"
    until(running.ready, 90, "ready after the kill")

    with running.database() as database:
        stored = rows(database, drafts)
        lost = {draft for draft, dossier in senders.acknowledged.items() if stored[draft] != [dossier]}
        unasked = {draft for draft, made in stored.items() if made and draft not in senders.acknowledged}
        assert not lost, "acknowledged, but not in the database"
        assert unasked <= senders.unanswered, "in the database, but no sender is waiting for it"

        for draft in list(senders.unanswered):
            senders.send(draft)
        assert set(senders.acknowledged) == set(drafts)
        stored = rows(database, drafts)
        assert {draft: [dossier] for draft, dossier in senders.acknowledged.items()} == stored
        _every_one_has_its_event_and_trail(database, list(senders.acknowledged.values()))
        _everything_is_delivered(database)


def _every_one_has_its_event_and_trail(database: psycopg.Connection, dossiers: list[UUID]) -> None:
    subjects = [f"dossier:{dossier}" for dossier in dossiers]
    events = database.execute(
        "SELECT subject, count(*) FROM kernel_event WHERE subject = ANY(%s) AND type LIKE '%%.submitted' GROUP BY 1",
        [subjects],
    ).fetchall()
    assert dict(events) == dict.fromkeys(subjects, 1)
    trailed = database.execute(
        "SELECT e.subject, count(a.id) FROM kernel_event e JOIN kernel_audit a ON a.event = e.id "
        "WHERE e.subject = ANY(%s) AND e.type LIKE '%%.submitted' GROUP BY 1",
        [subjects],
    ).fetchall()
    assert dict(trailed) == dict.fromkeys(subjects, 1)


def _everything_is_delivered(database: psycopg.Connection) -> None:
    """What the killed worker held is done by the next one; nothing is parked."""

    def waiting() -> int:
        row = database.execute("SELECT count(*) FROM kernel_delivery WHERE state <> 'done'").fetchone()
        assert row is not None
        return int(row[0])

    time.sleep(1)
    until(lambda: waiting() == 0, 240, "every delivery done")
