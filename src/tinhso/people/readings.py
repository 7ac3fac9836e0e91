"""Officials are persons too: what administrators read of them goes to the disclosure log."""

from collections.abc import Iterable

from tinhso.kernel import disclosure
from tinhso.kernel.policy import Actor
from tinhso.people.models import Official
from tinhso.people.policies import SEE_OFFICIALS


def note_reading(actor: Actor, official: Official, fields: Iterable[str]) -> None:
    """The actor was shown these fields about an official. No database work when ``official.account`` is loaded.

    It is noted under the person, or under the account of an official who never verified an identity.
    """
    disclosure.note(
        actor,
        person=official.account.person_id or official.account_id,
        record=f"official:{official.pk}",
        fields=fields,
        purpose=str(SEE_OFFICIALS.title),
    )
