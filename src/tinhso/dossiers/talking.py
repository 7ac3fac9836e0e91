"""A dossier's thread: until when it is open; and which officials hear of a message, or that it came back to them."""

from collections.abc import Callable, Collection, Iterable, Set
from datetime import datetime, timedelta
from uuid import UUID

from tinhso.dossiers import telling
from tinhso.dossiers.models import Dossier, Message, Step
from tinhso.dossiers.pack import thread_rules
from tinhso.dossiers.policies import DESK_ROLES
from tinhso.kernel import clock
from tinhso.kernel.notify import notify
from tinhso.people import queries as people

#: A step that waits: who holds it, its role, its agency.
Waiting = tuple[UUID | None, str, UUID]
#: Who answers when no step is open any more: the counter.
AFTERWARDS = "receiver"


def closes_at(dossier: Dossier) -> datetime | None:
    """When nobody can write any more; None while the dossier is under way."""
    if dossier.closed_at is None:
        return None
    return dossier.closed_at + timedelta(days=thread_rules().open_days)


def is_open(dossier: Dossier) -> bool:
    end = closes_at(dossier)
    return end is None or clock.now() < end


def tell(message_id: UUID) -> None:
    """Say to the other side that there is something to read; never what."""
    message = Message.objects.select_related("dossier").get(id=message_id)
    dossier = message.dossier
    if message.from_office:
        telling.tell(dossier.id, "dossiers.message")
        return
    _tell(listeners(dossier) - {message.author_id}, "dossiers.message_desk", dossier)


def tell_desk(dossier_id: UUID, kind: str, *, by: UUID | None) -> None:
    """Tell whoever works on the dossier now that something came: never who did it, nor an official whose own it is."""
    dossier = _briefly(dossier_id)
    _tell(listeners(dossier) - {by}, kind, dossier)


def tell_withdrawn(dossier_id: UUID, version: int) -> None:
    """Tell who held a step that ended when the dossier was withdrawn."""
    held = Step.objects.filter(dossier=dossier_id, ended_version=version, holder__isnull=False)
    _tell(set(held.values_list("holder_id", flat=True)), "dossiers.withdrawn_desk", _briefly(dossier_id))


def tell_handed(dossier_id: UUID, to: UUID, *, by: UUID | None) -> None:
    _tell({to} - {by}, "dossiers.handed_desk", _briefly(dossier_id))


def _briefly(dossier_id: UUID) -> Dossier:
    return Dossier.objects.defer("data", "sources").get(id=dossier_id)


def _tell(accounts: Collection[UUID | None], kind: str, dossier: Dossier) -> None:
    told = {account for account in accounts if account is not None} - {dossier.applicant_account_id}
    notify(told, kind, context_of(dossier), subject=f"dossier:{dossier.id}")


def context_of(dossier: Dossier) -> dict[str, str]:
    """What officials' notices are filled in with: they name nobody."""
    return {"code": dossier.code, "dossier": str(dossier.id)}


def listeners(dossier: Dossier) -> set[UUID]:
    """Who holds an open step; of a step that nobody holds, whoever might take it; afterwards the counter."""
    steps: list[Waiting] = list(
        Step.objects.filter(dossier=dossier, ended_at=None).values_list("holder_id", "role", "agency_id")
    )
    return heard_by(steps or [(None, AFTERWARDS, dossier.agency_id)], _holding)


def heard_by(steps: Iterable[Waiting], holding: Callable[[UUID, str], Set[UUID]]) -> set[UUID]:
    """The same for these steps; ``holding`` says who holds a role at an agency."""
    found: set[UUID] = set()
    for holder, role, agency in steps:
        if holder is not None:
            found.add(holder)
        elif role in DESK_ROLES:
            found |= holding(agency, role)
    return found


def _holding(agency: UUID, role: str) -> set[UUID]:
    return {official.account for official in people.officials_at(agency, role)}
