"""The mother at the portal: her account signed in, her dossier on its way."""

import pytest
from django.test import Client

from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    agency,
    cast,
    fill,
    monday,
    mother,
    receiver,
    sent,
    specialist,
    stranger,
)
from tinhso.kernel.policy import Actor
from tinhso.people.models import Account


def signed_in(actor: Actor) -> Client:
    """A browser of its own, signed in as the actor's account."""
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account))
    return client


@pytest.fixture
def hers(mother: Actor) -> Client:  # noqa: F811
    return signed_in(mother)


@pytest.fixture
def strangers(stranger: Actor) -> Client:  # noqa: F811
    return signed_in(stranger)
