"""Months of the disclosure log that were let go by the rules of retention, as the trail itself tells."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tinhso.kernel.models import AuditRecord

TABLE = "kernel_disclosure"
#: The act under which a dropped month stands in the trail.
DROPPED = "kernel.month-dropped"


def subject_of(month: datetime) -> str:
    return f"{TABLE}:{month:%Y-%m}"


@dataclass(frozen=True)
class Dropped:
    """What need not be there any more: batches of whole months, and batches of which a part went with a month."""

    months: frozenset[str]
    batches: frozenset[str]

    def excuses(self, batch: str, taken_at: datetime, rows: int) -> bool:
        """Whether a batch that is not as it was lacks only what was let go."""
        month = f"{TABLE}:{taken_at.astimezone(UTC):%Y-%m}"
        return batch in self.batches or (rows == 0 and month in self.months)


def dropped() -> Dropped:
    """All that was ever let go; one query."""
    told = AuditRecord.objects.filter(act=DROPPED, subject__startswith=f"{TABLE}:").values_list("subject", "data")
    rows = list(told)
    batches = [batch for _subject, data in rows for batch in str(data.get("batches", "")).split(",") if batch]
    return Dropped(frozenset(subject for subject, _data in rows), frozenset(batches))
