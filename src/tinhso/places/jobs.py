"""A reorganisation is carried out by a worker: it may take a minute."""

from uuid import UUID

from django.db import transaction

from tinhso.kernel.errors import Problem
from tinhso.kernel.jobs import job
from tinhso.kernel.policy import SYSTEM
from tinhso.places.actions import carry_out
from tinhso.places.models import Reorganisation


@job(name="places.reorganise", retries=2)
def reorganise(reorganisation: str) -> None:
    """Carry out what was ordered; a second run finds it done. A refusal is written beside the plan, nothing is left of
    the try."""
    try:
        with transaction.atomic():
            carry_out(SYSTEM, UUID(reorganisation))
    except Problem as refused:
        Reorganisation.objects.filter(id=reorganisation, state=Reorganisation.State.ORDERED).update(
            state=Reorganisation.State.APPROVED, fault=str(refused.detail)[:500]
        )


def start(reorganisation: UUID) -> None:
    """Queue it in the current transaction."""
    reorganise.defer(reorganisation=str(reorganisation))
