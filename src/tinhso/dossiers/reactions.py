"""What follows an act on a dossier: the vault keeps what was issued, the applicant is told; inboxes are passed on."""

from collections.abc import Sequence

from tinhso.dossiers import opinions, passing, talking, telling
from tinhso.dossiers.copying import KIND
from tinhso.dossiers.digitising import keeping
from tinhso.dossiers.events import (
    CopyIssued,
    CopyRevoked,
    Extended,
    FeeAsked,
    FeeSettled,
    HandedOver,
    MessageSent,
    OpinionAsked,
    OpinionGiven,
    OpinionTakenBack,
    OutsideAnswered,
    PaperDigitised,
    PaperEnded,
    PartDropped,
    PartMoved,
    RatingAnswered,
    Received,
    Refused,
    ResultIssued,
    ResultRevoked,
    Resumed,
    Returned,
    Submitted,
    SupplementAnswered,
    SupplementRequested,
    Suspended,
    WaitBegan,
    WaitEnded,
    Withdrawn,
)
from tinhso.dossiers.joined import moving, receipt
from tinhso.dossiers.models import CertifiedCopy, CopyState, Result, ResultState
from tinhso.kernel.events import Envelope, each, react, react_together
from tinhso.kernel.notify import notify
from tinhso.kernel.policy import SYSTEM
from tinhso.people import queries as people
from tinhso.people.events import CorrectionDecided, DutiesPassed, IdentityVerified, PersonMadeKnown
from tinhso.vault import actions as vault
from tinhso.vault.models import HoldingState

_ENDED = {ResultState.REVOKED: HoldingState.REVOKED, ResultState.SUPERSEDED: HoldingState.SUPERSEDED}


@react(ResultIssued, name="dossiers.keep_result")
def keep_result(event: ResultIssued, envelope: Envelope) -> None:
    """The certificate lands in the applicant's vault (only a verified person has one); told late, after it was taken
    back, it lands as what it is by then. The row is locked, so that whoever takes it back comes before or after."""
    if event.person is None:
        return
    state = Result.objects.select_for_update().filter(id=event.result).values_list("state", flat=True).first()
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
    if state in _ENDED:
        vault.end(SYSTEM, event.result, _ENDED[ResultState(state)])


@react(ResultRevoked, name="dossiers.end_result")
def end_result(event: ResultRevoked, envelope: Envelope) -> None:
    """The copy in the vault says that it was taken back or replaced."""
    vault.end(SYSTEM, event.result, HoldingState.SUPERSEDED if event.superseded else HoldingState.REVOKED)


@react(DutiesPassed, name="dossiers.pass_on")
def pass_on(event: DutiesPassed, envelope: Envelope) -> None:
    """Whoever leaves a role or goes on leave leaves no dossier behind."""
    passing.pass_on(event.account, event.agency, event.role, event.to_account, event.reason)


def tell_submitted(happened: Sequence[tuple[Submitted, Envelope]]) -> None:
    """On a busy morning many a second, and what a person reads some seconds later is none the worse."""
    telling.tell_submitted([(event.dossier, envelope) for event, envelope in happened])


react_together(Submitted, name="dossiers.tell_submitted", act=tell_submitted)


@react(PartDropped, name="dossiers.tell_dropped")
def tell_dropped(event: PartDropped, envelope: Envelope) -> None:
    telling.tell_joint(event.joint, event.part, "dossiers.part_dropped")


@react(OutsideAnswered, name="dossiers.tell_outside")
def tell_outside(event: OutsideAnswered, envelope: Envelope) -> None:
    kind = "dossiers.outside_done" if event.done else "dossiers.outside_refused"
    telling.tell_joint(event.joint, event.part, kind)


@react(PartMoved, name="dossiers.join")
def join(event: PartMoved, envelope: Envelope) -> None:
    """What a joined filing does next is read from where its parts stand, never from the event: any order, any
    repetition."""
    moving.advance(event.joint)
    receipt.make(event.joint)


@react(Received, name="dossiers.tell_received")
def tell_received(event: Received, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.received", due_at=event.due_at)


@react(SupplementRequested, name="dossiers.tell_supplement")
def tell_supplement(event: SupplementRequested, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.supplement")


@react(Extended, name="dossiers.tell_extended")
def tell_extended(event: Extended, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.extended", due_at=event.until)


@react(Suspended, name="dossiers.tell_suspended")
def tell_suspended(event: Suspended, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.suspended")


@react(WaitBegan, name="dossiers.tell_waiting")
def tell_waiting(event: WaitBegan, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.waiting")


@react(FeeAsked, name="dossiers.tell_fee")
def tell_fee(event: FeeAsked, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.fee")


@react(Resumed, name="dossiers.tell_resumed")
def tell_resumed(event: Resumed, envelope: Envelope) -> None:
    telling.tell_running(event.dossier)


@react(WaitEnded, name="dossiers.tell_wait_ended")
def tell_wait_ended(event: WaitEnded, envelope: Envelope) -> None:
    telling.tell_running(event.dossier)


@react(FeeSettled, name="dossiers.tell_fee_settled")
def tell_fee_settled(event: FeeSettled, envelope: Envelope) -> None:
    telling.tell_running(event.dossier)


@react(Refused, name="dossiers.tell_refused")
def tell_refused(event: Refused, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.refused")


@react(ResultIssued, name="dossiers.tell_issued")
def tell_issued(event: ResultIssued, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.issued")


@react(Returned, name="dossiers.tell_returned")
def tell_returned(event: Returned, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.returned")


@react(RatingAnswered, name="dossiers.tell_rating_answered")
def tell_rating_answered(event: RatingAnswered, envelope: Envelope) -> None:
    telling.tell(event.dossier, "dossiers.rating_answered")


@react(ResultRevoked, name="dossiers.tell_revoked")
def tell_revoked(event: ResultRevoked, envelope: Envelope) -> None:
    if not event.superseded:
        telling.tell(event.dossier, "dossiers.revoked")


@react(CopyIssued, name="dossiers.keep_copy")
def keep_copy(event: CopyIssued, envelope: Envelope) -> None:
    """The certified copy lands in the vault of the person who showed the original, as what it is by then. The row is
    locked, so that whoever takes it back comes before or after."""
    state = CertifiedCopy.objects.select_for_update().values_list("state", flat=True).get(id=event.copy)
    vault.deposit(
        SYSTEM,
        vault.Deposit(
            person=event.person,
            kind=KIND,
            title=event.title,
            number=event.number,
            file=event.file,
            issued_at=event.issued_at,
            origin=event.copy,
            issuer=event.agency,
        ),
    )
    if state == CopyState.REVOKED:
        vault.end(SYSTEM, event.copy, HoldingState.REVOKED)
        return
    account = people.account_of(event.person)
    if account is not None:
        notify(
            [account],
            "dossiers.copy_issued",
            {"title": event.title, "number": event.number},
            subject=f"certified-copy:{event.copy}",
        )


@react(CopyRevoked, name="dossiers.end_copy")
def end_copy(event: CopyRevoked, envelope: Envelope) -> None:
    """The vault shows it as taken back; the person is told why."""
    vault.end(SYSTEM, event.copy, HoldingState.REVOKED)
    account = people.account_of(event.person)
    if account is not None:
        reason = CertifiedCopy.objects.values_list("revoke_reason", flat=True).get(id=event.copy)
        notify(
            [account],
            "dossiers.copy_revoked",
            {"title": event.title, "number": event.number, "reason": reason},
            subject=f"certified-copy:{event.copy}",
        )


def _tell_desk_answered(event: SupplementAnswered, envelope: Envelope) -> None:
    talking.tell_desk(event.dossier, "dossiers.answered_desk", by=envelope.actor_account)


def _tell_desk_paid(event: FeeSettled, envelope: Envelope) -> None:
    talking.tell_desk(event.dossier, "dossiers.paid_desk", by=envelope.actor_account)


def _tell_desk_withdrawn(event: Withdrawn, envelope: Envelope) -> None:
    talking.tell_withdrawn(event.dossier, event.version)


def _tell_desk_handed(event: HandedOver, envelope: Envelope) -> None:
    talking.tell_handed(event.dossier, event.to_account, by=envelope.actor_account)


# gathered, so that no act queues a job for them
react_together(SupplementAnswered, name="dossiers.tell_desk_answered", act=each(_tell_desk_answered))
react_together(FeeSettled, name="dossiers.tell_desk_paid", act=each(_tell_desk_paid))
react_together(Withdrawn, name="dossiers.tell_desk_withdrawn", act=each(_tell_desk_withdrawn))
react_together(HandedOver, name="dossiers.tell_desk_handed", act=each(_tell_desk_handed))


@react(OpinionAsked, name="dossiers.tell_opinion_asked")
def tell_opinion_asked(event: OpinionAsked, envelope: Envelope) -> None:
    opinions.tell_asked(event.opinion)


@react(OpinionGiven, name="dossiers.tell_opinion_given")
def tell_opinion_given(event: OpinionGiven, envelope: Envelope) -> None:
    opinions.tell_given(event.opinion, by=envelope.actor_account)


@react(OpinionTakenBack, name="dossiers.tell_opinion_taken_back")
def tell_opinion_taken_back(event: OpinionTakenBack, envelope: Envelope) -> None:
    opinions.tell_taken_back(event.opinion)


@react(MessageSent, name="dossiers.tell_message")
def tell_message(event: MessageSent, envelope: Envelope) -> None:
    talking.tell(event.message)


@react(PaperDigitised, name="dossiers.keep_digitised")
def keep_digitised(event: PaperDigitised, envelope: Envelope) -> None:
    """The signed scan lands in its holder's vault, once the state knows who that is; they are told."""
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
            origin=event.paper,
            issuer=event.agency,
        ),
    )
    account = people.account_of(event.person)
    if account is not None:
        notify([account], "dossiers.digitised", {"title": event.title}, subject=f"digitised:{event.paper}")


@react(PaperEnded, name="dossiers.end_digitised")
def end_digitised(event: PaperEnded, envelope: Envelope) -> None:
    """The copy in the vault says that it expired or was taken back."""
    vault.end(SYSTEM, event.paper, HoldingState.EXPIRED if event.how == "expired" else HoldingState.REVOKED)


@react(IdentityVerified, name="dossiers.find_holder_verified")
def find_holder_verified(event: IdentityVerified, envelope: Envelope) -> None:
    keeping.found_holder(event.person)


@react(PersonMadeKnown, name="dossiers.find_holder_known")
def find_holder_known(event: PersonMadeKnown, envelope: Envelope) -> None:
    keeping.found_holder(event.person)


@react(CorrectionDecided, name="dossiers.find_holder_corrected")
def find_holder_corrected(event: CorrectionDecided, envelope: Envelope) -> None:
    """Old papers carry the right name: they belong to the person now."""
    if event.state == "approved":
        keeping.found_holder(event.person)
