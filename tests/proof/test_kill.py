"""Kill -9 of web, worker and database while more than twenty submits and orders of a signature are in flight: nothing
acknowledged is lost, nothing is there that nobody asked for, and what got no answer is sent again with its key and
happens once. Every ordered signature is made in the end, with a number of its own and no number left out.

TINHSO_KILL_ROUNDS=20 kills twenty times (`make kill`), the proofs once of each kind.
"""

import os
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

RECEIVER, SPECIALIST, LEADER = "hontre.tiepnhan", "hontre.hotich", "hontre.phochutich"
SENDERS = 24
DRAFTS = 36
SIGNINGS = 24
LEAST_IN_FLIGHT = 20


@dataclass(frozen=True)
class Order:
    """One request that must happen once: a draft to be sent, or a result to be signed."""

    http: httpx.Client
    path: str
    thing: UUID  #: the draft or the dossier
    mark: str = ""
    key: str = field(default_factory=lambda: str(uuid4()))

    def send(self) -> httpx.Response:
        headers = {"Idempotency-Key": self.key, **({"If-Match": self.mark} if self.mark else {})}
        return self.http.post(f"/api/v1/{self.path}", headers=headers)


@dataclass
class Senders:
    """Orders sent at the same time, and what each sender heard."""

    acknowledged: dict[Order, UUID] = field(default_factory=dict)  #: the dossier that the answer names
    unanswered: set[Order] = field(default_factory=set)
    in_flight: int = 0
    most_in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, order: Order) -> None:
        """Once; a broken connection or a server error is no answer."""
        with self.lock:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            answer = order.send()
        except httpx.TransportError:
            answer = None
        with self.lock:
            self.in_flight -= 1
            if answer is not None and answer.is_success:
                self.acknowledged[order] = UUID(answer.json()["id"])
            elif answer is None or answer.status_code >= 500:
                self.unanswered.add(order)
            else:
                raise AssertionError(f"{order.path} refused: {answer.status_code} {answer.text}")


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with disposable() as instance:
        instance.up()
        yield instance


@pytest.fixture(scope="module")
def clients(running: Running) -> Iterator[dict[str, httpx.Client]]:
    """The mother's program and those of three officials, signed in."""
    limits = httpx.Limits(max_connections=SENDERS, max_keepalive_connections=0)
    logins = (MOTHER, RECEIVER, SPECIALIST, LEADER)
    signed = {login: httpx.Client(base_url=running.url, timeout=60, limits=limits) for login in logins}
    for login, http in signed.items():
        sign_in(http, running.accounts(), login)
    yield signed
    for http in signed.values():
        http.close()


@pytest.fixture(scope="module")
def agency(clients: dict[str, httpx.Client]) -> str:
    return agency_of(clients[MOTHER])


def proposed(clients: dict[str, httpx.Client], agency: str) -> Order:
    """A dossier that waits for the leader's signature, and the order of it."""
    sent = clients[MOTHER].post(f"/api/v1/drafts/{drafted(clients[MOTHER], agency)}/submit").raise_for_status()
    dossier = sent.json()["id"]
    for login, act, body in ((RECEIVER, "reception", None), (SPECIALIST, "proposal", {"text": "Đủ điều kiện."})):
        mark = clients[login].get(f"/api/v1/dossiers/{dossier}").raise_for_status().json()["version"]
        done = clients[login].post(f"/api/v1/dossiers/{dossier}/{act}", json=body, headers={"If-Match": f'"{mark}"'})
        assert done.is_success, done.text
    mark = clients[LEADER].get(f"/api/v1/dossiers/{dossier}").raise_for_status().json()["version"]
    return Order(clients[LEADER], f"dossiers/{dossier}/signature", UUID(dossier), f'"{mark}"')


def orders_of(clients: dict[str, httpx.Client], agency: str) -> list[Order]:
    """Submits and signings in turn."""
    mother = clients[MOTHER]
    with ThreadPoolExecutor(4) as pool:
        drafts = list(pool.map(lambda _number: drafted(mother, agency), range(DRAFTS)))
        signings = list(pool.map(lambda _number: proposed(clients, agency), range(SIGNINGS)))
    orders = [Order(mother, f"drafts/{draft}/submit", draft) for draft in drafts]
    for place, signing in enumerate(signings):
        orders.insert(place * 2, signing)
    return orders


def happened(database: psycopg.Connection, orders: list[Order]) -> dict[Order, list[UUID]]:
    """What each order came to, as the database has it: dossiers of a draft, or a dossier once for each result."""
    found: dict[UUID, list[UUID]] = {order.thing: [] for order in orders}
    query = (
        "SELECT draft_id, id FROM dossiers_dossier WHERE draft_id = ANY(%(things)s) UNION ALL "
        "SELECT dossier_id, dossier_id FROM dossiers_result WHERE dossier_id = ANY(%(things)s)"
    )
    for thing, dossier in database.execute(query, {"things": list(found)}):
        found[thing].append(dossier)
    return {order: found[order.thing] for order in orders}


def kill_web(running: Running) -> None:
    running.kill(*running.processes("granian"))


def kill_one_web_worker(running: Running) -> None:
    """Not the oldest: that one is the parent."""
    running.kill(running.processes("granian")[-1])


def kill_worker(running: Running) -> None:
    running.kill(*running.processes("procrastinate", "worker"))


def kill_database(running: Running) -> None:
    running.kill(running.postmaster)


KILLS = [kill_web, kill_one_web_worker, kill_worker, kill_database]
ROUNDS = [KILLS[n % len(KILLS)] for n in range(int(os.environ.get("TINHSO_KILL_ROUNDS", len(KILLS))))]


@pytest.mark.parametrize("kill", ROUNDS)
def test_killed_in_mid_submit_and_signing_all_is_reconciled(
    running: Running, clients: dict[str, httpx.Client], agency: str, kill: Callable[[Running], None]
) -> None:
    until(running.ready, 60, "ready before the kill")
    orders, senders = orders_of(clients, agency), Senders()
    with ThreadPoolExecutor(SENDERS) as pool:
        sent = [pool.submit(senders.send, order) for order in orders]
        until(lambda: senders.in_flight >= LEAST_IN_FLIGHT and len(senders.acknowledged) > 2, 60, "many in flight")
        kill(running)
    for one in sent:
        one.result()
    assert senders.most_in_flight >= LEAST_IN_FLIGHT
    if kill in (kill_web, kill_database):
        assert senders.unanswered, "the kill came too late to hit anything"
    until(running.ready, 90, "ready after the kill")

    with running.database() as database:
        stored = happened(database, orders)
        lost = {order.path for order, dossier in senders.acknowledged.items() if stored[order] != [dossier]}
        unasked = {order for order, made in stored.items() if made and order not in senders.acknowledged}
        assert not lost, "acknowledged, but not in the database"
        assert unasked <= senders.unanswered, "in the database, but no sender is waiting for it"

        for order in list(senders.unanswered):
            senders.send(order)
        assert set(senders.acknowledged) == set(orders)
        assert {order: [dossier] for order, dossier in senders.acknowledged.items()} == happened(database, orders)
        submits = [dossier for order, dossier in senders.acknowledged.items() if not order.mark]
        signings = [order.thing for order in orders if order.mark]
        _every_one_has_its_event_and_trail(database, submits, "submitted")
        _every_signature_is_made(database, signings)
        _every_one_has_its_event_and_trail(database, signings, "signature-made")
        _everything_is_delivered(database)


def _every_signature_is_made(database: psycopg.Connection, dossiers: list[UUID]) -> None:
    """By the next worker when the first was killed; the numbers of the book run on without a gap."""

    def missing() -> int:
        row = database.execute(
            "SELECT count(*) FROM dossiers_result "
            "WHERE dossier_id = ANY(%s) AND (file_id IS NULL OR state <> 'signing')",
            [dossiers],
        ).fetchone()
        assert row is not None
        return int(row[0])

    until(lambda: missing() == 0, 420, "every ordered signature made")
    books = database.execute("SELECT book_id, count(*), max(number) FROM dossiers_bookentry GROUP BY 1").fetchall()
    assert books
    assert all(count == last for _book, count, last in books)


def _every_one_has_its_event_and_trail(database: psycopg.Connection, dossiers: list[UUID], act: str) -> None:
    subjects, kind = [f"dossier:{dossier}" for dossier in dossiers], f"%.{act}"
    events = database.execute(
        "SELECT subject, count(*) FROM kernel_event WHERE subject = ANY(%s) AND type LIKE %s GROUP BY 1",
        [subjects, kind],
    ).fetchall()
    assert dict(events) == dict.fromkeys(subjects, 1)
    trailed = database.execute(
        "SELECT e.subject, count(a.id) FROM kernel_event e JOIN kernel_audit a ON a.event = e.id "
        "WHERE e.subject = ANY(%s) AND e.type LIKE %s GROUP BY 1",
        [subjects, kind],
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
