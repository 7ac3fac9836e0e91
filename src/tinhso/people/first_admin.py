"""The first account of a province: appointed by the installation itself, since nobody else is there yet."""

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, NotFound
from tinhso.kernel.policy import SYSTEM
from tinhso.people.actions import appoint_official, grant_post
from tinhso.people.models import Account, Post, Role
from tinhso.people.models.validity import valid_on
from tinhso.places import queries as places
from tinhso.places.models import AgencyKind


def appoint_first_admin(*, login: str, full_name: str, title: str, email: str) -> str:
    """The province's first administrator; the temporary password, shown this once.

    At the first log-in the password is changed and a second factor set up, before anything else. Raises Conflict
    when the province already has an administrator, NotFound without a province committee in the pack.
    """
    with transaction.atomic():
        if Post.objects.filter(
            valid_on(clock.today()), role=Role.PROVINCE_ADMIN, official__account__is_active=True
        ).exists():
            raise Conflict(_("Tỉnh đã có quản trị viên. Hãy nhờ người ấy cấp lại mật khẩu hoặc bổ nhiệm thêm."))
        committee = places.agencies(clock.today(), AgencyKind.PROVINCE_COMMITTEE).first()
        if committee is None:
            raise NotFound(_("Gói dữ liệu chưa có Ủy ban nhân dân tỉnh ở ngày hôm nay."))
        official, password = appoint_official(
            SYSTEM, agency_id=committee.pk, login=login, full_name=full_name, title=title, email=email
        )
        grant_post(SYSTEM, official.pk, agency_id=committee.pk, role=Role.PROVINCE_ADMIN)
    return password


def sample_accounts_left() -> int:
    """Open sample accounts, whose passwords were printed: in production there may be none."""
    return Account.objects.filter(sample=True, is_active=True).count()
