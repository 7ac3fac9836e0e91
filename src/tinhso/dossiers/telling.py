"""Telling an applicant what happened to their dossier. The words are in `notices`; no personal data goes out."""

from datetime import datetime
from uuid import UUID

from tinhso.dossiers import clocks
from tinhso.dossiers.models import Dossier, with_procedure
from tinhso.kernel import clock
from tinhso.kernel.notify import notify
from tinhso.people import queries as people


def tell(dossier_id: UUID, kind: str, *, due_at: datetime | None = None) -> None:
    """Notify the applicant's account; codes and dates only."""
    dossier = with_procedure(Dossier.objects.defer("data", "sources")).get(id=dossier_id)
    account = dossier.applicant_account_id or _account(dossier)
    if account is not None:
        notify([account], kind, context_of(dossier, due_at), subject=f"dossier:{dossier.id}")


def context_of(dossier: Dossier, due_at: datetime | None) -> dict[str, str]:
    """What the words of a notice are filled in with."""
    return {
        "code": dossier.code,
        "procedure": dossier.procedure_version.name,
        "dossier": str(dossier.id),
        "due": f"{clock.local(due_at):%H:%M, %d/%m/%Y}" if due_at is not None else "",
    }


def _account(dossier: Dossier) -> UUID | None:
    """Who filed at the counter may have an account since; before that the printed receipt is all they have."""
    return people.account_of(dossier.applicant_person_id) if dossier.applicant_person_id is not None else None


def tell_running(dossier_id: UUID) -> None:
    """The time runs on, and by when; nothing when it ended or stands again meanwhile."""
    dossier = with_procedure(Dossier.objects.defer("data", "sources")).get(id=dossier_id)
    due = None if dossier.closed else clocks.due_at(dossier)
    if due is not None:
        tell(dossier_id, "dossiers.running", due_at=due)
