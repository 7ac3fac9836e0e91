"""What the kernel does by itself, in real time: partitions, spools, late scans, old jobs."""

from datetime import datetime

import structlog
from django.db import connection, transaction

from tinhso.kernel import audit, clock, months
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.files import upkeep
from tinhso.kernel.jobs import job, periodic, periodic_on_each_node
from tinhso.kernel.metrics import Gauge, gauges
from tinhso.kernel.sealing.sealer import trail_state

log = structlog.get_logger()


def _sealing() -> dict[str, float]:
    """Rows that wait for a seal, and seconds (real time) since the last one."""
    state = trail_state()
    last = datetime.fromisoformat(state.sealed_at) if state.sealed_at else None
    age = (clock.real() - last).total_seconds() if last and state.unsealed else 0.0
    return {"unsealed_rows": float(state.unsealed), "seconds_behind": age}


gauges.register("tinhso_audit_sealing", Gauge("How far sealing of the audit trail is behind", "what", _sealing))


@periodic("* * * * * */20")
@job(name="kernel.seal", queue="seals", waiting_once=True, priority=100)
def seal_trail() -> None:
    """Three times a minute, so that what was committed is sealed within 60 s also when a worker is slow or restarts."""
    try:
        audit.seal_all()
    except audit.TrailBroken as broken:
        log.critical("audit trail broken, not sealed", why=str(broken.detail))
        raise


@periodic("17 * * * *")
@job(name="kernel.open_months", waiting_once=True)
def open_months() -> None:
    """Partitions of this month and the next ones, well before they are needed."""
    with transaction.atomic():
        months.open_coming_months()


@periodic_on_each_node("* * * * * */15")
@job(name="kernel.take_disclosures", waiting_once=True)
def take_noted_disclosures() -> None:
    """Who read whose data is in the database a quarter of a minute later."""
    take_disclosures()


@periodic_on_each_node("* * * * *")
@job(name="kernel.enter_quarantined", waiting_once=True)
def enter_quarantined() -> None:
    """Infected files that this node set aside."""
    upkeep.enter_quarantined()


@periodic("* * * * *")
@job(name="kernel.tend_files", waiting_once=True)
def tend_files() -> None:
    """Scan files that wait, remove what dead requests left."""
    upkeep.scan_waiting()
    upkeep.sweep_drafts()


#: Of runs that may wait but once one waits again; the others are let go of, else each would keep what it had locked.
#: A worker not heard of for so long is dead (it speaks every 10 s; real time: PostgreSQL stamps the heartbeats).
_REVIVE = """
WITH dead AS (
    SELECT id, queueing_lock, row_number() OVER (PARTITION BY queueing_lock ORDER BY id) AS nth
    FROM procrastinate_jobs j WHERE status = 'doing' AND NOT EXISTS (
        SELECT 1 FROM procrastinate_workers w
        WHERE w.id = j.worker_id AND w.last_heartbeat > clock_timestamp() - interval '60 seconds'
    )
), spare AS (
    SELECT id FROM dead WHERE queueing_lock IS NOT NULL AND (nth > 1 OR EXISTS (
        SELECT 1 FROM procrastinate_jobs other
        WHERE other.status = 'todo' AND other.queueing_lock = dead.queueing_lock
    ))
)
UPDATE procrastinate_jobs AS j SET worker_id = NULL, attempts = attempts + 1,
    status = CASE WHEN j.id IN (SELECT id FROM spare) THEN 'cancelled' ELSE 'todo' END::procrastinate_job_status
FROM dead WHERE dead.id = j.id
"""


@periodic("* * * * * */30")
@job(name="kernel.revive_jobs", waiting_once=True)
def revive_jobs() -> None:
    """Queue again what a dead worker was doing; jobs are idempotent."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REVIVE)
