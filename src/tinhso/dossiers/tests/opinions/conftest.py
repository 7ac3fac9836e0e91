"""A dossier at work in Hòn Tre, and Rạch Giá, which is asked about it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tinhso.dossiers import actions
from tinhso.dossiers.actions import Answer, Question
from tinhso.dossiers.models import Dossier, Draft, Opinion
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.dossiers.tests.terms import given_term
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor, Grant
from tinhso.places import queries as places
from tinhso.places.models import Agency

#: Rạch Giá, whose people the mother's commune asks.
ASKED = "30742"


@pytest.fixture
def other(cast: None) -> Agency:
    return places.agency_of_unit(ASKED, clock.today())


@pytest.fixture
def neighbour(other: Agency) -> Actor:
    """Who handles matters at the agency that is asked."""
    return replace(actor_of("rachgia.hotich"), grants=frozenset({Grant("specialist", other.pk)}))


@pytest.fixture
def at_work(mother: Actor, receiver: Actor, fill: Callable[..., Draft]) -> Dossier:
    """Received on Monday 9 November at 08:00 under a term of three working days: due on Thursday at 17:00."""
    given_term(kind="working_days", value=3)
    dossier = actions.submit(mother, fill(mother).id, "opinion")
    return actions.receive(receiver, dossier.id, version=now_at(dossier))


Ask = Callable[..., Opinion]


@pytest.fixture
def ask(specialist: Actor, at_work: Dossier, other: Agency, neighbour: Actor) -> Ask:
    def make(**more: Any) -> Opinion:
        said = {"text": "Có tranh chấp không?", "amount": 2, "agency": other.pk, **more}
        return actions.ask_opinion(specialist, at_work.id, Question(**said), version=now_at(at_work))

    return make


@pytest.fixture
def opinion(ask: Ask) -> Opinion:
    return ask()


AGREED = Answer("agrees", "Không có tranh chấp.")
