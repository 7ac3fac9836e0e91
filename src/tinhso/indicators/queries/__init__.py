"""What can be asked of the strategy. Read only; every question checks its policy."""

from tinhso.indicators.queries.breakdowns import By, Month, Share, breakdown, counted, history, records, units_today
from tinhso.indicators.queries.snapshots import (
    SnapshotFacts,
    issuing_agency,
    snapshot_data,
    snapshot_file,
    snapshots,
)
from tinhso.indicators.queries.targets import Current, Filters, TargetFacts, clauses, target, targets
from tinhso.indicators.queries.undertakings import (
    Download,
    UndertakingDetail,
    UndertakingFacts,
    UndertakingFilters,
    evidence_file,
    undertaking,
    undertakings,
)

__all__ = [
    "By",
    "Current",
    "Download",
    "Filters",
    "Month",
    "Share",
    "SnapshotFacts",
    "TargetFacts",
    "UndertakingDetail",
    "UndertakingFacts",
    "UndertakingFilters",
    "breakdown",
    "clauses",
    "counted",
    "evidence_file",
    "history",
    "issuing_agency",
    "records",
    "snapshot_data",
    "snapshot_file",
    "snapshots",
    "target",
    "targets",
    "undertaking",
    "undertakings",
    "units_today",
]
