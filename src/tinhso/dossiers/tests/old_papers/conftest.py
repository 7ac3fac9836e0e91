"""Whose papers they are, and a list sent in."""

import io
from collections.abc import Callable

import pytest

from tinhso.dossiers import actions
from tinhso.dossiers.models import DigitisedBatch
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.people.models import Identifier
from tinhso.places.models import Agency


@pytest.fixture
def holder(mother: Actor) -> tuple[str, str]:
    """The mother's identity number and name."""
    number = Identifier.objects.filter(person=mother.subject).values_list("number", flat=True).first()
    return str(number), mother.name


@pytest.fixture
def upload(agency: Agency, receiver: Actor) -> Callable[..., DigitisedBatch]:
    def send(content: bytes, actor: Actor = receiver) -> DigitisedBatch:
        batch = actions.upload_batch(actor, agency.id, [("so-2011.zip", io.BytesIO(content))])
        run_waiting()
        batch.refresh_from_db()
        return batch

    return send
