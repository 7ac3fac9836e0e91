"""The first two accounts of a province: appointed by the installation itself, since nobody else is there yet.

Two, because roles above one agency are proposed by one administrator of the province and approved by another one
(`actions.proposals`): one alone could never appoint a second.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.policy import SYSTEM
from tinhso.people.actions import appoint_official, grant_post
from tinhso.people.contacts import normal_login
from tinhso.people.models import Account, Post, Role
from tinhso.people.models.validity import valid_on
from tinhso.places import queries as places
from tinhso.places.models import AgencyKind


@dataclass(frozen=True)
class FirstAdmin:
    """Who is to administer the province. The e-mail address may be empty."""

    login: str
    full_name: str
    title: str
    email: str = ""


def same_person(one: FirstAdmin, other: FirstAdmin) -> bool:
    """Whether two answers name one person: the same log-in name, full name or e-mail address."""
    said = [
        (normal_login(who.login), " ".join(who.full_name.split()).casefold(), who.email.strip().casefold())
        for who in (one, other)
    ]
    return any(mine and mine == yours for mine, yours in zip(*said, strict=True))


def appoint_first_admins(first: FirstAdmin, second: FirstAdmin) -> tuple[str, str]:
    """The province's first two administrators, both or none; their temporary passwords, shown this once.

    At the first log-in the password is changed and a second factor set up, before anything else. Raises Invalid when
    both are one person, Conflict when the province already has an administrator, NotFound without a province
    committee in the pack.
    """
    if same_person(first, second):
        raise Invalid(_("Hai quản trị cấp tỉnh phải là hai người khác nhau: không ai tự duyệt đề nghị của mình."))
    with transaction.atomic():
        if Post.objects.filter(
            valid_on(clock.today()), role=Role.PROVINCE_ADMIN, official__account__is_active=True
        ).exists():
            raise Conflict(_("Tỉnh đã có quản trị viên. Hãy nhờ người ấy cấp lại mật khẩu hoặc bổ nhiệm thêm."))
        committee = places.agencies(clock.today(), AgencyKind.PROVINCE_COMMITTEE).first()
        if committee is None:
            raise NotFound(_("Gói dữ liệu chưa có Ủy ban nhân dân tỉnh ở ngày hôm nay."))
        return _appoint(committee.pk, first), _appoint(committee.pk, second)


def _appoint(agency_id: UUID, who: FirstAdmin) -> str:
    official, password = appoint_official(
        SYSTEM, agency_id=agency_id, login=who.login, full_name=who.full_name, title=who.title, email=who.email
    )
    grant_post(SYSTEM, official.pk, agency_id=agency_id, role=Role.PROVINCE_ADMIN)
    return password


def sample_accounts_left() -> int:
    """Open sample accounts, whose passwords were printed: in production there may be none."""
    return Account.objects.filter(sample=True, is_active=True).count()
