"""Background work on Procrastinate: a job deferred in a transaction exists exactly when the transaction commits.

    @job(name="dossiers.draw_receipt", retries=3)
    def draw_receipt(dossier: str) -> None: ...

    draw_receipt.defer(dossier=str(id))

Arguments are JSON. The request id travels with the job into its log lines. A job may run more than once (a worker
can die between the work and the note that it is done), so it must be idempotent.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, ParamSpec

import structlog
from django.db import connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job as QueuedJob
from procrastinate.manager import JobManager

from tinhso.config import instance
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor, Policy, define

P = ParamSpec("P")
Value = str | int | bool | None | list[Any] | dict[str, Any]

log = structlog.get_logger()


def _the_house_itself(actor: Actor, thing: Any) -> bool:
    return actor.system


HOUSE_WORK = define("kernel.house_work", "Việc nền của hệ thống", _the_house_itself)

#: Always Django's own connection, also inside a worker: only then a deferred job is part of the transaction.
_queue = JobManager(DjangoConnector())


@dataclass
class Job(Generic[P]):
    """Work with a name. Calling it does it now; `defer` leaves it to a worker."""

    name: str
    work: Callable[..., None]
    queue: str
    waiting_once: bool  #: at most one of these waits in the queue
    alone: bool  #: at most one of these runs at a time, in all workers
    priority: int  #: higher comes first
    policy: Policy = field(default=HOUSE_WORK)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self.work(*args, **kwargs)

    def defer(self, *, after: timedelta | None = None, once: str = "", **arguments: Value) -> None:
        """Queue one run inside the current transaction; ``after`` is measured in real time. ``once``: unless a run of
        this name for the same thing waits or is under way (a second one would stand in the way of its next try)."""
        self.defer_many([arguments], after=after, once=once)

    def defer_many(self, many: list[dict[str, Value]], *, after: timedelta | None = None, once: str = "") -> None:
        """Queue one run for each set of arguments, in one statement."""
        if not many:
            return
        waiting = f"{self.name} {once}" if once else self.name if self.waiting_once else None
        if once and _under_way(waiting):
            return
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        jobs = [
            QueuedJob(
                task_name=self.name,
                queue=self.queue,
                priority=self.priority,
                lock=self.name if self.alone else None,
                queueing_lock=waiting,
                task_kwargs={**arguments, "request_id": request_id},
                scheduled_at=clock.real() + after if after else None,
            )
            for arguments in many
        ]
        try:
            with transaction.atomic(savepoint=waiting is not None):
                _queue.batch_defer_jobs(jobs)
        except AlreadyEnqueued:
            log.debug("job waits already", job=self.name)

    def run(self, **arguments: Any) -> None:
        """What a worker calls: the work, with the request id of whoever deferred it."""
        request_id = arguments.pop("request_id", "")
        arguments.pop("timestamp", None)
        with structlog.contextvars.bound_contextvars(request_id=request_id, job=self.name):
            self.work(**arguments)


def _under_way(lock: str | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'doing' LIMIT 1", [lock])
        return cursor.fetchone() is not None


_jobs: dict[str, Job[Any]] = {}


def job(
    *,
    name: str,
    queue: str = "default",
    retries: int = 0,
    waiting_once: bool = False,
    alone: bool = False,
    priority: int = 0,
    policy: Policy = HOUSE_WORK,
) -> Callable[[Callable[P, None]], Job[P]]:
    """Make a function a job. ``retries``: further tries after a failure, 4 s, 16 s, 64 s … apart. ``alone``: for work
    of many minutes, so that several of them never take all the hands that seals, events and papers wait for."""

    def make(work: Callable[P, None]) -> Job[P]:
        if name in _jobs:
            raise ValueError(f"job {name} is defined twice")
        made: Job[P] = Job(name, work, queue, waiting_once, alone, priority, policy)
        retry = RetryStrategy(max_attempts=retries + 1, exponential_wait=4) if retries else False
        waiting, running = (name if waiting_once else None), (name if alone else None)
        app.task(name=name, queue=queue, lock=running, queueing_lock=waiting, priority=priority, retry=retry)(made.run)
        _jobs[name] = made
        return made

    return make


def periodic(cron: str) -> Callable[[Job[P]], Job[P]]:
    """Run a job by itself, at real time. Five fields as in cron; a sixth one counts seconds.

    When workers are slow, runs of one job do not pile up if it is ``waiting_once``.
    """

    def schedule(made: Job[P]) -> Job[P]:
        app.periodic(cron=cron)(app.tasks[made.name])
        return made

    return schedule


def queue_of(node: str) -> str:
    """The queue of work that only this node can do, because it lies in its home."""
    return f"node:{node}"


def periodic_on_each_node(cron: str) -> Callable[[Job[P]], Job[P]]:
    """Like `periodic`, on every node for itself: for what lies in a node's own home, such as its spool."""
    node = instance().node

    def schedule(made: Job[P]) -> Job[P]:
        queue = queue_of(node)
        app.periodic(cron=cron, periodic_id=node, queue=queue, queueing_lock=f"{made.name} {queue}")(
            app.tasks[made.name]
        )
        return made

    return schedule


def queues_here() -> list[str]:
    """The queues that a worker of this node listens to: everybody's, and its own node's."""
    return sorted({made.queue for made in _jobs.values()} | {queue_of(instance().node)})


def every_job() -> dict[str, Job[Any]]:
    return dict(_jobs)


#: Work that is gathered instead of queued one by one; each says how much it did.
_gathered: list[Callable[[], int]] = []


def when_idle(work: Callable[[], int]) -> Callable[[], int]:
    """Let `run_waiting` do this too, once no job waits; a worker does it by a periodic job."""
    _gathered.append(work)
    return work


def run_waiting(limit: int = 100) -> int:
    """Do the jobs that wait now, here, one after the other (commands and tests; a worker does it otherwise).

    What these jobs defer is done too. The number of jobs done; what a job raises comes out.
    """
    done = 0
    while done < limit:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT id FROM procrastinate_jobs"
                " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s)"
                " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, task_name, args",
                [clock.real()],
            )
            row = cursor.fetchone()
        if row is None:
            if sum(work() for work in _gathered):
                continue
            return done
        number, name, arguments = row
        if name in _jobs:
            _jobs[name].run(**json.loads(arguments))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [number])
        done += 1
    return done
