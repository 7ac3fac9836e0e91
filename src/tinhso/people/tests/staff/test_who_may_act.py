"""Who may act on an official: the own agency's administrator, and the first of two at once."""

import pytest

from tinhso.kernel.errors import Denied, NotFound, Stale
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import actions, queries
from tinhso.people.models import Role, SigningForm
from tinhso.people.tests.conftest import make_account
from tinhso.people.tests.staff.conftest import DAY, every_act, roles_now

pytestmark = pytest.mark.django_db


ACTS = ["grant", "end", "transfer", "leave", "service", "authority", "sessions", "password", "see", "see sessions"]


@pytest.mark.parametrize("act", ACTS)
def test_another_agencys_admin_finds_nobody(stranger, official, agency, act):
    with pytest.raises(NotFound):
        every_act(stranger, official, agency)[act]()
    assert roles_now(official) == {"specialist"}


@pytest.mark.parametrize("act", [act for act in ACTS if act not in ("see", "see sessions", "sessions", "password")])
def test_an_auditor_sees_and_changes_nothing(official, agency, seat, act):
    auditor = Actor(account=make_account("ktra").pk, strong=True, grants=frozenset({Grant(Role.AUDITOR, seat)}))
    assert queries.official(auditor, official.pk).full_name == "Danh Hoàng Phúc"
    with pytest.raises((Denied, NotFound)):
        every_act(auditor, official, agency)[act]()


@pytest.mark.parametrize("act", ["grant", "leave", "service", "authority", "end", "transfer"])
def test_of_two_admins_at_once_the_second_is_told(admin, official, agency, act):
    version = official.version
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.RECEIVER, version=version)
    post = official.posts.get(role="specialist")
    late = {
        "grant": lambda: actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK, version=version),
        "leave": lambda: actions.take_leave(admin, official.pk, valid_from=DAY, valid_to=DAY, version=version),
        "service": lambda: actions.end_service(admin, official.pk, version=version),
        "authority": lambda: actions.grant_signing_authority(
            admin,
            official.pk,
            agency_id=agency,
            form=SigningForm.OWN,
            position="CHỦ TỊCH",
            valid_from=DAY,
            version=version,
        ),
        "end": lambda: actions.end_post(admin, post.pk, version=version),
        "transfer": lambda: actions.transfer(
            admin, official.pk, from_agency=agency, to_agency=agency, role=Role.CLERK, version=version
        ),
    }
    with pytest.raises(Stale):
        late[act]()
