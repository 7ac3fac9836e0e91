"""What the database itself refuses of persons and their numbers."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tinhso.people import queries
from tinhso.people.models import Identifier, IdentifierKind, Person

pytestmark = pytest.mark.django_db


def _person(name: str) -> Person:
    return Person.objects.create(full_name=name, source="test")


def _number(person: Person, kind: IdentifierKind, valid_from=date(2021, 1, 1), valid_to=None) -> Identifier:
    return Identifier.objects.create(
        person=person, kind=kind, number="091099000001", valid_from=valid_from, valid_to=valid_to
    )


def test_two_persons_never_hold_the_same_number_at_the_same_time():
    _number(_person("Một"), IdentifierKind.CCCD)
    with pytest.raises(IntegrityError), transaction.atomic():
        _number(_person("Hai"), IdentifierKind.PERSONAL_NUMBER)


def test_one_person_holds_the_number_as_personal_number_and_as_card():
    somebody = _person("Một")
    _number(somebody, IdentifierKind.PERSONAL_NUMBER)
    _number(somebody, IdentifierKind.CCCD)
    assert len(queries.identifiers(somebody.pk, date(2022, 1, 1))) == 2


def test_a_number_that_ended_names_nobody_afterwards():
    somebody = _person("Một")
    _number(somebody, IdentifierKind.CCCD, valid_to=date(2021, 12, 31))
    assert queries.person_with("cccd", "0910 9900 0001", date(2021, 6, 1)) == somebody
    assert queries.person_with("cccd", "091099000001", date(2022, 1, 1)) is None
