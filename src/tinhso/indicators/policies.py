"""Who may do what with the strategy. Everybody reads it; owners write about what is theirs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tinhso.indicators.models import Snapshot, Undertaking
from tinhso.kernel.policy import Actor, anyone, define
from tinhso.people.models import Role

#: Roles that work for an agency; who only checks it writes nothing.
WORKING = (Role.RECEIVER, Role.SPECIALIST, Role.LEADER, Role.CLERK, Role.AGENCY_ADMIN)


def _contributes(actor: Actor, thing: Any) -> bool:
    """Officials of an agency that the decision names, and the administrators of the province."""
    if actor.holds(Role.PROVINCE_ADMIN):
        return True
    if thing is None:
        return any(actor.holds(role) for role in WORKING)
    if not isinstance(thing, Undertaking):
        return False
    owners = {owner.agency_id for owner in thing.owners.all()}
    return any(actor.holds(role, agency) for role in WORKING for agency in owners)


def _official(actor: Actor, thing: Any) -> bool:
    return bool(actor.grants)


def _of_the_agency(*roles: Role) -> Any:
    """A rule: one of the roles, at the agency of the snapshot when there is one."""

    def rule(actor: Actor, thing: Any) -> bool:
        agency = thing.agency_id if isinstance(thing, Snapshot) else thing
        return any(actor.holds(role, agency) for role in roles)

    return rule


READ = define("indicators.read", _("Xem chiến lược và số liệu"), anyone, public=True)
CONTRIBUTE = define("indicators.contribute", _("Ghi kế hoạch, minh chứng, trao đổi"), _contributes, hidden=False)
READ_COMMENTS = define("indicators.read_comments", _("Xem trao đổi của cán bộ về nhiệm vụ"), _official, hidden=False)
TAKE_SNAPSHOT = define(
    "indicators.take_snapshot",
    _("Lập bản chụp số liệu của năm"),
    _of_the_agency(Role.PROVINCE_ADMIN, Role.LEADER),
    hidden=False,
)
SIGN_SNAPSHOT = define("indicators.sign_snapshot", _("Ký bản chụp số liệu"), _of_the_agency(Role.LEADER), hidden=False)
SEAL_SNAPSHOT = define(
    "indicators.seal_snapshot", _("Đóng dấu bản chụp số liệu"), _of_the_agency(Role.CLERK), hidden=False
)
