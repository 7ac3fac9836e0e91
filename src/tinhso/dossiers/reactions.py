"""What follows an act on a dossier: the vault keeps what was issued."""

from tinhso.dossiers.events import ResultIssued, ResultRevoked
from tinhso.kernel.events import Envelope, react
from tinhso.kernel.policy import SYSTEM
from tinhso.vault import actions as vault
from tinhso.vault.models import HoldingState


@react(ResultIssued, name="dossiers.keep_result")
def keep_result(event: ResultIssued, envelope: Envelope) -> None:
    """The certificate lands in the applicant's vault (only a verified person has one)."""
    if event.person is None:
        return
    vault.deposit(
        SYSTEM,
        vault.Deposit(
            person=event.person,
            kind=event.kind,
            title=event.title,
            number=event.number,
            file=event.file,
            issued_at=event.issued_at,
            origin=event.result,
            issuer=event.issuer,
            dossier=event.dossier,
        ),
    )


@react(ResultRevoked, name="dossiers.end_result")
def end_result(event: ResultRevoked, envelope: Envelope) -> None:
    """The copy in the vault says that it was taken back or replaced."""
    vault.end(SYSTEM, event.result, HoldingState.SUPERSEDED if event.superseded else HoldingState.REVOKED)
