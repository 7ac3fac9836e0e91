"""What an administrator reads of an official is in the disclosure log, and the official sees it."""

from datetime import timedelta
from uuid import UUID

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from tinhso.kernel import clock
from tinhso.kernel.disclosure import Seen, seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.models import Disclosure
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import lists, queries
from tinhso.people.models import Account, ImportLine, Official, OfficialImport, Person, Role

pytestmark = pytest.mark.django_db
OPENED = ("/can-bo/nguoi/{}/", "/can-bo/nguoi/{}/vai-tro/", "/can-bo/nguoi/{}/quyen.csv")
ASKED = ("/api/v1/officials/{}", "/api/v1/officials/{}/rights", "/api/v1/officials/{}/sessions")


@pytest.fixture
def admin(appoint) -> Account:
    return appoint(Role.AGENCY_ADMIN)


@pytest.fixture
def read(appoint) -> Official:
    """Somebody whom the administrator may see."""
    return appoint(Role.SPECIALIST, email="rieng@vidu.vn").official


def noted(*ids: UUID) -> list[Seen]:
    take_disclosures()
    return seen_by_others(*ids)


def browser(account: Account, *, strong: bool = True) -> Client:
    """Signed in, with the second factor used."""
    client = Client()
    client.force_login(account, backend="tinhso.people.backends.AccountBackend")
    if strong:
        signed = HttpRequest()
        signed.session = client.session
        record_authentication(signed, account, "mfa", type="totp")
        signed.session.save()
    return client


def opened(account: Account, address: str) -> str:
    answer = browser(account).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("address", OPENED + ASKED)
def test_each_look_at_an_official_is_noted_with_reader_fields_and_purpose(admin, read, address) -> None:
    opened(admin, address.format(read.pk))
    looks = noted(read.account_id)
    assert looks
    assert {look.reader_account for look in looks} == {admin.pk}
    assert {look.record for look in looks} == {f"official:{read.pk}"}
    assert {look.purpose for look in looks} == {"Xem cán bộ và quyền của họ"}
    told = {field for look in looks for field in look.fields}
    assert "sessions" in told if address.endswith("/sessions") else {"email", "login"} <= told


def test_the_directory_shows_nothing_personal_and_notes_nothing(admin, read) -> None:
    page = opened(admin, "/can-bo/")
    assert read.full_name in page
    assert "rieng@vidu.vn" not in page
    assert noted(read.account_id) == []


def test_the_official_sees_who_looked_without_having_verified_an_identity(admin, read) -> None:
    opened(admin, f"/can-bo/nguoi/{read.pk}/")
    take_disclosures()
    page = opened(read.account, "/ai-da-xem")
    assert "Cán bộ agency_admin" in page
    assert "Xem cán bộ và quyền của họ" in page


def test_an_official_with_a_verified_identity_sees_looks_from_before_and_after(admin, read) -> None:
    opened(admin, f"/api/v1/officials/{read.pk}")
    person = Person.objects.create(full_name="Danh Phúc", source="test")
    Account.objects.filter(pk=read.account_id).update(person=person, assurance="verified", verified_at=clock.now())
    opened(admin, f"/api/v1/officials/{read.pk}/sessions")
    take_disclosures()
    ids = (read.account_id, person.pk)
    assert sorted(Disclosure.objects.filter(person__in=ids).values_list("person", flat=True)) == sorted(ids)
    fields = [
        item["fields"]
        for item in browser(Account.objects.get(pk=read.account_id)).get("/api/v1/disclosures").json()["items"]
    ]
    assert [one == ["sessions"] for one in fields] == [True, False]


def test_nobody_else_sees_those_looks(admin, read, appoint) -> None:
    opened(admin, f"/can-bo/nguoi/{read.pk}/")
    take_disclosures()
    other = appoint(Role.CLERK)
    assert "Chưa ai xem dữ liệu của bạn" in opened(other, "/ai-da-xem")
    assert "Chưa ai xem dữ liệu của bạn" in opened(admin, "/ai-da-xem")


def test_looking_at_oneself_is_no_disclosure(admin) -> None:
    opened(admin, f"/can-bo/nguoi/{admin.official.pk}/")
    assert noted(admin.pk) == []


def test_a_look_that_is_refused_is_not_noted(appoint, read) -> None:
    client = browser(appoint(Role.RECEIVER))
    assert client.get(f"/api/v1/officials/{read.pk}").status_code in {403, 404}
    assert noted(read.account_id) == []


def test_a_citizen_without_a_verified_identity_is_told_how_to_get_one(citizen) -> None:
    assert "Cần xác minh danh tính trước" in opened(citizen, "/ai-da-xem")


def test_lines_of_a_list_note_the_officials_they_name(admin, read, agency, django_assert_num_queries) -> None:
    batch = OfficialImport.objects.create(file_name="a.xlsx", sha256="0", state="done", made_by=admin, made_by_name="x")
    for number, official in ((2, read), (3, None), (4, read)):
        ImportLine.objects.create(
            batch=batch,
            number=number,
            typed=dict.fromkeys(lists.COLUMNS, "x"),
            effect="changed" if official else "new",
            official=official,
        )
    grants = frozenset({Grant(Role.AGENCY_ADMIN, agency)})
    with django_assert_num_queries(1):
        queries.lines(Actor(account=admin.pk, strong=True, grants=grants), batch)
    assert len(noted(read.account_id)) == 1


def test_a_look_costs_no_query_more(admin, read, django_assert_max_num_queries) -> None:
    client = browser(admin)
    client.get(f"/api/v1/officials/{read.pk}")
    with django_assert_max_num_queries(11):
        client.get(f"/api/v1/officials/{read.pk}")
    assert noted(read.account_id)[0].at <= clock.now() + timedelta(seconds=1)
