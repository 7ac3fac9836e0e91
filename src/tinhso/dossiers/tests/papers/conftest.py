"""A dossier that was received."""

from collections.abc import Callable

import pytest

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Draft
from tinhso.dossiers.tests.conftest import FORM, now_at
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401  the fixture
from tinhso.dossiers.tests.test_signing import nobody_stamps  # noqa: F401  the fixture
from tinhso.kernel.policy import Actor


@pytest.fixture
def received(mother: Actor, fill: Callable[..., Draft], receiver: Actor) -> Dossier:
    """Received on Monday at eight, with the receipt that the mother ticked."""
    draft = fill(mother, applicant={**FORM["applicant"], "receipt_wanted": True})
    dossier = actions.submit(mother, draft.id, "papers")
    return actions.receive(receiver, dossier.id, version=now_at(dossier))
