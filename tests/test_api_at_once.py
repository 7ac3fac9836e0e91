"""Two senders of one Idempotency-Key at the same moment: the act happens once. Needs rows that are really committed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from tinhso.kernel.models import KeptAnswer
from tinhso.people.models import Account
from tinhso.places.models import SpecialDay

NEW = {"day": "2031-05-05", "name": "Ngày thử"}


@pytest.fixture
def committing(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield
        SpecialDay.objects.filter(day__year=2031).delete()
        KeptAnswer.objects.all().delete()
        Account.objects.filter(login="cung-luc").delete()
        connections.close_all()


@pytest.mark.urls("tests.trial_api")
def test_two_senders_at_once_do_it_once(committing):
    account = Account.objects.create(login="cung-luc", code="cung-luc")

    def send(_number):
        client = Client()
        client.force_login(account)
        try:
            return client.post(
                "/api/v1/days", NEW, content_type="application/json", headers={"Idempotency-Key": "k-1"}
            ).content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as senders:
        answers = set(senders.map(send, range(4)))
    assert len(answers) == 1
    assert SpecialDay.objects.filter(day__year=2031).count() == 1
