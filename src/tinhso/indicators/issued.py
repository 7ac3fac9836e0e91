"""What the register of snapshots says of a signed file."""

from django.utils.translation import gettext as _

from tinhso.indicators.models import Snapshot, SnapshotState
from tinhso.kernel.registries import IssuedFile, issued_sources
from tinhso.places import queries as places


def issued_snapshot(sha256: str) -> IssuedFile | None:
    """The snapshot that is exactly this file, in force or not sealed yet."""
    row = Snapshot.objects.defer("data", "prepared").filter(digest=sha256).first()
    if row is None:
        return None
    refusal = None
    if row.state != SnapshotState.ISSUED:
        refusal = ("snapshot-not-issued", _("Bản này chưa ký và đóng dấu xong nên chưa có giá trị."))
    return IssuedFile(
        title=_("Số liệu chiến lược năm %(year)d") % {"year": row.year},
        number=f"{row.number}/{row.year}",
        agency=places.names([row.agency_id]).get(row.agency_id, ""),
        issued_at=row.issued_at,
        state=row.state,
        state_words=str(SnapshotState(row.state).label),
        refusal=refusal,
    )


issued_sources.register("indicators.snapshots", issued_snapshot)
