"""A dossier's thread: until when it is open, and who hears of a message."""

from datetime import datetime, timedelta
from uuid import UUID

from tinhso.dossiers import telling
from tinhso.dossiers.models import Dossier, Message, Step
from tinhso.dossiers.pack import thread_rules
from tinhso.dossiers.policies import DESK_ROLES
from tinhso.kernel import clock
from tinhso.kernel.notify import notify
from tinhso.people import queries as people

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
    accounts = listeners(dossier) - {message.author_id, dossier.applicant_account_id}
    if accounts:
        context = {"code": dossier.code, "dossier": str(dossier.id)}
        notify(accounts, "dossiers.message_desk", context, subject=f"dossier:{dossier.id}")


def listeners(dossier: Dossier) -> set[UUID]:
    """Who holds an open step; of a step that nobody holds, whoever might take it; afterwards the counter."""
    found: set[UUID] = set()
    steps: list[tuple[UUID | None, str, UUID]] = list(
        Step.objects.filter(dossier=dossier, ended_at=None).values_list("holder_id", "role", "agency_id")
    )
    for holder, role, agency in steps or [(None, AFTERWARDS, dossier.agency_id)]:
        if holder is not None:
            found.add(holder)
        elif role in DESK_ROLES:
            found |= {official.account for official in people.officials_at(agency, role)}
    return found
