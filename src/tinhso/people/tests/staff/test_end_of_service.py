"""Let go: at once in open sessions too, or on a later day."""

from datetime import date

import pytest

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.people import actions
from tinhso.people.models import Account, Official, StaffAct
from tinhso.people.tests.staff.conftest import admin_of, roles_now

pytestmark = pytest.mark.django_db


def test_end_of_service_closes_everything_at_once_in_open_sessions_too(client, admin, official):
    client.force_login(Account.objects.get(pk=official.account_id))
    assert client.get("/ban-lam-viec/").status_code == 200
    actions.end_service(admin, official.pk)
    assert client.get("/ban-lam-viec/").status_code == 302
    assert not Account.objects.get(pk=official.account_id).is_active
    assert StaffAct.objects.get(official=official).kind == "service_ended"


def test_end_of_service_on_a_later_day_waits_for_it(admin, official):
    actions.end_service(admin, official.pk, last_day=date(2026, 3, 31))
    assert roles_now(official) == {"specialist"}
    with clock.pinned("2026-04-01T00:10:00+07:00"):
        assert roles_now(official) == set()
        actions.turn_of_day()
        assert not Account.objects.get(pk=official.account_id).is_active


def test_nobody_lets_themselves_go(agency):
    admin = admin_of(agency)
    own = Official.objects.create(account_id=admin.account, full_name="Tôi", title="Quản trị", home_id=agency)
    with pytest.raises(Invalid):
        actions.end_service(admin, own.pk)
