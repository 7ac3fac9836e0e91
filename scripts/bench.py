"""`make bench`: what a request costs on this machine, measured over HTTP on a disposable instance.

Writes `docs/performance/<day>-<commit>.json` with commit and machine: for each request its queries (from the
house's own log), the CPU time of the web processes, and how long the answer took, one request after the other.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from tests.filing import MOTHER, agency_of, drafted, sign_in
from tests.running import Running, disposable

ROOT = Path(__file__).resolve().parents[1]
TIMES = int(os.environ.get("TIMES", "40"))
RECEIVER = "hontre.tiepnhan"
TICK = os.sysconf("SC_CLK_TCK")

#: Queries and CPU milliseconds that the house wants to stay under (shared style: lists, details, creation).
ORDERS = {"list of 20": (6, 20), "detail": (10, 12), "create": (15, 20)}


def cpu(running: Running) -> float:
    """CPU seconds that the web processes have used."""
    total = 0
    for pid in running.processes("granian"):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def lines(running: Running) -> list[dict[str, Any]]:
    text = (running.home / "logs" / "web.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def measure(running: Running, ask: Callable[[], httpx.Response]) -> dict[str, float]:
    """Ask many times; what one time costs."""
    for _warm in range(4):
        ask().raise_for_status()
    seen, used, took = len(lines(running)), cpu(running), []
    for _time in range(TIMES):
        began = time.perf_counter()
        ask().raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
    used = (cpu(running) - used) * 1000 / TIMES
    queries = [line["queries"] for line in lines(running)[seen:] if line["event"] == "request"]
    return {
        "queries": statistics.median(queries),
        "cpu_ms": round(used, 1),
        "median_ms": round(statistics.median(took), 1),
        "p95_ms": round(sorted(took)[int(len(took) * 0.95)], 1),
    }


def filed(http: httpx.Client, agency: str, count: int) -> list[str]:
    """Dossiers sent, so that lists are full."""
    made = []
    for _number in range(count):
        answer = http.post(f"/api/v1/drafts/{drafted(http, agency)}/submit")
        made.append(answer.raise_for_status().json()["id"])
    return made


def run(running: Running) -> dict[str, dict[str, float]]:
    with httpx.Client(base_url=running.url, timeout=60) as mother, httpx.Client(base_url=running.url) as officer:
        sign_in(mother, running.accounts(), MOTHER)
        sign_in(officer, running.accounts(), RECEIVER)
        agency = agency_of(mother)
        dossiers = filed(mother, agency, 25)
        waiting = iter([drafted(mother, agency) for _number in range(TIMES + 4)])
        begin = {"procedure": "1.001193", "agency": agency}
        units = {"on": "2022-08-26", "level": "commune", "province": "91", "limit": "100"}
        asked: dict[str, Callable[[], httpx.Response]] = {
            "home page": lambda: mother.get("/"),
            "units: list of 100": lambda: mother.get("/api/v1/units", params=units),
            "my dossiers: list of 20": lambda: mother.get("/api/v1/dossiers"),
            "inbox: list of 20": lambda: officer.get("/api/v1/dossiers", params={"view": "inbox"}),
            "dossier: detail": lambda: officer.get(f"/api/v1/dossiers/{dossiers[0]}"),
            "draft: create": lambda: mother.post("/api/v1/drafts", json=begin),
            "dossier: submit": lambda: mother.post(f"/api/v1/drafts/{next(waiting)}/submit"),
        }
        return {name: measure(running, ask) for name, ask in asked.items()}


def main() -> int:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    with disposable() as running:
        started = running.up()
        second = (running.interrupt(), running.up())[1]
        measured = run(running)
    model = next((x for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")), ": ?")
    day = time.strftime("%Y-%m-%d", time.gmtime())
    report = {
        "commit": commit,
        "day": day,
        "machine": {
            "cpu": model.partition(":")[2].strip(),
            "cores": os.cpu_count(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "load_before": os.getloadavg()[0],
            "python": platform.python_version(),
        },
        "up_seconds": {"first": round(started, 1), "second": round(second, 1)},
        "requests": measured,
        "wanted": {name: {"queries": q, "cpu_ms": ms} for name, (q, ms) in ORDERS.items()},
    }
    folder = ROOT / "docs" / "performance"
    folder.mkdir(exist_ok=True)
    file = folder / f"{day}-{commit}.json"
    file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    for name, cost in measured.items():
        print(
            f"{name:<26} {cost['queries']:>4.0f} queries  {cost['cpu_ms']:>6.1f} ms CPU  {cost['median_ms']:>7.1f} ms"
        )
    print(file.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
