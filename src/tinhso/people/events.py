"""What happens to accounts, identities and posts. Ids only: no name, number or contact travels in an event."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class AccountRegistered(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.account_registered"
    account: UUID


class ClosureReason(StrEnum):
    """Why an account is closed: one of these, because free words might name somebody."""

    LOST = "lost"  #: its owner cannot get in any more
    DUPLICATE = "duplicate"
    DIED = "died"
    LEFT = "left"  #: an official who left the service
    ABUSE = "abuse"


@dataclass(frozen=True)
class AccountClosed(Event):
    """It opens nothing any more; what it did stays."""

    TYPE: ClassVar[str] = "vn.tinhso.people.account_closed"
    account: UUID
    reason: str


@dataclass(frozen=True)
class PasswordReset(Event):
    """By a code sent to the account's contact, or by an administrator, for the first log-in."""

    TYPE: ClassVar[str] = "vn.tinhso.people.password_reset"
    account: UUID
    temporary: bool


@dataclass(frozen=True)
class IdentityClaimed(Event):
    """The account said who it is; nobody has checked it."""

    TYPE: ClassVar[str] = "vn.tinhso.people.identity_claimed"
    account: UUID


@dataclass(frozen=True)
class PersonMadeKnown(Event):
    """The state knows a person from now on: an official saw their papers. They need no account."""

    TYPE: ClassVar[str] = "vn.tinhso.people.person_made_known"
    person: UUID
    how: str
    agency: UUID | None


@dataclass(frozen=True)
class CorrectionProposed(Event):
    """An official read another name or day of birth on the paper than what is known; nothing is changed yet."""

    TYPE: ClassVar[str] = "vn.tinhso.people.correction_proposed"
    correction: UUID
    person: UUID
    agency: UUID


@dataclass(frozen=True)
class CorrectionDecided(Event):
    """``state``: approved (the person's name and day of birth are those of the paper now), refused or withdrawn."""

    TYPE: ClassVar[str] = "vn.tinhso.people.correction_decided"
    correction: UUID
    person: UUID
    agency: UUID
    state: str


@dataclass(frozen=True)
class IdentityVerified(Event):
    """The account now stands for the person."""

    TYPE: ClassVar[str] = "vn.tinhso.people.identity_verified"
    account: UUID
    person: UUID
    how: str
    agency: UUID | None


@dataclass(frozen=True)
class IdentityContested(Event):
    """Somebody proved an identity that another account stands for already; nothing was changed."""

    TYPE: ClassVar[str] = "vn.tinhso.people.identity_contested"
    account: UUID  #: the one that keeps the identity


@dataclass(frozen=True)
class OfficialAppointed(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.official_appointed"
    official: UUID
    account: UUID
    agency: UUID


@dataclass(frozen=True)
class PostGranted(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.post_granted"
    official: UUID
    post: UUID
    agency: UUID
    role: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class PostEnded(Event):
    """``last_day`` is before ``valid_from`` of the post when it was taken back whole."""

    TYPE: ClassVar[str] = "vn.tinhso.people.post_ended"
    official: UUID
    post: UUID
    agency: UUID
    role: str
    last_day: date


@dataclass(frozen=True)
class SigningAuthorityGranted(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.signing_authority_granted"
    official: UUID
    agency: UUID
    form: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class SigningAuthorityEnded(Event):
    """``last_day`` is before its first one when it was taken back before it began."""

    TYPE: ClassVar[str] = "vn.tinhso.people.signing_authority_ended"
    official: UUID
    agency: UUID
    form: str
    last_day: date


@dataclass(frozen=True)
class DutiesPassed(Event):
    """From now on ``account`` does not do this role at this agency: what it holds goes to ``to_account``, else back
    to the queue. ``reason``: post_ended, leave, or came_back (the stand-in gives back)."""

    TYPE: ClassVar[str] = "vn.tinhso.people.duties_passed"
    account: UUID
    agency: UUID
    role: str
    to_account: UUID | None
    reason: str


@dataclass(frozen=True)
class OfficialTransferred(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.official_transferred"
    official: UUID
    from_agency: UUID
    to_agency: UUID
    role: str
    day: date


@dataclass(frozen=True)
class LeaveTaken(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.leave_taken"
    official: UUID
    absence: UUID
    valid_from: date
    valid_to: date
    stand_in: UUID | None


@dataclass(frozen=True)
class LeaveEnded(Event):
    """Came back before the last day of the leave, or the leave was taken back."""

    TYPE: ClassVar[str] = "vn.tinhso.people.leave_ended"
    official: UUID
    absence: UUID
    last_day: date


@dataclass(frozen=True)
class ServiceEnded(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.service_ended"
    official: UUID
    account: UUID
    last_day: date


@dataclass(frozen=True)
class StaffActUndone(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.staff_act_undone"
    official: UUID
    act: UUID
    kind: str


@dataclass(frozen=True)
class RoleProposed(Event):
    """A role above one agency waits for a second administrator of the province."""

    TYPE: ClassVar[str] = "vn.tinhso.people.role_proposed"
    proposal: UUID
    official: UUID
    agency: UUID
    role: str


@dataclass(frozen=True)
class RoleDecided(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.role_decided"
    proposal: UUID
    official: UUID
    outcome: str  #: approved, refused, withdrawn


@dataclass(frozen=True)
class SessionsRevoked(Event):
    """Log-ins of an account ended before their time."""

    TYPE: ClassVar[str] = "vn.tinhso.people.sessions_revoked"
    account: UUID
    count: int


@dataclass(frozen=True)
class OfficialListUploaded(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.official_list_uploaded"
    list: UUID
    sha256: str


@dataclass(frozen=True)
class OfficialsImported(Event):
    """One event for the whole list: who was made, who was given a post, whose facts were changed."""

    TYPE: ClassVar[str] = "vn.tinhso.people.officials_imported"
    list: UUID
    made: tuple[UUID, ...]
    posts: tuple[UUID, ...]
    changed: tuple[UUID, ...]


@dataclass(frozen=True)
class ImportUndone(Event):
    TYPE: ClassVar[str] = "vn.tinhso.people.import_undone"
    list: UUID
    removed: tuple[UUID, ...]
    left: tuple[UUID, ...]


@dataclass(frozen=True)
class FirstPasswordsShown(Event):
    """The sheet of first passwords was shown; it cannot be shown again."""

    TYPE: ClassVar[str] = "vn.tinhso.people.first_passwords_shown"
    list: UUID
    count: int


@dataclass(frozen=True)
class AccountErased(Event):
    """Its contacts and secrets are gone at the person's own request; its id stays in what it did."""

    TYPE: ClassVar[str] = "vn.tinhso.people.account_erased"
    account: UUID
