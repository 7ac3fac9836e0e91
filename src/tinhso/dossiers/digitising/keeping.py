"""What follows with time: papers whose validity ends, and holders whom the state comes to know."""

from uuid import UUID

from django.db import transaction

from tinhso.dossiers.digitising.signing import digitised, subject
from tinhso.dossiers.events import PaperEnded
from tinhso.dossiers.models import Digitised, DigitisedState
from tinhso.kernel import clock
from tinhso.kernel.events import emit
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people import queries as people
from tinhso.people.models.officials import name_key


def expire() -> int:
    """End what was valid until yesterday; how many. Repeatable."""
    count = 0
    while True:
        with transaction.atomic():
            due = list(
                Digitised.objects.select_for_update(skip_locked=True)
                .filter(state__in=(DigitisedState.SIGNED, DigitisedState.LISTED), valid_to__lt=clock.today())
                .order_by("valid_to")[:200]
            )
            for row in due:
                end(SYSTEM, row, DigitisedState.EXPIRED)
        count += len(due)
        if not due:
            return count


def end(actor: Actor, row: Digitised, state: DigitisedState) -> None:
    """It counts no more, and the vault says so. The row is locked."""
    row.state, row.ended_at = state, clock.now()
    row.save(update_fields=["state", "ended_at", "end_reason", "ended_by_name"])
    emit(actor, PaperEnded(paper=row.id, agency=row.agency_id, how=str(state)), subject=subject(row.id))


@transaction.atomic
def found_holder(person_id: UUID) -> int:
    """Papers signed before the state knew their holder go to the vault of whoever holds the number now, when the name
    is the same; how many."""
    numbers = [held.number for held in people.identifiers(person_id)]
    if not numbers:
        return 0
    name = name_key(people.names([person_id]).get(person_id, ""))
    rows = Digitised.objects.select_for_update().filter(identity__in=numbers, person=None, state=DigitisedState.SIGNED)
    theirs = [row for row in rows if name_key(row.holder_name) == name]
    for row in theirs:
        row.person_id = person_id
        row.save(update_fields=["person"])
        emit(SYSTEM, digitised(row), subject=subject(row.id))
    return len(theirs)
