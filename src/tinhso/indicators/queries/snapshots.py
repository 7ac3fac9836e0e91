"""The yearly snapshots: a list for everybody, and their files."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.indicators.models import Snapshot, SnapshotState
from tinhso.indicators.policies import READ, SEAL_SNAPSHOT, SIGN_SNAPSHOT, TAKE_SNAPSHOT
from tinhso.indicators.queries.undertakings import Download
from tinhso.kernel import clock, files
from tinhso.kernel.canonical import canonical
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.places.models import Agency, AgencyKind


@dataclass(frozen=True)
class SnapshotFacts:
    """A snapshot. ``acts``: what this actor may do with it now."""

    id: UUID
    year: int
    number: int
    agency: str
    taken_at: datetime
    state: str
    state_words: str
    signer: str
    issued_at: datetime | None
    digest: str
    data_digest: str
    fault: str
    acts: list[str]


def snapshots(
    actor: Actor, *, year: int | None = None, cursor: str | None = None, limit: int = 20
) -> tuple[list[SnapshotFacts], str | None]:
    """The newest first. Those not issued yet are shown to officials who may act on them. Raises Invalid."""
    READ.require(actor)
    rows = Snapshot.objects.defer("data", "prepared")
    if not TAKE_SNAPSHOT.allows(actor) and not SEAL_SNAPSHOT.allows(actor):
        rows = rows.filter(state=SnapshotState.ISSUED)
    if year is not None:
        rows = rows.filter(year=year)
    page, following = paged(rows, cursor=cursor, limit=limit, by=("-id",))
    known = places.names({row.agency_id for row in page})
    return [_facts(actor, row, known.get(row.agency_id, "")) for row in page], following


def _facts(actor: Actor, row: Snapshot, agency: str) -> SnapshotFacts:
    acts = []
    if row.state == SnapshotState.FROZEN and SIGN_SNAPSHOT.allows(actor, row):
        acts.append("sign")
    if row.state == SnapshotState.SIGNED and SEAL_SNAPSHOT.allows(actor, row):
        acts.append("seal")
    insider = TAKE_SNAPSHOT.allows(actor, row) or SEAL_SNAPSHOT.allows(actor, row)
    return SnapshotFacts(
        id=row.id,
        year=row.year,
        number=row.number,
        agency=agency,
        taken_at=row.taken_at,
        state=row.state,
        state_words=str(SnapshotState(row.state).label),
        signer=row.signer_name,
        issued_at=row.issued_at,
        digest=row.digest,
        data_digest=row.data_digest,
        fault=row.fault if insider else "",
        acts=acts,
    )


def issued(actor: Actor, snapshot: UUID) -> Snapshot:
    """A snapshot in force. Raises NotFound."""
    READ.require(actor)
    row = Snapshot.objects.select_related("file").filter(id=snapshot, state=SnapshotState.ISSUED).first()
    if row is None or row.file is None:
        raise NotFound
    return row


def snapshot_file(actor: Actor, snapshot: UUID) -> Download:
    """The signed PDF. Raises NotFound."""
    row = issued(actor, snapshot)
    return Download(f"chien-luoc-{row.year}-{row.number}.pdf", "application/pdf", files.read(row.file_id or row.id))


def snapshot_data(actor: Actor, snapshot: UUID) -> Download:
    """The frozen data, byte for byte what its digest is of. Raises NotFound."""
    row = issued(actor, snapshot)
    return Download(f"chien-luoc-{row.year}-{row.number}.json", "application/json", canonical(row.data))


def issuing_agency() -> Agency:
    """The province's committee of today: it signs and seals. Raises NotFound when the pack names none."""
    found = places.agencies(clock.today(), AgencyKind.PROVINCE_COMMITTEE).first()
    if found is None:
        raise NotFound
    return found
