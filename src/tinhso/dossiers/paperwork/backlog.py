"""How many papers wait to be drawn, and for how long: for `/metrics` and the operators' page."""

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Paper
from tinhso.kernel import clock
from tinhso.kernel.metrics import Gauge, gauges
from tinhso.kernel.operating.backlogs import Stock, stocks

#: Counted exactly up to here; reading the backlog costs the same however long it is.
COUNTED = 10_000


def waiting() -> Stock:
    """The papers of every kind together, from the partial indexes of what waits."""
    undone = Paper.objects.filter(done_at=None)
    count = undone.order_by()[:COUNTED].count()
    oldest = undone.order_by("issued_at").values_list("issued_at", flat=True).first()
    age = max((clock.now() - oldest).total_seconds(), 0.0) if oldest is not None else 0.0
    faults = undone.filter(attempts__gt=0).exclude(last_error="").order_by()[:COUNTED].count()
    return Stock(_("Giấy tờ chờ lập, ký số"), count, age, faults)


def _gauge() -> dict[str, float]:
    now = waiting()
    return {"count": float(now.count), "oldest_seconds": now.oldest, "with_fault": float(now.faults)}


gauges.register("tinhso_papers_waiting", Gauge("Papers that wait to be drawn and sealed", "what", _gauge))
stocks.register("dossiers.papers", waiting)
