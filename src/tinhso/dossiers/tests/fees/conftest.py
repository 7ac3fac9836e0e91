"""Who takes money, and a birth that costs something."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Draft, FeeDue
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.dossiers.tests.fees.money import (
    LATE_BIRTH,
    TEN,
    asked,
)
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor


@pytest.fixture
def cashier(cast: None) -> Actor:
    """The clerk of Hòn Tre, who keeps the till too."""
    return actor_of("hontre.vanthu")


@pytest.fixture
def second(cashier: Actor, leader: Actor) -> Actor:
    """Another cashier of the same place."""
    return replace(cashier, account=leader.account, name="Người thu thứ hai")


@pytest.fixture
def late(mother: Actor, receiver: Actor, fill: Callable[..., Draft]) -> Dossier:
    """A birth ten months ago, received: something is due that nobody has verified."""
    dossier = actions.submit(mother, fill(mother, **LATE_BIRTH).id, "late")
    return actions.receive(receiver, dossier.id, version=now_at(dossier))


@pytest.fixture
def waiting(late: Dossier, receiver: Actor) -> FeeDue:
    with clock.pinned(TEN):
        return asked(late, receiver)
