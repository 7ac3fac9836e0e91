"""What can be asked of people. Read only; the caller's policy decides first who may ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.notify import Contact
from tinhso.people.identifiers import plain
from tinhso.people.models import (
    Account,
    Identifier,
    IdentifierKind,
    IdentityClaim,
    Official,
    OrganisationIdentifier,
    Person,
    Post,
    SigningAuthority,
)
from tinhso.people.models.persons import PERSONAL_NUMBER_SPACE
from tinhso.people.models.validity import valid_on


@dataclass(frozen=True)
class HeldIdentifier:
    """A number that a person holds."""

    kind: str
    kind_name: str
    number: str
    issued_on: date | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Authority:
    """Leave to sign: what is printed beside the signature."""

    official: UUID
    account: UUID
    agency: UUID
    full_name: str
    form: str  #: chinh_danh, kt, tl, tuq
    on_behalf_of: str
    position: str
    basis: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class OfficialAt:
    """An official in a role at an agency."""

    official: UUID
    account: UUID
    full_name: str
    title: str
    role: str
    agency: UUID


def person(person_id: UUID) -> Person:
    """The person. Raises NotFound."""
    found = Person.objects.filter(pk=person_id).first()
    if found is None:
        raise NotFound
    return found


def account(account_id: UUID) -> Account:
    """The account. Raises NotFound."""
    found = Account.objects.filter(pk=account_id).first()
    if found is None:
        raise NotFound
    return found


def names(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Full names of persons, in one query."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "full_name"))


def account_names(account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """How accounts are shown (official's, else person's, else typed name), in one query."""
    rows = Account.objects.filter(pk__in=set(account_ids)).values_list(
        "pk", "official__full_name", "person__full_name", "full_name"
    )
    return {key: official or known or typed for key, official, known, typed in rows}


def contacts(account_ids: Iterable[UUID]) -> dict[UUID, Contact]:
    """E-mail and telephone of active accounts, for notifications."""
    rows = Account.objects.filter(pk__in=set(account_ids), is_active=True).values_list("pk", "email", "phone")
    return {key: Contact(email, phone) for key, email, phone in rows}


def person_of(account_id: UUID) -> Person | None:
    """The person whose identity this account has proved; None while it is unverified."""
    return Person.objects.filter(accounts__pk=account_id).first()


def account_of(person_id: UUID) -> UUID | None:
    """The active, verified account of the person."""
    return Account.objects.filter(person_id=person_id, is_active=True).values_list("pk", flat=True).first()


def claim_of(account_id: UUID) -> IdentityClaim | None:
    """What an account typed of itself; nobody has checked it."""
    return IdentityClaim.objects.filter(account_id=account_id).first()


def identifiers(person_id: UUID, on: date | None = None) -> list[HeldIdentifier]:
    """The numbers that the person holds on that day, the newest first."""
    rows = Identifier.objects.filter(valid_on(on or clock.today()), person_id=person_id).order_by("-valid_from")
    return [
        HeldIdentifier(row.kind, row.get_kind_display(), row.number, row.issued_on, row.valid_from, row.valid_to)
        for row in rows
    ]


def person_with(kind: str, number: str, on: date | None = None, issuer: str = "VN") -> Person | None:
    """Who holds this number on that day. The CCCD and the personal number are one number space."""
    kinds = PERSONAL_NUMBER_SPACE if kind in PERSONAL_NUMBER_SPACE else (IdentifierKind(kind),)
    day = on or clock.today()
    return (
        Person.objects.filter(
            valid_on(day, "identifiers__"),
            identifiers__kind__in=kinds,
            identifiers__number=plain(number),
            identifiers__issuer=issuer,
        )
        .distinct()
        .first()
    )


def organisation_with(kind: str, number: str, on: date | None = None) -> UUID | None:
    """Which organisation holds this number on that day."""
    return (
        OrganisationIdentifier.objects.filter(valid_on(on or clock.today()), kind=kind, number=number)
        .values_list("organisation_id", flat=True)
        .first()
    )


def officials_at(agency: UUID, role: str | None = None, on: date | None = None) -> list[OfficialAt]:
    """Who holds a role (or any role) at the agency on that day, by name; in one query."""
    posts = Post.objects.filter(
        valid_on(on or clock.today()), agency_id=agency, official__account__is_active=True
    ).select_related("official")
    if role is not None:
        posts = posts.filter(role=role)
    return [
        OfficialAt(
            post.official_id, post.official.account_id, post.official.full_name, post.official.title, post.role, agency
        )
        for post in posts.order_by("official__full_name", "role")
    ]


def official_of(account_id: UUID) -> Official | None:
    """The official behind an account."""
    return Official.objects.filter(account_id=account_id).first()


def signing_authority(signer: UUID, agency: UUID, on: date | None = None) -> Authority | None:
    """The form in which this official (given by official or account id) may sign for the agency on that day."""
    row = (
        SigningAuthority.objects.filter(
            Q(official_id=signer) | Q(official__account_id=signer),
            valid_on(on or clock.today()),
            agency_id=agency,
            official__account__is_active=True,
        )
        .select_related("official")
        .first()
    )
    if row is None:
        return None
    return Authority(
        official=row.official_id,
        account=row.official.account_id,
        agency=row.agency_id,
        full_name=row.official.full_name,
        form=row.form,
        on_behalf_of=row.on_behalf_of,
        position=row.position,
        basis=row.basis,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
