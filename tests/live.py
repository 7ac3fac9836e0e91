"""A whole instance that serves, for tests that go through HTTP or a browser: web server and worker of its own."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from conftest import copy_of, drop, fingerprint, manage, template

from tinhso.cli.cluster import Cluster
from tinhso.cli.homes import free_port
from tinhso.cli.supervisor import Supervisor, environment_of
from tinhso.config import ROOT, Database, Instance
from tinhso.kernel.samples import SampleAccount

#: What a live home does not take over from the suite's own home.
OWN = {"postgres", "logs", "run", "metrics", "live", "static", "static.stamp", "sample-accounts.json"}


@dataclass
class Live:
    """A running instance: `url`, its sample accounts by log-in, and doors to look behind the scene."""

    supervisor: Supervisor
    cluster: Cluster
    url: str
    accounts: dict[str, SampleAccount]
    cookies: dict[str, list[Any]] = field(default_factory=dict)  #: of who signed in through the pages

    @property
    def instance(self) -> Instance:
        return self.supervisor.instance

    def client(self, **more: object) -> httpx.Client:
        """An HTTP client for this instance; close it (or use it in a `with`)."""
        return httpx.Client(base_url=self.url, timeout=30, **more)  # type: ignore[arg-type]

    def connect(self) -> psycopg.Connection:
        """The instance's database as its superuser: to look, not to arrange."""
        return self.cluster.superuser(self.instance.database.name)

    def manage(self, *words: str) -> str:
        """Run a management command inside this instance; its output."""
        return self._run("manage.py", *words)

    def tinhso(self, *words: str) -> str:
        """Run a `tinhso` command on this instance; its output."""
        return self._run("-m", "tinhso.cli.main", *words)

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=environment_of(self.instance),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def wait_for_jobs(self, patience: float = 30.0) -> None:
        """Return when the worker has nothing more to do now. Raises AssertionError after the patience (seconds)."""
        waiting = (
            "SELECT task_name FROM procrastinate_jobs WHERE status = 'doing' "
            "OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < now())"
        )
        until = time.monotonic() + patience
        with self.connect() as link:
            while rows := link.execute(waiting).fetchall():
                assert time.monotonic() < until, f"jobs still wait: {rows[:5]}"
                time.sleep(0.1)


def _static(home: Path) -> Path:
    """Static files as `tinhso up` collects them, shared by all live homes of this suite."""
    state = fingerprint("build/frontend/**/*", "src/tinhso/*/static/**/*", "uv.lock")
    stamp, folder = home / "static.stamp", home / "static"
    if not folder.is_dir() or not stamp.exists() or stamp.read_text() != state:
        manage("collectstatic", "--noinput", "-v0", environment=os.environ)
        stamp.write_text(state)
    return folder


def _home(base: Instance, name: str) -> Path:
    """A home of its own with the suite's secrets and keys."""
    home = base.home / "live" / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for thing in base.home.iterdir():
        if thing.name not in OWN:
            (shutil.copytree if thing.is_dir() else shutil.copy2)(thing, home / thing.name)
    return home


@pytest.fixture(scope="session")
def live(cluster: Cluster) -> Iterator[Live]:
    """One instance for the whole session of this process, on a copy of the template with the sample accounts."""
    base = cluster.instance
    name = f"tinhso_test_live_{os.getpid()}"
    copy_of(cluster, template(cluster, sample=True), name)
    home = _home(base, str(os.getpid()))
    (home / "static").symlink_to(_static(base.home))
    where = base.database
    here = Instance(
        home=home,
        port=free_port(),
        database=Database(where.host, where.port, name, where.data),
        debug=False,
        sample=True,
        pack=base.pack,
        settings={},
    )
    listed = json.loads((base.home / "sample-accounts.json").read_text())
    supervisor = Supervisor(here, web_workers=1, workers=1)
    supervisor.start()
    running = threading.Event()

    def watch() -> None:
        while not running.wait(0.25):
            supervisor.tick()

    try:
        supervisor.wait_until_ready(300)
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        accounts = {account["login"]: SampleAccount(**account) for account in listed}
        yield Live(supervisor, cluster, f"http://127.0.0.1:{here.port}", accounts)
    finally:
        running.set()
        supervisor.stop()
        drop(cluster, name)
        if os.environ.get("TINHSO_KEEP_LIVE") is None:
            shutil.rmtree(home, ignore_errors=True)
