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
class AccountErased(Event):
    """Its contacts and secrets are gone at the person's own request; its id stays in what it did."""

    TYPE: ClassVar[str] = "vn.tinhso.people.account_erased"
    account: UUID
