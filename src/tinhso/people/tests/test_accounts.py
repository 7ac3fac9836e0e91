import pytest

from tinhso.people.models import Account


@pytest.mark.django_db
def test_an_account_is_stored():
    Account.objects.create(login="mai")
    assert Account.objects.count() == 1
