"""Making an ordered signature of a snapshot, as results are signed: in two phases, the first one kept.

The person's signature comes first, the agency's seal is put on what the person signed. A fault is shown on the snapshot
and tried again; done twice, the second time changes nothing.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.indicators.events import SnapshotSigned
from tinhso.indicators.freezing import paper
from tinhso.indicators.models import Snapshot, SnapshotState
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Problem, Unavailable
from tinhso.kernel.events import emit
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.signing import Prepared, Role, SignatureRequest, person_key, seal_key, signer
from tinhso.places import queries as places

LARGEST = 20 * 1024 * 1024
ORDERED = (SnapshotState.SIGNING, SnapshotState.SEALING)


def waiting() -> list[UUID]:
    """Snapshots whose signature or seal was ordered and is not made yet."""
    return list(Snapshot.objects.filter(state__in=ORDERED).order_by("id").values_list("id", flat=True)[:100])


def make(snapshot_id: UUID) -> None:
    """Make the signature that is ordered, if any. Raises Unavailable when it must be tried again."""
    snapshot = Snapshot.objects.get(id=snapshot_id)
    if snapshot.state not in ORDERED:
        return
    try:
        signed = _signed(snapshot)
    except Problem as problem:
        _note_fault(snapshot_id, str(problem.detail))
        raise Unavailable(problem.detail) from problem
    except Exception as fault:
        _note_fault(snapshot_id, _("Lỗi khi lập hoặc ký văn bản (%(kind)s).") % {"kind": type(fault).__name__})
        raise
    _keep(snapshot_id, SnapshotState(snapshot.state), signed)


def _note_fault(snapshot_id: UUID, words: str) -> None:
    Snapshot.objects.filter(id=snapshot_id).update(fault=words[:500])


def _signed(snapshot: Snapshot) -> bytes:
    agency = places.agency(snapshot.agency_id)
    if snapshot.state == SnapshotState.SEALING:
        role, key = Role.SEAL, seal_key(agency_id=str(agency.id), agency=agency.name)
    else:
        role = Role.PERSON
        key = person_key(
            account_id=str(snapshot.signer_id),
            name=snapshot.signer_name,
            agency_id=str(agency.id),
            agency=agency.name,
        )
    hand = signer(key)
    if snapshot.prepared is None:
        unsigned = files.read(snapshot.file_id) if role is Role.SEAL and snapshot.file_id else paper(snapshot)
        reason = _("Số liệu chiến lược năm %(year)d, bản %(number)d")
        request = SignatureRequest(
            role=role,
            reason=reason % {"year": snapshot.year, "number": snapshot.number},
            location=agency.unit.name,
        )
        prepared = hand.begin(unsigned, request)
        Snapshot.objects.filter(id=snapshot.id, state=snapshot.state).update(prepared=prepared.to_bytes())
    else:
        prepared = Prepared.from_bytes(bytes(snapshot.prepared))
    return hand.complete(prepared, hand.sign(prepared))


def _keep(snapshot_id: UUID, made: SnapshotState, signed: bytes) -> None:
    """Store the signed file and move on, in one transaction; a second maker finds it done."""
    with transaction.atomic():
        snapshot = Snapshot.objects.select_for_update().get(id=snapshot_id)
        if snapshot.state != made:
            return
        name = f"chien-luoc-{snapshot.year}-{snapshot.number}.pdf"
        stored = files.store(SYSTEM, name=name, content=signed, allowed=frozenset({files.PDF}), limit=LARGEST)
        snapshot.file, snapshot.digest, snapshot.prepared, snapshot.fault = stored, stored.sha256, None, ""
        sealed = made == SnapshotState.SEALING
        snapshot.state = SnapshotState.ISSUED if sealed else SnapshotState.SIGNED
        snapshot.issued_at = clock.now() if sealed else None
        snapshot.save()
        kind = Role.SEAL if sealed else Role.PERSON
        emit(
            SYSTEM,
            SnapshotSigned(snapshot=snapshot.id, kind=str(kind), digest=stored.sha256),
            subject=f"snapshot:{snapshot.id}",
        )
