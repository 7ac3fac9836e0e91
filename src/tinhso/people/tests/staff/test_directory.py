"""Officials are found by name, paged by key, read in few queries; who may do what is what the policies say."""

import pytest

from tinhso.kernel.policy import Grant
from tinhso.people import actions, queries
from tinhso.people.models import Role
from tinhso.people.queries import matrix
from tinhso.people.tests.staff.conftest import make_official

pytestmark = pytest.mark.django_db


def test_names_are_found_with_and_without_marks_and_only_at_home(admin, stranger, official, agency, elsewhere):
    make_official(agency, Role.CLERK, login="hontre.khac", name="Huỳnh Ngọc Diễm")
    make_official(elsewhere, Role.CLERK, login="rachgia.khac", name="Danh Hoàng Phúc")
    for said in ("danh hoang", "Hoàng Phúc", "phuc", "PHÚC danh"):
        rows, _next = queries.directory(admin, text=said)
        assert [row.id for row in rows] == [official.pk], said
    assert [r.full_name for r in queries.directory(admin, role="clerk")[0]] == ["Huỳnh Ngọc Diễm"]
    assert queries.directory(admin, agency=elsewhere)[0] == []


def test_the_directory_is_paged_by_key_in_few_queries(admin, agency, django_assert_max_num_queries):
    for number in range(7):
        make_official(agency, Role.CLERK, login=f"hontre.n{number}", name=f"Người {number}")
    with django_assert_max_num_queries(4):
        first, cursor = queries.directory(admin, limit=4)
    second, end = queries.directory(admin, limit=4, cursor=cursor)
    assert [row.full_name for row in (*first, *second)] == [f"Người {number}" for number in range(7)]
    assert end is None


def test_one_official_within_ten_queries(admin, leader, agency, django_assert_max_num_queries):
    for _time in range(3):
        made = actions.grant_post(admin, leader.pk, agency_id=agency, role=Role.CLERK)
        actions.end_post(admin, made.pk)
    with django_assert_max_num_queries(10):
        queries.official(admin, leader.pk)


def test_signing_authorities_are_listed_at_home_only(admin, stranger, leader, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        rows, _next = queries.authorities(admin)
    assert [row.official for row in rows] == [leader.pk]
    assert queries.authorities(stranger)[0] == []


def test_the_matrix_is_what_the_policies_say(agency):
    table = {
        row.policy: dict(zip([name for name, _ in matrix.columns()], row.allowed, strict=True)) for row in matrix.rows()
    }
    assert table["people.province_roles"] == {
        "receiver": False,
        "specialist": False,
        "leader": False,
        "clerk": False,
        "agency_admin": False,
        "province_admin": True,
        "auditor": False,
        "cashier": False,
    }
    assert table["people.verify_identity"]["receiver"]
    assert "kernel.public" not in table
    rights = {right.policy: right.through for right in matrix.rights({Grant("leader", agency), Grant("clerk", agency)})}
    assert rights["dossiers.revoke"] == [("leader", agency)]
    assert "people.manage_officials" not in rights
