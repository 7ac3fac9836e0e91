"""What can be asked of persons, accounts and organisations. Read only; the caller's policy decides first."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from tinhso.kernel import clock
from tinhso.kernel.among import among
from tinhso.kernel.errors import NotFound
from tinhso.kernel.notify import Contact
from tinhso.kernel.personal import DataSubject
from tinhso.kernel.prepared import first, prepared
from tinhso.people.identifiers import plain
from tinhso.people.models import (
    Account,
    Identifier,
    IdentifierKind,
    IdentityClaim,
    Official,
    OrganisationIdentifier,
    Person,
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


def hold_account(account_id: UUID) -> None:
    """Lock the account's row until the transaction ends: what is counted of it meanwhile stays true."""
    Account.objects.select_for_update(no_key=True).filter(pk=account_id).values_list("pk", flat=True).first()


def phone_of(person_id: UUID) -> tuple[str, list[str]]:
    """The telephone of a person's account, if any, and the numbers that they hold today; for `applicants`."""
    known = Account.objects.filter(person_id=person_id, is_active=True).values_list("phone", flat=True).first()
    return known or "", [held.number for held in identifiers(person_id)]


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
    """E-mail and telephone of active accounts, for notifications. Confirmed is the address with whose code the account
    was opened, which is its log-in; of an official, the address for which their agency answers."""
    rows = Account.objects.filter(pk__in=set(account_ids), is_active=True).values_list(
        "pk", "email", "phone", "login", "official"
    )
    return {
        key: Contact(
            email,
            phone,
            email_confirmed=email == login or official is not None,
            phone_confirmed=phone == login,
        )
        for key, email, phone, login, official in rows
    }


def person_of(account_id: UUID) -> Person | None:
    """The person whose identity this account has proved; None while it is unverified."""
    return Person.objects.filter(accounts__pk=account_id).first()


def account_of(person_id: UUID) -> UUID | None:
    """The active, verified account of the person."""
    return accounts_of([person_id]).get(person_id)


def accounts_of(people: Iterable[UUID]) -> dict[UUID, UUID]:
    """The active, verified account of each of these people who has one; one query."""
    rows = Account.objects.filter(person_id__in=among(people), is_active=True).order_by("-pk")
    return {person: account for person, account in rows.values_list("person_id", "pk") if person is not None}


def numbers_of(account_id: UUID) -> list[str]:
    """The telephone number of an account and, once its identity is verified, the numbers its person holds today."""
    row: Any = first(_with_numbers(account=account_id))
    if row is None:
        raise NotFound
    return [row.phone, *(row.held if row.verified else [])]


@prepared
def _with_numbers(account: UUID) -> QuerySet[Account]:
    held = Identifier.objects.filter(valid_on(clock.today()), person_id=OuterRef("person_id")).values("number")
    return Account.objects.filter(pk=account).only("phone", "assurance").annotate(held=ArraySubquery(held))


def subject_of(person_id: UUID) -> DataSubject:
    """The person as the one whose data is asked for, with every account of theirs, closed ones too; two queries."""
    accounts = tuple(Account.objects.filter(person_id=person_id).order_by("pk").values_list("pk", flat=True))
    on_duty = tuple(Official.objects.filter(account__in=accounts).values_list("account_id", flat=True))
    return DataSubject(person_id, accounts, on_duty)


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


def agrees(person: Person, full_name: str, birth_date: date | None) -> bool:
    """Whether what an officer read on a paper is what is known of the person: the name but for how it is written
    (capitals on the card, composed or decomposed marks, spaces), and the day of birth where it is known."""
    same = _plain_name(person.full_name) == _plain_name(full_name)
    return same and birth_date is not None and (person.birth_date or birth_date) == birth_date


def _plain_name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


@dataclass(frozen=True)
class Holder:
    """Who holds an identity number."""

    person: UUID
    full_name: str
    birth_date: date | None


def holders(numbers: Iterable[str]) -> dict[str, Holder]:
    """Who holds these personal numbers today, in one query. Whoever calls decided who may ask, and notes it."""
    rows = Identifier.objects.filter(
        valid_on(clock.today()), kind__in=PERSONAL_NUMBER_SPACE, number__in=set(numbers), issuer="VN"
    ).values_list("number", "person", "person__full_name", "person__birth_date")
    return {number: Holder(person, name, born) for number, person, name, born in rows}


def organisation_with(kind: str, number: str, on: date | None = None) -> UUID | None:
    """Which organisation holds this number on that day."""
    return (
        OrganisationIdentifier.objects.filter(valid_on(on or clock.today()), kind=kind, number=number)
        .values_list("organisation_id", flat=True)
        .first()
    )
