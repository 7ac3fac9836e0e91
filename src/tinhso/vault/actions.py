"""What can be done with holdings: the state deposits what it issued, and marks what it took back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel import clock
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.vault.events import Deposited, Ended
from tinhso.vault.models import Holding, HoldingState


@dataclass(frozen=True)
class Deposit:
    """A document to keep for a person. ``origin`` (the result's id) makes a repeated deposit the same one."""

    person: UUID
    kind: str
    title: str
    number: str
    file: UUID
    issued_at: datetime
    origin: UUID
    issuer: UUID | None = None
    dossier: UUID | None = None


@transaction.atomic
def deposit(actor: Actor, new: Deposit) -> Holding:
    """Keep a document for its person; depositing the same origin again changes nothing."""
    holding, made = Holding.objects.get_or_create(
        origin=new.origin,
        defaults={
            "person_id": new.person,
            "kind": new.kind,
            "title": new.title,
            "number": new.number,
            "file_id": new.file,
            "issued_at": new.issued_at,
            "issuer_id": new.issuer,
            "dossier": new.dossier,
        },
    )
    if made:
        emit(actor, Deposited(holding=holding.id, kind=new.kind, origin=new.origin), subject=f"holding:{holding.id}")
    return holding


@transaction.atomic
def end(actor: Actor, origin: UUID, state: HoldingState) -> None:
    """Mark what an origin deposited as revoked or superseded. Nothing is removed."""
    holding = Holding.objects.select_for_update().filter(origin=origin, state=HoldingState.ACTIVE).first()
    if holding is None:
        return
    holding.state = state
    holding.ended_at = clock.now()
    holding.save(update_fields=["state", "ended_at"])
    emit(actor, Ended(holding=holding.id, state=state.value), subject=f"holding:{holding.id}")
