"""The mother of Hòn Tre, the officials of her commune, and a birth registration filled in."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from tests.filing import FORM

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Draft
from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import samples as people_samples
from tinhso.people.models import Account, Post
from tinhso.places import queries as places
from tinhso.places.models import Agency

#: A Monday morning at opening time, in the world of two tiers.
MONDAY = "2026-11-09T08:00:00+07:00"


@pytest.fixture
def monday() -> Iterator[None]:
    with clock.pinned(MONDAY):
        yield


@pytest.fixture
def cast(db: None, monday: None) -> None:
    """The sample people of the instance."""
    people_samples.load()


@pytest.fixture
def agency(cast: None) -> Agency:
    return places.agency_of_unit("31108", clock.today())


def actor_of(login: str, **changes: Any) -> Actor:
    """The account with that log-in, with its posts of today and a second factor."""
    account = Account.objects.get(login=login)
    posts = Post.objects.filter(official__account=account)
    made = Actor(
        account=account.pk,
        subject=account.person_id,
        assured=account.verified,
        strong=True,
        grants=frozenset(Grant(p.role, p.agency_id) for p in posts),
        name=account.full_name,
    )
    return replace(made, **changes)


@pytest.fixture
def mother(cast: None) -> Actor:
    return actor_of("me.hontre@vidu.vn")


@pytest.fixture
def stranger(cast: None) -> Actor:
    return actor_of("chua.xacminh@vidu.vn")


@pytest.fixture
def receiver(cast: None) -> Actor:
    return actor_of("hontre.tiepnhan")


@pytest.fixture
def specialist(cast: None) -> Actor:
    return actor_of("hontre.hotich")


@pytest.fixture
def leader(cast: None) -> Actor:
    return actor_of("hontre.phochutich")


@pytest.fixture
def clerk(cast: None) -> Actor:
    return actor_of("hontre.vanthu")


def picture() -> bytes:
    """A photograph of a paper."""
    kept = BytesIO()
    Image.new("RGB", (60, 80), "white").save(kept, "PNG")
    return kept.getvalue()


@pytest.fixture
def fill(agency: Agency) -> Callable[..., Draft]:
    """A complete draft of an actor, ready to be sent."""

    def make(actor: Actor, **topics: dict[str, Any]) -> Draft:
        draft = actions.start_draft(actor, "1.001193", agency.id)
        version = draft.version
        for topic, values in {**FORM, **topics}.items():
            version = actions.save_topic(actor, draft.id, topic, values, version).version
        actions.attach(actor, draft.id, "birth_paper", name="giấy chứng sinh.png", content=picture())
        draft.refresh_from_db()
        return draft

    return make


@pytest.fixture
def sent(mother: Actor, fill: Callable[..., Draft]) -> Dossier:
    """A dossier of the mother, waiting to be received."""
    return actions.submit(mother, fill(mother).id, "once")


def now_at(dossier: Dossier) -> int:
    """The version that the desk sees now."""
    return Dossier.objects.values_list("version", flat=True).get(id=dossier.id)


@pytest.fixture
def signed(sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor) -> Dossier:
    """The leader's signature is on it."""
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    actions.sign(leader, sent.id, version=now_at(sent))
    run_waiting()
    return sent


@pytest.fixture
def issued(signed: Dossier, clerk: Actor) -> Dossier:
    """Signed and sealed, not yet returned."""
    actions.seal(clerk, signed.id, version=now_at(signed))
    run_waiting()
    return signed
