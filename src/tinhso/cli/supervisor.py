"""The web server and the worker of an instance: started, watched, started again when they die, stopped together."""

import json
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from tinhso.cli.backups.archive_slot import drop_slot
from tinhso.cli.cluster import Cluster
from tinhso.cli.processes import Child
from tinhso.cli.refusal import Refusal
from tinhso.config import ROOT, Instance
from tinhso.kernel import archived

#: The largest log file; beyond it the file is set aside once (`.1`) and begun anew.
LOG_LIMIT = 50 * 1024 * 1024
HEARTBEAT = 0.25
ARCHIVER = "archiver"
#: Seconds for web and worker to come up: a small machine that is busy takes minutes.
PATIENCE = 600.0
#: So many deaths before it ever served: something is wrong that time does not mend.
HOPELESS = 8


def environment_of(instance: Instance, **more: str) -> dict[str, str]:
    """What a child of this instance must know."""
    return {
        "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
        **os.environ,
        "TINHSO_HOME": str(instance.home),
        "TINHSO_PORT": str(instance.port),
        "TINHSO_DB_PORT": str(instance.database.port),
        "TINHSO_DB_NAME": instance.database.name,
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def readiness(port: int) -> tuple[int, dict[str, Any]]:
    """What `/readyz` answers: its status (0 when no web server answers) and its checks."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        try:
            return error.code, json.load(error)
        except ValueError:
            return error.code, {}
    except (OSError, ValueError, HTTPException):
        return 0, {}


@dataclass
class Supervisor:
    """Keeps an instance's processes alive. Without a cluster, the database belongs to somebody else."""

    instance: Instance
    cluster: Cluster | None = None
    web_workers: int = 2
    workers: int = min(2, os.cpu_count() or 1)  #: drawing and sealing papers takes a whole core
    children: list[Child] = field(default_factory=list)
    _config_seen: int = -1

    def start(self) -> None:
        """Start web and worker; they serve a moment later, see `wait_until_ready`."""
        metrics = self.instance.home / "metrics"
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir(parents=True)
        serving = {"TINHSO_SERVING": "1"}
        self.children = [
            self._child(
                "web", self._web_command(), TINHSO_SERVICE="web", PROMETHEUS_MULTIPROC_DIR=str(metrics), **serving
            ),
            *(
                self._child(name, self._worker_command(), TINHSO_SERVICE="worker", **serving)
                for name in ("worker", *(f"worker-{number}" for number in range(2, self.workers + 1)))
            ),
        ]
        for child in self.children:
            child.start()
        self._follow_archiving()

    def child(self, name: str) -> Child:
        return next(child for child in self.children if child.name == name)

    def tick(self) -> None:
        """One look: whoever died is started again."""
        if self.cluster is not None and not self.cluster.alive:
            self.cluster.start()
        for child in self.children:
            child.revive()
        self._follow_archiving()
        self._set_large_logs_aside()

    def wait_until_ready(self, patience: float = PATIENCE) -> None:
        """Return when `/readyz` says yes. Raises Refusal when it does not within the patience (seconds), or as soon as
        a process has died so often that waiting will not help."""
        began = time.monotonic()
        answer: dict[str, Any] = {}
        while time.monotonic() < began + patience and not self._hopeless():
            status, answer = readiness(self.instance.port)
            if status == 200:
                return
            self.tick()
            time.sleep(HEARTBEAT)
        waited = time.monotonic() - began
        failing = ", ".join(name for name, fine in answer.get("checks", {}).items() if not fine) or "web"
        logs = self.instance.home / "logs"
        raise Refusal(
            f"Hệ thống chưa sẵn sàng sau {waited:.0f} giây ({failing}): hãy xem nhật ký trong {logs}.",
            f"Not ready after {waited:.0f} s ({failing}): read the logs in {logs}.",
        )

    def _hopeless(self) -> bool:
        return any(child.restarts >= HOPELESS for child in self.children if child.name != ARCHIVER)

    def stop(self) -> None:
        """Stop web and worker, then what copies the log that they wrote, then the database."""
        serving = [child for child in self.children if child.name != ARCHIVER]
        for child in serving:
            child.ask_to_stop()
        for child in (*serving, *(child for child in self.children if child.name == ARCHIVER)):
            child.stop()
        if self.cluster is not None:
            self.cluster.stop()

    def _child(self, name: str, command: list[str], **more: str) -> Child:
        log = self.instance.home / "logs" / f"{name}.out"
        return Child(name, command, environment_of(self.instance, **more), log, ROOT)

    def _web_command(self) -> list[str]:
        words = "--interface wsgi --host 127.0.0.1 --blocking-threads 4 --respawn-failed-workers --respawn-interval 0.5"
        return [
            *(sys.executable, "-m", "granian", *words.split()),
            *("--port", str(self.instance.port), "--workers", str(self.web_workers), "--workers-kill-timeout", "8"),
            *("--log-level", "warning", "tinhso.project.wsgi:application"),
        ]

    def _worker_command(self) -> list[str]:
        words = "procrastinate worker --concurrency 4 --shutdown-graceful-timeout 8 --fetch-job-polling-interval 2"
        return ["nice", "-n", "10", sys.executable, "-m", "django", *words.split()]  # people who wait come first

    def _follow_archiving(self) -> None:
        """Copy the write-ahead log into the backup place, or stop that, as config.toml says now."""
        config = self.instance.home / "config.toml"
        changed = config.stat().st_mtime_ns if config.exists() else 0
        if self.cluster is None or changed == self._config_seen:
            return
        self._config_seen = changed
        runs = [child for child in self.children if child.name == ARCHIVER]
        for child in runs:
            child.stop()
            self.children.remove(child)
        if archived.wanted(self.instance.home):
            self.children.append(self._child(ARCHIVER, [sys.executable, "-m", "tinhso.cli.backups.archiver"]))
            self.children[-1].start()
        else:
            drop_slot(self.cluster)

    def _set_large_logs_aside(self) -> None:
        for log in (self.instance.home / "logs").glob("*.jsonl"):
            if log.stat().st_size > LOG_LIMIT:
                log.replace(log.with_suffix(".jsonl.1"))
