"""Who may do what with persons, accounts and posts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tinhso.kernel import operating, policy, registries
from tinhso.kernel.policy import Actor
from tinhso.people.actors import actor_source
from tinhso.people.models import Role

registries.actor_sources.register("accounts", actor_source)


def _operator(actor: Actor, duty: operating.Duty) -> bool:
    """The province's administrator runs the house; the auditor may look at how it runs."""
    watches = duty is operating.Duty.WATCH and actor.holds(Role.AUDITOR)
    return watches or actor.holds(Role.PROVINCE_ADMIN)


operating.operators.register("officials", _operator)


def _receives(actor: Actor, agency: Any) -> bool:
    """An official at a counter: of that agency, when one is named."""
    return actor.holds(Role.RECEIVER, agency)


def _leads(actor: Actor, agency: Any) -> bool:
    """Who leads that agency, when one is named."""
    return actor.holds(Role.LEADER, agency)


def _corrects(actor: Actor, agency: Any) -> bool:
    return _receives(actor, agency) or _leads(actor, agency)


def _administers_province(actor: Actor, thing: Any) -> bool:
    return actor.system or actor.holds(Role.PROVINCE_ADMIN)


def _administers(actor: Actor, agency: Any) -> bool:
    return actor.system or actor.holds(Role.PROVINCE_ADMIN) or actor.holds(Role.AGENCY_ADMIN, agency)


def _oversees(actor: Actor, agency: Any) -> bool:
    """Administrators see their agencies' officials; the province and its auditors see all."""
    return _administers(actor, agency) or actor.holds(Role.AUDITOR)


VERIFY_IDENTITY = policy.define("people.verify_identity", _("Xác minh danh tính tại quầy"), _receives, hidden=False)
SEE_CORRECTIONS = policy.define(
    "people.see_corrections", _("Xem đề nghị sửa họ tên, ngày sinh của cơ quan"), _corrects, hidden=False
)
DECIDE_CORRECTION = policy.define(
    "people.decide_correction", _("Duyệt sửa họ tên, ngày sinh ghi sai"), _leads, hidden=False
)
CLOSE_ACCOUNT = policy.define("people.close_account", _("Đóng tài khoản"), _administers_province, hidden=False)
MANAGE_OFFICIALS = policy.define("people.manage_officials", _("Quản lý tài khoản cán bộ của cơ quan"), _administers)
SEE_OFFICIALS = policy.define("people.see_officials", _("Xem cán bộ và quyền của họ"), _oversees)
PROVINCE_ROLES = policy.define(
    "people.province_roles", _("Đề nghị và duyệt vai trò cấp tỉnh"), _administers_province, hidden=False
)
