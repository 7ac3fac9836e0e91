"""Agencies that are gone name their heirs only where the pack knows them."""

from datetime import date

import pytest

from tinhso.places import queries
from tinhso.places.heirs import ended
from tinhso.places.models import Agency, AgencyKind

pytestmark = pytest.mark.django_db
SEED, TODAY = date(2022, 9, 5), date(2026, 9, 5)


def at_seed(code: str) -> Agency:
    return queries.agency_of_unit(code, SEED)


def test_a_communes_committee_is_followed_through_every_merger() -> None:
    """30730 Vĩnh Thanh Vân became 30742 on 1 January 2025, which became Phường Rạch Giá on 1 July."""
    [gone] = ended([at_seed("30730").pk], TODAY)
    assert gone.heirs == ("Ủy ban nhân dân phường Rạch Giá",)
    assert gone.last_day == date(2024, 12, 31)


def test_the_provinces_committee_passes_to_the_merged_province() -> None:
    [gone] = ended([at_seed("91").pk], TODAY)
    assert gone.heirs == ("Ủy ban nhân dân tỉnh An Giang",)


def test_a_department_has_no_heir_that_anybody_verified() -> None:
    departments = list(queries.agencies(SEED, AgencyKind.DEPARTMENT))
    found = ended([one.pk for one in departments], TODAY)
    assert len(found) == len(departments) == 5
    assert {(one.heirs, one.territory) for one in found} == {((), ())}


def test_a_district_has_no_heir_but_its_land_is_known() -> None:
    [gone] = ended([at_seed("912").pk], TODAY)
    assert gone.heirs == ()
    assert gone.territory == ("Ủy ban nhân dân đặc khu Kiên Hải",)


def test_an_agency_that_lives_on_is_not_told() -> None:
    alive = queries.agency_of_unit("31108", TODAY)
    assert ended([alive.pk], TODAY) == []
    assert ended([at_seed("912").pk], SEED) == []


def test_all_districts_cost_as_few_queries_as_one(django_assert_max_num_queries) -> None:
    districts = [one.pk for one in queries.agencies(SEED, AgencyKind.DISTRICT_COMMITTEE)]
    with django_assert_max_num_queries(10):
        found = ended(districts, TODAY)
    assert len(found) == 15
    assert all(one.territory for one in found)
