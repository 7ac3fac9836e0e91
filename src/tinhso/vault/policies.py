"""Who may look into a person's vault."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.policy import Actor, define
from tinhso.people.models import Role
from tinhso.vault.models import DataRequest, Holding


def _own(actor: Actor, thing: Any) -> bool:
    """Only the person, and only once the identity is verified (not merely typed)."""
    if actor.account is None or actor.subject is None or not actor.assured:
        return False
    person = thing.person_id if isinstance(thing, Holding) else thing
    return person is None or (isinstance(person, UUID) and person == actor.subject)


OWN = define("vault.own", _("Xem kho dữ liệu số của mình"), _own)


def _own_readings(actor: Actor, thing: Any) -> bool:
    """A verified person; and an official, of whose account administrators read."""
    return _own(actor, None) or (actor.account is not None and bool(actor.grants))


OWN_READINGS = define("vault.own_readings", _("Xem ai đã đọc dữ liệu của mình"), _own_readings)


def _about_oneself(actor: Actor, thing: Any) -> bool:
    """One's own request, once the identity is verified."""
    return _own(actor, thing.person_id if isinstance(thing, DataRequest) else thing)


def _at_counter(actor: Actor, thing: Any) -> bool:
    """An official at a counter; a request only if this very official wrote it down, and still receives there."""
    if isinstance(thing, DataRequest):
        return thing.asked_by_id == actor.account and actor.holds(Role.RECEIVER, thing.agency_id)
    return actor.holds(Role.RECEIVER, thing)


def _decides(actor: Actor, thing: Any) -> bool:
    """The province's administrator, never on a request of their own making or about themselves."""
    if not actor.holds(Role.PROVINCE_ADMIN):
        return False
    return not isinstance(thing, DataRequest) or (
        thing.asked_by_id != actor.account and thing.person_id != actor.subject
    )


MY_DATA = define("vault.my_data", _("Yêu cầu cung cấp hoặc xóa dữ liệu của mình"), _about_oneself)
COUNTER_DATA = define("vault.counter_data", _("Ghi yêu cầu dữ liệu cho người đứng tại quầy"), _at_counter)
DECIDE_ERASURE = define("vault.decide_erasure", _("Duyệt yêu cầu xóa dữ liệu"), _decides)
