"""`make bench-dossiers`: officers' and citizens' pages over 10,000, 100,000 and 1,000,000 simulated dossiers.

For each size a disposable instance of its own, filled by `tinhso simulate`. Measured over HTTP on loopback: how long
the filling took and its memory; each page alone (queries, CPU, p50, p95, p99); 50 people who think for two seconds;
memory of all processes (PSS, so that what they share counts once); and, apart, saturation: submits acknowledged a
second, and how fast the papers that they make drain. The load generator runs on the same machine.

    SIZES=10000 DURATION=60 USERS=50 SUBMITS=300 make bench-dossiers

SUBMITS=18600 RATE=62 sends for five minutes at a little more than the goal's rate. The drafts are copies of one that
was filled in over HTTP.

With KEEP=<folder> the instances stay there, one a size, and are measured again without being filled anew.

What filling leaves behind (counting of measures, vacuum of the new tables) is waited for, at most half an hour; how
long that took, and what still ran then, is reported.
"""

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from scripts.bench_load import Person, Seen, cpu_of, family, machine, one, pace, spread
from tests.filing import MOTHER, agency_of, drafted, sign_in
from tests.running import Running, disposable, standing

from tinhso.kernel.ids import new_id

ROOT = Path(__file__).resolve().parents[1]
SIZES = [int(size) for size in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
SECONDS = min(int(os.environ.get("DURATION", "60")), 300)
USERS = min(int(os.environ.get("USERS", "50")), 200)
SUBMITS = int(os.environ.get("SUBMITS", "300"))
TIMES = int(os.environ.get("TIMES", "30"))
RATE = float(os.environ.get("RATE", "0"))
KEEP = os.environ.get("KEEP", "")
THINK = 2.0
PATIENCE = 1800.0
#: As in the province: 1.8 million people to a million dossiers.
PERSONS = 1.8
OFFICERS = ("rachgia.tiepnhan", "rachgia.hotich", "rachgia.vanthu")
GOALS = {
    "p95_ms": 150,
    "p50_of_the_largest_to_10k": 1.5,
    "submits_a_second": 60,
    "papers_a_second": 5,
    "list_cpu_ms": 20,
    "detail_cpu_ms": 12,
    "create_cpu_ms": 20,
    "memory_mb": 2048,
    "simulate_seconds_at_1m": 1200,
    "simulate_mb": 4096,
}


def simulated(running: Running, size: int) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Fill the instance, unless it is; what that took, and the citizens who can sign in."""
    filled, accounts = running.home / "filled.json", running.home / "simulated-accounts.json"
    if filled.exists():
        return json.loads(filled.read_text()), json.loads(accounts.read_text())
    words = ["simulate", "--persons", str(int(size * PERSONS)), "--dossiers", str(size), "--seed", "1"]
    command = [sys.executable, "-m", "tinhso.cli.main", *words, "--sign-ins", "6"]
    began = time.monotonic()
    done = subprocess.run(command, env=running.environment, stdout=subprocess.PIPE, text=True, check=True)
    took = time.monotonic() - began
    with running.database() as link:
        (held,) = link.execute("SELECT pg_database_size('tinhso') / 1048576").fetchone() or (0,)
        link.execute("ANALYZE")
    cost = {
        "seconds": round(took, 1),
        "largest_process_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "database_mb": int(held),
        "said": done.stdout.splitlines()[-1],
    }
    filled.write_text(json.dumps(cost))
    return cost, json.loads(accounts.read_text())


def settled(running: Running) -> dict[str, Any]:
    """Wait for the jobs and the vacuum that the filling left behind."""
    began = time.monotonic()
    with running.database() as link:
        while time.monotonic() - began < PATIENCE:
            jobs, vacuums = link.execute(_BUSY).fetchone() or (0, 0)
            if jobs + vacuums == 0:
                break
            time.sleep(5)
        else:
            jobs, vacuums = link.execute(_BUSY).fetchone() or (0, 0)
    return {"seconds": round(time.monotonic() - began), "jobs_left": jobs, "vacuums_left": vacuums}


_BUSY = """
SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'
        OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker')
"""


def memory(running: Running) -> dict[str, float]:
    """PSS in MB of everything that runs for the home."""
    roots = {
        "database": [running.postmaster],
        "web": running.processes("granian"),
        "worker": running.processes("procrastinate"),
    }
    total = {name: sum(map(_pss, {p for root in pids for p in family(root)})) for name, pids in roots.items()}
    return {name: round(mb) for name, mb in (total | {"all": sum(total.values())}).items()}


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def cpu(running: Running) -> dict[str, float]:
    roots = {
        "database": [running.postmaster],
        "web": running.processes("granian"),
        "worker": running.processes("procrastinate"),
    }
    return {name: cpu_of({p for root in pids for p in family(root)}) for name, pids in roots.items()}


def requests_of(running: Running) -> list[dict[str, Any]]:
    lines = (running.home / "logs" / "web.jsonl").read_text().splitlines()
    return [line for line in map(json.loads, lines) if line.get("event") == "request"]


def alone(running: Running, people: dict[str, Person]) -> dict[str, Any]:
    """Each page asked again and again by one person."""
    found = {}
    for person in people.values():
        with httpx.Client(base_url=running.url, cookies=person.cookies, timeout=120) as http:
            for page, path in person.pages:
                for _warm in range(3):
                    http.get(path).raise_for_status()
                seen, before, took = len(requests_of(running)), cpu(running), []
                for _time in range(TIMES):
                    began = time.perf_counter()
                    http.get(path).raise_for_status()
                    took.append((time.perf_counter() - began) * 1000)
                used = {name: (after - before[name]) * 1000 / TIMES for name, after in cpu(running).items()}
                queries = [line["queries"] for line in requests_of(running)[seen:]]
                found[page] = spread(took) | {
                    "queries": statistics.median(queries),
                    "cpu_ms": {name: round(value, 1) for name, value in used.items()},
                }
    return found


def together(running: Running, people: list[Person]) -> dict[str, Any]:
    """Many people who think between pages."""
    crowd = [people[number % len(people)] for number in range(USERS)]
    seen, before, began = Seen(), cpu(running), time.monotonic()

    async def all_of_them() -> None:
        until = time.monotonic() + SECONDS
        await asyncio.gather(*(one(person, running.url, True, seen, until, THINK) for person in crowd))

    asyncio.run(all_of_them())
    lasted, count = time.monotonic() - began, max(1, len(seen.all))
    used = {name: (after - before[name]) * 1000 / count for name, after in cpu(running).items()}
    return {
        "users": USERS,
        "requests_a_second": round(count / lasted, 1),
        "all": spread(seen.all),
        "pages": {page: spread(times) for page, times in sorted(seen.took.items())},
        "not_200": seen.wrong,
        "cpu_ms_a_request": {name: round(value, 1) for name, value in used.items()},
        "memory_mb": memory(running),
    }


def saturated(running: Running) -> dict[str, Any]:
    """Submits by eight connections at once, to sixteen communes and to one (whose numbers of the day are one row, so
    that its dossiers are numbered one after another); and the papers that follow when all of the one are received."""
    with citizen(running) as http:
        found = http.get("/api/v1/agencies", params={"limit": 200}).json()["items"]
        communes = [agency["id"] for agency in found if agency["kind"] == "commune_committee"][:16]
        province, _sent = submitted(running, http, communes, SUBMITS)
        one, sent = submitted(running, http, [agency_of(http)], min(SUBMITS, 600))
    return {"province": province, "one_agency": one, "papers": drained(running, sent[:200])}


def submitted(
    running: Running, http: httpx.Client, agencies: list[str], count: int
) -> tuple[dict[str, Any], list[str]]:
    drafts = copied(running, drafted(http, agencies[0]), [agencies[number % len(agencies)] for number in range(count)])
    time.sleep(5)  # what follows the drafts is done
    before, began, own = cpu(running), time.monotonic(), time.process_time()

    def send(number: int) -> httpx.Response:
        if RATE:
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
        return http.post(f"/api/v1/drafts/{drafts[number]}/submit")

    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(send, range(len(drafts))))
    lasted, own = time.monotonic() - began, time.process_time() - own
    used = {name: (after - before[name]) * 1000 / len(drafts) for name, after in cpu(running).items()}
    used["load generator"] = own * 1000 / len(drafts)
    sent = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    return {
        "agencies": len(agencies),
        "submits": len(sent),
        "offered_a_second": RATE or "as many as can be",
        "seconds": round(lasted, 1),
        "submits_a_second": round(len(sent) / lasted, 1),
        "answers": spread([answer.elapsed.total_seconds() * 1000 for answer in answers]),
        "cpu_ms_a_submit": {name: round(value, 1) for name, value in used.items()},
    }, sent


def copied(running: Running, draft: UUID, agencies: list[str]) -> list[UUID]:
    """As many drafts like this one, with its paper, to these agencies: filling in each over HTTP takes three times as
    long as sending them."""
    new = [new_id() for _agency in agencies]
    with running.database() as link:
        link.execute(_DRAFTS, {"ids": new, "agencies": agencies, "of": draft})
        link.execute(_PAPERS, {"ids": new, "of": draft})
    return new


_DRAFTS = """
INSERT INTO dossiers_draft
SELECT (json_populate_record(d, json_build_object('id', new.id, 'agency_id', new.agency))).*
FROM dossiers_draft d, unnest(%(ids)s::uuid[], %(agencies)s::uuid[]) AS new (id, agency) WHERE d.id = %(of)s
"""
_PAPERS = """
INSERT INTO dossiers_attachment
SELECT (json_populate_record(a, json_build_object('id', gen_random_uuid(), 'draft_id', new.id))).*
FROM dossiers_attachment a, unnest(%(ids)s::uuid[]) AS new (id) WHERE a.draft_id = %(of)s AND a.removed_at IS NULL
"""


def drained(running: Running, dossiers: list[str]) -> dict[str, float]:
    """The paper receipt of each of these, which are received, asked for at once: how fast they are made, from the first
    order to the last paper, beside what the submits left behind."""
    with httpx.Client(base_url=running.url, timeout=120) as http, ThreadPoolExecutor(4) as hands:
        sign_in(http, running.accounts(), "hontre.tiepnhan")

        def received(dossier: str) -> None:
            mark = http.get(f"/api/v1/dossiers/{dossier}").headers["ETag"]
            http.post(f"/api/v1/dossiers/{dossier}/reception", headers={"If-Match": mark}).raise_for_status()

        list(hands.map(received, dossiers))
        with running.database() as link:
            waiting, there, began = _backlog(link), _receipts(link, dossiers), time.monotonic()
            list(hands.map(lambda one: http.post(f"/api/v1/dossiers/{one}/receipt-requests"), dossiers))
            ordered = time.monotonic() - began
            while _receipts(link, dossiers) < len(dossiers) and time.monotonic() - began < 300:
                time.sleep(0.1)
            made, lasted = _receipts(link, dossiers) - there, time.monotonic() - began
    return {
        "papers": made,
        "jobs_waiting_before": waiting,
        "seconds_to_order": round(ordered, 1),
        "seconds": round(lasted, 1),
        "a_second": round(made / lasted, 1),
    }


def _receipts(link: Any, dossiers: list[str]) -> int:
    row = link.execute(
        "SELECT count(*) FROM dossiers_paper"
        " WHERE kind = 'receipt' AND done_at IS NOT NULL AND dossier_id = ANY(%s::uuid[])",
        [dossiers],
    ).fetchone()
    return int(row[0])


def _backlog(link: Any) -> int:
    return int(link.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'").fetchone()[0])


@contextmanager
def citizen(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, timeout=120) as http:
        sign_in(http, running.accounts(), MOTHER)
        yield http


def signed_in(running: Running, login: str, password: str) -> dict[str, str]:
    """The cookies of a session."""
    with httpx.Client(base_url=running.url, timeout=60) as http:
        form = http.get("/dang-nhap/")
        token = http.cookies.get("csrftoken") or ""
        answer = http.post(
            form.url,
            data={"login": login, "password": password, "csrfmiddlewaretoken": token},
            headers={"Referer": str(form.url)},
        )
        assert answer.status_code == 302, (login, answer.status_code)
        return dict(http.cookies)


def people_of(running: Running, citizens: list[dict[str, str]]) -> list[Person]:
    """Citizens of the simulation with their own dossiers, and the officials of the largest commune."""
    passwords = {account["login"]: account["password"] for account in running.accounts()}
    made = []
    for account in citizens:
        pages = (("my dossiers", "/ho-so"), ("my dossier", f"/ho-so/{account['dossier']}"), ("vault", "/kho-giay-to"))
        made.append(Person(signed_in(running, account["login"], account["password"]), (("home", "/"), *pages)))
    with running.database() as link:
        found = link.execute(_WAITING).fetchall()
    for number, login in enumerate(OFFICERS):
        dossier = found[number % len(found)][0]
        pages = (("inbox", "/ban-lam-viec/"), ("dossier at the desk", f"/ban-lam-viec/ho-so/{dossier}"))
        made.append(Person(signed_in(running, login, passwords[login]), pages))
    return made


def at_size(officer: Person) -> Person:
    """An official who also searches, reads the whole agency's list and asks where dossiers wait."""
    wide = (("search", "/ban-lam-viec/tim?q=nguyen+van"), ("agency's list", "/ban-lam-viec/?pham-vi=co-quan"))
    return replace(officer, pages=(*officer.pages, *wide, ("board", "/ban-lam-viec/bang")))


_WAITING = """
SELECT d.id FROM dossiers_dossier d JOIN places_agency a ON a.id = d.agency_id
WHERE a.unit_id IN (SELECT id FROM places_unit WHERE code = '30742') AND a.valid_to IS NULL AND d.closed_at IS NULL
ORDER BY d.id LIMIT 3
"""


def measured(size: int) -> dict[str, Any]:
    with standing(Path(KEEP) / str(size)) if KEEP else disposable() as running:
        running.up(400)
        cost, citizens = simulated(running, size)
        quiet = settled(running)
        people = people_of(running, citizens)
        return {
            "simulate": cost,
            "settled": quiet,
            "loop_ms": pace(),
            "one_user": alone(running, {"citizen": people[0], "officer": at_size(people[-3])}),
            "many_users": together(running, people),
            "saturation": saturated(running),
            "memory_mb": memory(running),
        }


def main() -> int:
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    day = time.strftime("%Y-%m-%d", time.gmtime())
    report: dict[str, Any] = {"commit": commit, "day": day, "machine": machine(), "goals": GOALS, "sizes": {}}
    file = ROOT / "docs" / "performance" / f"dossiers-{day}-{commit}.json"
    for size in SIZES:
        report["sizes"][str(size)] = found = measured(size) | {"load_average": round(os.getloadavg()[0], 1)}
        file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
        print(size, found["simulate"]["seconds"], "s to fill,", found["many_users"]["all"], found["saturation"])
    print(file.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
