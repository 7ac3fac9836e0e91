"""Background work of dossiers."""

from uuid import UUID

from tinhso.dossiers import dues, escalation, exporting, signature
from tinhso.kernel.jobs import job, periodic
from tinhso.kernel.policy import Actor


@job(name="dossiers.make_signature", retries=3)
def make_signature(session: str) -> None:
    """Make an ordered signature; while the key or the time-stamp authority does not answer it is tried again."""
    signature.make(UUID(session))


@periodic("*/5 * * * *")
@job(name="dossiers.resume_signatures", waiting_once=True)
def resume_signatures() -> None:
    """Signatures whose tries ran out (after a minute and a half) are taken up again: nothing ordered is forgotten."""
    for session in signature.waiting():
        make_signature.defer(session=str(session))


@periodic("*/5 * * * *")
@job(name="dossiers.warn", waiting_once=True)
def warn() -> None:
    """Steps and dossiers that are close to due, or late, are told to whoever the pack names."""
    escalation.warn()


@job(name="dossiers.make_export", retries=3)
def make_export(export: str) -> None:
    """Make the list that an official asked for as a file, and tell them."""
    exporting.make(UUID(export))


@job(name="dossiers.note_export_read", retries=5)
def note_export_read(export: str, account: str, name: str, subject: str) -> None:
    """Somebody took an exported list: each person in it may know."""
    exporting.note_read(
        UUID(export), Actor(account=UUID(account), subject=UUID(subject) if subject else None, name=name)
    )


@periodic("*/5 * * * *")
@job(name="dossiers.refresh_dues", waiting_once=True)
def refresh_dues() -> None:
    """After a change of the working calendar, reckon the cached due times of open dossiers anew."""
    if dues.refresh():
        refresh_dues.defer()
