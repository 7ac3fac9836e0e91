"""Sample people load twice without doubling, and what is printed opens the door."""

import pytest

from tinhso.people import samples
from tinhso.people.models import Account, Person

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing():
    samples.load()
    before = (Account.objects.count(), Person.objects.count())
    samples.load()
    assert (Account.objects.count(), Person.objects.count()) == before


def test_what_is_printed_opens_the_door(client):
    samples.load()
    mother = next(a for a in samples.sample_accounts() if a.login == samples.MOTHER[0])
    response = client.post("/dang-nhap/", {"login": mother.login, "password": mother.password})
    assert response.status_code == 302


def test_every_sample_account_and_person_is_marked_so():
    samples.load()
    assert not Account.objects.exclude(sample=True).exists()
    assert not Person.objects.exclude(sample=True).exists()
