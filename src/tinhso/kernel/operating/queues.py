"""Jobs and deliveries that wait, are tried again, or stand still."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from tinhso.kernel import clock
from tinhso.kernel.events import deliveries

#: Rows of a list on the page, and the highest count that is told exactly.
SHOWN, COUNTED = 50, 10_000


@dataclass(frozen=True)
class FailedJob:
    """A job whose tries ran out. Its arguments stay in the queue: they may name a thing."""

    id: int
    name: str
    queue: str
    attempts: int
    failed_at: datetime | None
    request_id: str


@dataclass(frozen=True)
class ParkedEvent:
    """A delivery set aside after five failures."""

    id: UUID
    reaction: str
    event: str
    at: datetime
    attempts: int
    fault: str


@dataclass(frozen=True)
class Retrying:
    """Work that failed and is tried again by itself."""

    name: str
    attempts: int
    due_at: datetime | None
    fault: str


@dataclass(frozen=True)
class Backlog:
    """Jobs of one queue that could run now. ``waiting`` is counted up to 10,000; ``oldest`` in seconds."""

    queue: str
    waiting: int
    running: int
    oldest: float


_FAILED = """
SELECT j.id, j.task_name, j.queue_name, j.attempts,
    (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'failed'),
    coalesce(j.args ->> 'request_id', '')
FROM procrastinate_jobs j WHERE j.status = 'failed' AND j.id > %s ORDER BY j.id LIMIT %s
"""
_RETRYING = """
SELECT task_name, attempts, scheduled_at FROM procrastinate_jobs
WHERE status = 'todo' AND attempts > 0 ORDER BY priority DESC, id LIMIT %s
"""
_BACKLOG = """
WITH open AS MATERIALIZED (
    SELECT id, queue_name, status::text AS status, scheduled_at FROM procrastinate_jobs
    WHERE status = 'doing' OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %(now)s))
    LIMIT %(counted)s
), oldest AS (
    SELECT queue_name, min(id) AS id FROM open WHERE status = 'todo' GROUP BY queue_name
)
SELECT o.queue_name, count(*) FILTER (WHERE o.status = 'todo'), count(*) FILTER (WHERE o.status = 'doing'),
    (SELECT extract(epoch FROM %(now)s - coalesce(j.scheduled_at, min(e.at)))
     FROM oldest JOIN procrastinate_jobs j ON j.id = oldest.id
     LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
     WHERE oldest.queue_name = o.queue_name GROUP BY j.scheduled_at)
FROM open o GROUP BY o.queue_name ORDER BY o.queue_name
"""
_EVENTS_RETRYING = """
SELECT reaction, attempts, due_at, fault FROM kernel_delivery
WHERE state = 'pending' AND attempts > 0 ORDER BY due_at LIMIT %s
"""


def failed_jobs(after: int = 0, limit: int = SHOWN) -> list[FailedJob]:
    """Jobs given up, oldest first; ``after``: the number of the last one of the page before."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [after, limit])
        return [FailedJob(*row) for row in cursor.fetchall()]


def parked_events(limit: int = SHOWN) -> list[ParkedEvent]:
    return [
        ParkedEvent(one.id, one.reaction, one.envelope.type, one.envelope.at, one.attempts, one.fault)
        for one in deliveries.parked(limit)
    ]


def retrying(limit: int = SHOWN) -> list[Retrying]:
    """What failed at least once and waits for its next try: jobs, then events."""
    with connection.cursor() as cursor:
        cursor.execute(_RETRYING, [limit])
        jobs = [Retrying(name, attempts, due_at, "") for name, attempts, due_at in cursor.fetchall()]
        cursor.execute(_EVENTS_RETRYING, [limit])
        return jobs + [Retrying(*row) for row in cursor.fetchall()]


def backlog() -> list[Backlog]:
    """What could run this moment, by queue. Real time: the business clock may be moved."""
    with connection.cursor() as cursor:
        cursor.execute(_BACKLOG, {"now": clock.real(), "counted": COUNTED})
        return [Backlog(name, todo, doing, max(0.0, float(age or 0))) for name, todo, doing, age in cursor.fetchall()]


def workers() -> list[timedelta]:
    """How long ago each worker spoke last; one silent for an hour is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT last_heartbeat FROM procrastinate_workers WHERE last_heartbeat > %s ORDER BY 1 DESC LIMIT 100",
            [clock.real() - timedelta(hours=1)],
        )
        return [max(timedelta(0), clock.real() - beat) for (beat,) in cursor.fetchall()]
