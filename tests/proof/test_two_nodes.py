"""Two web nodes and two workers behind nginx that share the database and the files, and nothing else."""

import itertools
import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import psycopg
import pytest

from tests.deployed import Deployment
from tests.filing import FORM, PROCEDURE, drafted
from tests.first_province import LEADER, MOTHER, RECEIVER, Province
from tests.first_steps import send_form, sign_in, token_of
from tests.proof.test_kill import LEAST_IN_FLIGHT, SENDERS, Order, Senders, happened
from tests.running import children, until
from tinhso.cli.touring.client import PERIOD, totp
from tinhso.cli.touring.journey import Journey
from tinhso.kernel.samples import SampleAccount

pytestmark = pytest.mark.proof


def asked(deployment: Deployment) -> list[dict[str, object]]:
    """What nginx noted: one line a request."""
    log = deployment.first.home / "nginx" / "access.log"
    return [json.loads(line) for line in log.read_text().splitlines()]


class OnTwoNodes(Journey):
    """The way of a birth registration with the people of this province."""

    def __init__(self, province: Province) -> None:
        self.people = province.accounts
        super().__init__(province.deployment.url, province.deployment.first.home)

    def _accounts(self) -> dict[str, SampleAccount]:
        return self.people


def test_a_birth_is_registered_with_every_other_request_on_the_other_node(province: Province) -> None:
    before = len(asked(province.deployment))
    journey = OnTwoNodes(province)
    journey.go()
    lines = asked(province.deployment)[before:]
    by_node = Counter(str(line["upstream"]) for line in lines)
    assert set(by_node) == {f"127.0.0.1:{node.port}" for node in province.deployment.nodes}, by_node
    turns = sum(a["upstream"] != b["upstream"] for a, b in itertools.pairwise(lines))
    assert turns >= 0.9 * (len(lines) - 1), "requests did not alternate"
    assert all(line["upstream_status"] == str(line["status"]) for line in lines)


def test_a_draft_saved_on_one_node_is_resumed_on_the_other(province: Province) -> None:
    a, b = province.deployment.nodes
    with province.direct(a) as on_a, province.direct(b) as on_b:
        token = token_of(on_a, province.accounts[MOTHER])
        for http in (on_a, on_b):
            http.headers["Authorization"] = f"Bearer {token}"
        begun = on_a.post("/api/v1/drafts", json={"procedure": PROCEDURE, "agency": province.agency})
        draft, mark = begun.json()["id"], begun.headers["ETag"]
        saved = on_a.put(f"/api/v1/drafts/{draft}/topics/applicant", json=FORM["applicant"], headers={"If-Match": mark})
        assert saved.status_code == 200, saved.text
        seen = on_b.get(f"/api/v1/drafts/{draft}").json()
        assert seen["data"]["applicant"]["phone"] == FORM["applicant"]["phone"]
        child = on_b.put(
            f"/api/v1/drafts/{draft}/topics/child", json=FORM["child"], headers={"If-Match": saved.headers["ETag"]}
        )
        assert child.status_code == 200, child.text
        other = {**FORM["child"], "given_name": "Khang"}
        stale = on_a.put(
            f"/api/v1/drafts/{draft}/topics/child", json=other, headers={"If-Match": saved.headers["ETag"]}
        )
        assert stale.status_code == 412, "node A did not see what node B saved"


def test_a_session_is_known_on_both_nodes_and_ended_on_both(province: Province) -> None:
    a, b = province.deployment.nodes
    account = province.accounts[RECEIVER]
    with province.deployment.client() as http, province.direct(a) as on_a, province.direct(b) as on_b:
        assert sign_in(http, account.login, account.password).status_code == 302
        # these cookies are for HTTPS only: on the plain hop to a node they are given by hand, as nginx gives them
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in http.cookies.items())}
        assert [on.get("/ban-lam-viec/", headers=cookies).status_code for on in (on_a, on_b)] == [200, 200]
        assert send_form(http, "/dang-xuat/").status_code == 302
        assert [on.get("/ban-lam-viec/", headers=cookies).status_code for on in (on_a, on_b)] == [302, 302]


def test_a_code_used_on_one_node_opens_nothing_on_the_other(province: Province) -> None:
    a, b = province.deployment.nodes
    account = province.accounts[LEADER]
    time.sleep(PERIOD - time.time() % PERIOD + 1)
    body = {"login": account.login, "password": account.password, "code": totp(account.totp)}
    with province.direct(a) as on_a, province.direct(b) as on_b:
        assert on_a.post("/api/v1/sessions", json=body).status_code == 201
        assert on_b.post("/api/v1/sessions", json=body).status_code in {401, 422}
        assert on_a.post("/api/v1/sessions", json=body).status_code in {401, 422}


def test_wrong_passwords_are_counted_across_nodes(province: Province) -> None:
    a, b = province.deployment.nodes
    body = {"login": "khong-co-ai@vidu.vn", "password": "sai-mat-khau-1"}
    with province.direct(a, "203.0.113.77") as on_a, province.direct(b, "203.0.113.77") as on_b:
        answers = [(on_a, on_b)[turn % 2].post("/api/v1/sessions", json=body).status_code for turn in range(7)]
    assert answers == [401] * 5 + [429, 429]
    with province.direct(a, "203.0.113.78") as elsewhere:
        assert elsewhere.post("/api/v1/sessions", json=body).status_code == 401


def test_a_forged_address_does_not_pass_nginx(province: Province) -> None:
    body = {"login": "cung-khong-co-ai@vidu.vn", "password": "sai-mat-khau-1"}
    with province.deployment.client() as http:
        answers = [
            http.post("/api/v1/sessions", json=body, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code
            for n in range(6)
        ]
    assert answers == [401] * 5 + [429]


def test_a_node_killed_in_flight_loses_nothing_that_was_acknowledged(province: Province) -> None:
    deployment, victim = province.deployment, province.deployment.nodes[1]
    limits = httpx.Limits(max_connections=SENDERS)
    with deployment.client(limits=limits) as http:
        http.headers["Authorization"] = f"Bearer {token_of(http, province.accounts[MOTHER])}"
        with ThreadPoolExecutor(4) as pool:
            drafts = list(pool.map(lambda _n: drafted(http, province.agency), range(SENDERS + 12)))
        orders, senders = [Order(http, f"drafts/{draft}/submit", draft) for draft in drafts], Senders()
        starts = victim.web.starts
        with ThreadPoolExecutor(SENDERS) as pool:
            sent = [pool.submit(senders.send, order) for order in orders]
            until(lambda: senders.in_flight >= LEAST_IN_FLIGHT and len(senders.acknowledged) > 2, 60, "many in flight")
            victim.web.kill()
        for one in sent:
            one.result()
        assert senders.acknowledged, "the other node did not go on"
        with deployment.database() as database:
            _reconciled(database, orders, senders)
            for order in list(senders.unanswered):
                senders.send(order)
            assert set(senders.acknowledged) == set(orders)
            stored = happened(database, orders)
            assert stored == {order: [dossier] for order, dossier in senders.acknowledged.items()}
    until(lambda: victim.web.starts > starts and victim.ready(), 120, "the node is back")


def _reconciled(database: psycopg.Connection, orders: list[Order], senders: Senders) -> None:
    stored = happened(database, orders)
    assert all(stored[order] == [dossier] for order, dossier in senders.acknowledged.items())
    unasked = {order for order, made in stored.items() if made and order not in senders.acknowledged}
    assert unasked <= senders.unanswered


def waiting(database: psycopg.Connection) -> int:
    row = database.execute("SELECT count(*) FROM kernel_delivery WHERE state <> 'done'").fetchone()
    assert row is not None
    return int(row[0])


def test_what_a_killed_worker_held_is_done_by_the_other(province: Province) -> None:
    deployment, victim = province.deployment, province.deployment.nodes[1]
    with deployment.client() as http, deployment.database() as database:
        http.headers["Authorization"] = f"Bearer {token_of(http, province.accounts[MOTHER])}"
        drafts = [drafted(http, province.agency) for _n in range(4)]
        victim.worker().stopping.set()
        victim.worker().kill()
        for draft in drafts:
            assert http.post(f"/api/v1/drafts/{draft}/submit").status_code == 201
        until(lambda: waiting(database) == 0, 240, "every delivery done by the worker that is left")
    victim.worker().start()


def test_each_node_takes_its_own_spool_into_the_database(province: Province) -> None:
    """Readings noted on a node whose worker is away wait in its home, and are taken when it is back."""
    a, b = province.deployment.nodes
    b.worker().stopping.set()
    b.worker().kill()
    with province.deployment.database() as database, province.direct(b) as on_b, province.direct(a) as on_a:
        mother = {"Authorization": f"Bearer {token_of(on_a, province.accounts[MOTHER])}"}
        officer = {"Authorization": f"Bearer {token_of(on_a, province.accounts[RECEIVER])}"}
        dossier = on_a.post(f"/api/v1/drafts/{_drafted(on_a, province.agency, mother)}/submit", headers=mother).json()
        assert on_b.get(f"/api/v1/dossiers/{dossier['id']}", headers=officer).status_code == 200

        def taken() -> int:
            query = "SELECT count(*) FROM kernel_disclosure WHERE record LIKE %s"
            row = database.execute(query, [f"%{dossier['id']}%"]).fetchone()
            assert row is not None
            return int(row[0])

        time.sleep(20)
        assert taken() == 0, "another node read a spool that is not its own"
        b.worker().start()
        until(lambda: taken() > 0, 120, "the node's own worker took it")


def _drafted(http: httpx.Client, agency: str, headers: dict[str, str]) -> UUID:
    http.headers.update(headers)
    try:
        return drafted(http, agency)
    finally:
        del http.headers["Authorization"]


def test_reloading_both_nodes_loses_no_request(province: Province) -> None:
    deployment = province.deployment
    done, failed, stop = Counter[int](), [], threading.Event()

    def ask() -> None:
        with deployment.client() as http:
            while not stop.is_set():
                try:
                    done[http.get("/thu-tuc/1.001193").status_code] += 1
                except httpx.TransportError as error:
                    failed.append(repr(error))

    with ThreadPoolExecutor(4) as pool:
        for _n in range(4):
            pool.submit(ask)
        for node in deployment.nodes:
            before = children(node.web.pid)
            node.web.reload()
            until(lambda n=node, b=before: not children(n.web.pid) & b and n.ready(), 120, "new processes serve")
        stop.set()
    assert not failed
    assert set(done) == {200}, done
    assert done[200] > 10


def test_a_stopping_node_answers_what_it_had_begun(province: Province) -> None:
    """A file is being checked (a second of work) when the order to stop comes."""
    node = province.deployment.nodes[1]
    answers: list[int] = []

    def check() -> None:
        with province.direct(node, "203.0.113.90") as http:
            answers.append(http.post("/api/v1/verifications", files={"file": ("a.pdf", b"%PDF-1.7\n" * 9)}).status_code)

    asking = threading.Thread(target=check)
    asking.start()
    time.sleep(0.3)
    assert node.web.stop() is not None
    asking.join(timeout=60)
    assert answers == [200]
    with province.deployment.client() as http:
        assert [http.get("/").status_code for _n in range(6)] == [200] * 6, "nginx did not pass over the stopped node"
    node.web.start()
    until(node.ready, 120, "the node is back")
