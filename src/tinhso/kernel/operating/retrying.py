"""Another try by hand for what stands still, one or many; one event tells which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import Event, deliveries, emit
from tinhso.kernel.operating.policies import OPERATE
from tinhso.kernel.policy import Actor

#: At most so many at once.
MOST = 500
LARGEST_JOB = 2**63 - 1


@dataclass(frozen=True)
class WorkRetried(Event):
    """An operator gave failed work another try."""

    TYPE: ClassVar[str] = "vn.tinhso.kernel.work-retried"
    jobs: list[int]
    deliveries: list[UUID]


@dataclass(frozen=True)
class Retried:
    """What is tried again, and how many of those asked for somebody else had taken first."""

    jobs: list[int]
    deliveries: list[UUID]
    passed_over: int

    @property
    def count(self) -> int:
        return len(self.jobs) + len(self.deliveries)


#: A periodic job of which one waits already needs no second one: that one does its work.
_AGAIN = """
UPDATE procrastinate_jobs AS j SET status = 'todo', scheduled_at = NULL, worker_id = NULL
WHERE id = %s AND status = 'failed' AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs other WHERE other.status = 'todo' AND other.queueing_lock = j.queueing_lock
)
"""
_SPARE = """
UPDATE procrastinate_jobs AS j SET status = 'cancelled'
WHERE id = %s AND status = 'failed' AND EXISTS (
    SELECT 1 FROM procrastinate_jobs other WHERE other.status = 'todo' AND other.queueing_lock = j.queueing_lock
)
"""


@transaction.atomic
def retry(actor: Actor, *, jobs: Sequence[int] = (), parked: Sequence[UUID] = ()) -> Retried:
    """Queue failed jobs and parked deliveries again. What is no longer there or no longer failed is passed over.

    A failed periodic job whose next run already waits is taken off the list instead. Raises Denied; Invalid when
    nothing or too much was chosen; Conflict when none of it stood still any more.
    """
    OPERATE.require(actor)
    wanted, stuck = sorted(set(jobs)), sorted(set(parked))
    if not wanted and not stuck:
        raise Invalid(_("Chưa chọn việc nào. Đánh dấu ít nhất một dòng rồi bấm “Thử lại”."))
    if len(wanted) + len(stuck) > MOST:
        raise Invalid(_("Mỗi lần thử lại nhiều nhất %(n)d việc. Hãy chọn ít hơn.") % {"n": MOST})
    done = Retried(
        [one for one in wanted if _job_again(one)], [one for one in stuck if _delivery_again(one)], passed_over=0
    )
    if not done.count:
        raise Conflict(_("Những việc này đã được thử lại hoặc đã xong. Tải lại trang để xem tình trạng mới."))
    emit(actor, WorkRetried(done.jobs, done.deliveries), subject="operations")
    return Retried(done.jobs, done.deliveries, len(wanted) + len(stuck) - done.count)


def _job_again(job: int) -> bool:
    if not 0 < job <= LARGEST_JOB:
        return False
    with connection.cursor() as cursor:
        for statement in (_AGAIN, _SPARE):
            cursor.execute(statement, [job])
            if cursor.rowcount:
                return True
    return False


def _delivery_again(delivery: UUID) -> bool:
    try:
        deliveries.retry(delivery)
    except (NotFound, Conflict):
        return False
    return True
