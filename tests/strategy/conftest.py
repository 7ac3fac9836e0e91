"""The cast of the dossiers' tests also moves the numbers."""

import pytest

from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    agency,
    cast,
    clerk,
    fill,
    issued,
    leader,
    monday,
    mother,
    receiver,
    sent,
    signed,
    specialist,
    stranger,
)
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor, Grant
from tinhso.people.models import Account
from tinhso.places import queries as places


@pytest.fixture
def owner(cast: None) -> Actor:  # noqa: F811
    """An official of the department that article 2 charges first, as it was when the decision was signed."""
    department = places.agency_by_code("H33.02", clock.parse("2022-09-05").date())
    account = Account.objects.get(login="hontre.hotich")
    return Actor(
        account=account.pk, strong=True, name="Người của Sở", grants=frozenset({Grant("specialist", department.id)})
    )
