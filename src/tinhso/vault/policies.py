"""Who may look into a person's vault."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.policy import Actor, define
from tinhso.vault.models import Holding


def _own(actor: Actor, thing: Any) -> bool:
    """Only the person, and only once the identity is verified (not merely typed)."""
    if actor.account is None or actor.subject is None or not actor.assured:
        return False
    person = thing.person_id if isinstance(thing, Holding) else thing
    return person is None or (isinstance(person, UUID) and person == actor.subject)


OWN = define("vault.own", _("Xem kho dữ liệu số của mình"), _own)
