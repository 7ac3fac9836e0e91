"""How far an administrator reaches: not to themselves, not into other agencies, not into accounts of citizens."""

from datetime import date

import pytest

from tinhso.kernel import clock
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Denied, Invalid, NotFound
from tinhso.kernel.models import AuditRecord
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import actions
from tinhso.people.models import Account, Official, Person, Post, Role, SigningForm
from tinhso.people.tests.conftest import make_account
from tinhso.places import queries as places

pytestmark = pytest.mark.django_db
TURNED = "Nguyễn \u202eaB\u202c"


@pytest.fixture
def elsewhere():
    return places.agency_of_unit("30742", clock.today()).pk


@pytest.fixture
def admin(appoint, agency) -> Actor:
    account = appoint(Role.AGENCY_ADMIN)
    return Actor(account=account.pk, strong=True, grants=frozenset({Grant(Role.AGENCY_ADMIN, agency)}))


@pytest.fixture
def province(elsewhere) -> Actor:
    return Actor(
        account=make_account("tinh").pk, strong=True, grants=frozenset({Grant(Role.PROVINCE_ADMIN, elsewhere)})
    )


def works(account: Account, agency, role=Role.SPECIALIST, until=None) -> Official:
    official, _made = Official.objects.get_or_create(account=account, defaults={"full_name": "A", "title": "B"})
    Post.objects.create(official=official, agency_id=agency, role=role, valid_from=date(2020, 1, 1), valid_to=until)
    return official


def authority(actor, official, agency):
    return actions.grant_signing_authority(
        actor, official.pk, agency_id=agency, form=SigningForm.OWN, position="CHỦ TỊCH", valid_from=clock.today()
    )


def test_nobody_gives_themselves_a_role_or_leave_to_sign(admin, agency):
    own = Official.objects.get(account_id=admin.account)
    with pytest.raises(Denied):
        actions.grant_post(admin, own.pk, agency_id=agency, role=Role.LEADER)
    with pytest.raises(Denied):
        authority(admin, own, agency)


def test_an_official_of_another_agency_is_not_there_for_an_agency_admin(admin, agency, elsewhere):
    foreign = works(make_account("noi.khac"), elsewhere)
    with pytest.raises(NotFound):
        actions.grant_post(admin, foreign.pk, agency_id=agency, role=Role.CLERK)
    with pytest.raises(NotFound):
        authority(admin, foreign, agency)


def test_the_province_moves_people_between_agencies(province, agency, elsewhere):
    foreign = works(make_account("noi.khac"), elsewhere)
    assert actions.grant_post(province, foreign.pk, agency_id=agency, role=Role.CLERK).agency_id == agency


@pytest.mark.parametrize("how", ["works elsewhere too", "left"])
def test_an_agency_admin_opens_no_account_that_acts_elsewhere(admin, agency, elsewhere, how):
    account = make_account("hai.noi")
    works(account, elsewhere)
    works(account, agency, Role.CLERK, until=date(2024, 1, 1) if how == "left" else None)
    before = account.password
    with pytest.raises((Denied, NotFound)):
        actions.reset_first_password(admin, account.pk, agency_id=agency)
    account.refresh_from_db()
    assert account.password == before


@pytest.mark.parametrize("login", ["0912345678", "+84 912 345 678", "me.hontre@vidu.vn", "a b", "tên", "x"])
def test_an_officials_log_in_is_no_citizens_contact(admin, agency, login):
    with pytest.raises(Invalid) as refused:
        actions.appoint_official(admin, agency_id=agency, login=login, full_name="A B", title="C")
    assert "login" in refused.value.fields


@pytest.mark.parametrize("email", ["a@b.vn\nBcc: x@y.vn", "khong-phai-thu", "0912345678"])
def test_an_officials_email_is_one_address(admin, agency, email):
    with pytest.raises(Invalid):
        actions.appoint_official(admin, agency_id=agency, login="moi.canbo", full_name="A B", title="C", email=email)


def test_an_officials_email_is_stored_as_it_is_looked_up(admin, agency):
    made, _password = actions.appoint_official(
        admin, agency_id=agency, login="moi.canbo", full_name="A B", title="C", email=" Can.Bo@VIDU.vn "
    )
    assert Account.objects.get(pk=made.account_id).email == "can.bo@vidu.vn"


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("put", "/api/v1/me/identity", {"full_name": TURNED}),
        ("post", "/api/v1/accounts", {"full_name": TURNED, "contact": "a@vidu.vn", "password": "hoa sen trang 2174"}),
    ],
)
def test_a_name_that_reads_other_than_it_is_written_is_refused_by_the_api(client, citizen, method, address, body):
    client.force_login(citizen)
    answer = getattr(client, method)(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/full_name")


def test_a_name_that_reads_other_than_it_is_written_is_refused_by_the_page(client, db):
    answer = client.post("/dang-ky/", {"full_name": TURNED, "contact": "a@vidu.vn", "password": "hoa sen trang 2174"})
    assert answer.status_code == 422
    assert "ký tự không đọc được" in answer.content.decode()


@pytest.mark.parametrize("more", [{"assurance": "verified"}, {"person_id": "x"}, {"is_active": True}])
def test_what_an_account_may_not_set_is_refused_not_ignored(client, citizen, more):
    client.force_login(citizen)
    answer = client.put("/api/v1/me/identity", {"full_name": "A B"} | more, content_type="application/json")
    assert answer.status_code == 422
    assert not Account.objects.get(pk=citizen.pk).verified


def test_an_account_looked_up_at_the_counter_is_in_the_trail_and_its_person_sees_it(appoint, agency):
    person = Person.objects.create(full_name="Bé Ba", source="test")
    found = make_account("0987654321", person=person, assurance="verified", verified_at=clock.now())
    officer = appoint(Role.RECEIVER)
    actor = Actor(account=officer.pk, grants=frozenset({Grant(Role.RECEIVER, agency)}), name="Cán bộ")
    actions.find_for_counter(actor, agency, "0987654321")
    take_disclosures()
    assert [seen.reader_account for seen in seen_by_others(person.pk)] == [officer.pk]
    assert AuditRecord.objects.filter(act="people.looked_up", subject=f"account:{found.pk}").count() == 1
