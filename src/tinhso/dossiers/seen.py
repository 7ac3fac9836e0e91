"""What an official at the counter is shown of a person goes to the disclosure log, with the counter as its purpose."""

from collections.abc import Sequence

from tinhso.dossiers.models import Presence
from tinhso.dossiers.policies import COUNTER
from tinhso.kernel import disclosure
from tinhso.kernel.policy import Actor


def note(actor: Actor, presence: Presence, fields: Sequence[str]) -> None:
    """The person reads later who looked, when, and that it was for filing at the counter."""
    disclosure.note(
        actor,
        person=presence.person_id,
        record=f"presence:{presence.id}",
        fields=list(fields),
        purpose=str(COUNTER.title),
    )
