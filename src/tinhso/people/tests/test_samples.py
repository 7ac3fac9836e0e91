"""Sample people load twice without doubling, and what is printed opens the door."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator

from tinhso.people import samples
from tinhso.people.models import Account, IdentityClaim, Kinship, Official, Person, Post, SigningAuthority

pytestmark = pytest.mark.django_db


def state() -> list[list[tuple[object, ...]]]:
    tables = (Account, Person, Official, Post, SigningAuthority, Authenticator, IdentityClaim, Kinship)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def test_loading_twice_changes_nothing(django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        samples.load()
    before = state()
    samples.load()
    assert state() == before


def test_what_an_administrator_changed_stays_and_what_is_missing_comes_back():
    samples.load()
    Post.objects.filter(official__account__login="hontre.tiepnhan").update(valid_to=date(2026, 11, 1))
    Post.objects.filter(official__account__login="hontre.vanthu", role="cashier").delete()
    samples.load()
    assert set(Post.objects.filter(official__account__login="hontre.tiepnhan").values_list("valid_to", flat=True)) == {
        date(2026, 11, 1)
    }
    assert Post.objects.filter(official__account__login="hontre.vanthu").count() == 4  # two roles in two worlds


def test_what_is_printed_opens_the_door(client):
    samples.load()
    mother = next(a for a in samples.sample_accounts() if a.login == samples.MOTHER[0])
    response = client.post("/dang-nhap/", {"login": mother.login, "password": mother.password})
    assert response.status_code == 302


def test_every_sample_account_and_person_is_marked_so():
    samples.load()
    assert not Account.objects.exclude(sample=True).exists()
    assert not Person.objects.exclude(sample=True).exists()
