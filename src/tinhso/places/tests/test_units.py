"""The real numbers of Kiên Giang, from Resolution 1654/NQ-UBTVQH15 and the statistics office's list, not from code."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tinhso.kernel.errors import NotFound
from tinhso.places import queries
from tinhso.places.models import Level, Unit

SEED, BEFORE, NEW_YEAR, LAST, TWO_TIERS = (
    date(2022, 8, 26),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2025, 6, 30),
    date(2025, 7, 1),
)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "provinces", "districts", "communes"),
    [(SEED, 1, 15, 144), (BEFORE, 1, 15, 144), (NEW_YEAR, 1, 15, 143), (LAST, 1, 15, 143), (TWO_TIERS, 1, 0, 102)],
)
def test_the_province_has_its_units_on_each_day(day, provinces, districts, communes):
    counts = [queries.units(day, level, province="91").count() for level in Level]
    assert counts == [provinces, districts, communes]


def test_code_30742_names_three_places_in_turn():
    names = [queries.unit_at("30742", day).name for day in (BEFORE, NEW_YEAR, TWO_TIERS)]
    assert names == ["Phường Vĩnh Bảo", "Phường Vĩnh Thanh Vân", "Phường Rạch Giá"]


def test_forty_eight_new_communes_come_from_kien_giang_and_every_old_one_went_somewhere():
    today = {u.code for old in queries.units(SEED, Level.COMMUNE) for u in queries.successors(old, TWO_TIERS)}
    assert len(today) == 48
    assert all(queries.successors(old, TWO_TIERS) for old in queries.units(LAST, Level.COMMUNE))


@pytest.mark.parametrize(("code", "districts"), [("30760", {"899", "903"}), ("30766", {"900", "902"})])
def test_two_new_wards_cross_the_old_district_lines(code, districts):
    ward = queries.unit_at(code, TWO_TIERS)
    assert {old.parent.code for old in queries.predecessors(ward)} == districts


def test_a_ward_of_2022_is_followed_through_both_changes():
    old = queries.unit_at("30730", SEED)
    assert [u.name for u in queries.successors(old)] == ["Phường Vĩnh Thanh Vân"]
    assert [u.name for u in queries.successors(old, date(2026, 1, 1))] == ["Phường Rạch Giá"]
    assert queries.successors(old, SEED) == [old]


def test_communes_belong_to_districts_and_later_to_the_province():
    before = [u.name for u in queries.ancestors(queries.unit_at("31108", SEED))]
    after = [u.name for u in queries.ancestors(queries.unit_at("31108", TWO_TIERS))]
    assert (before, after) == (["Huyện Kiên Hải", "Tỉnh Kiên Giang"], ["Tỉnh An Giang"])


def test_a_code_names_nothing_on_a_day_without_a_unit():
    with pytest.raises(NotFound):
        queries.unit_at("30730", NEW_YEAR)


def test_one_code_cannot_name_two_units_on_one_day():
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(
            code="30742",
            name="Trùng",
            level=Level.COMMUNE,
            kind="Xã",
            province_code="91",
            valid_from=NEW_YEAR,
            source="x",
        )


def test_islands_are_marked():
    islands = {u.name for u in queries.units(TWO_TIERS) if u.island}
    assert islands == {"Đặc khu Phú Quốc", "Đặc khu Thổ Châu", "Đặc khu Kiên Hải"}


def test_boundaries_are_drawn_and_districts_are_marked_approximate():
    assert Unit.objects.filter(level=Level.DISTRICT, boundary__isnull=False, boundary_approximate=True).count() == 15
    drawn = Unit.objects.filter(queries.valid(TWO_TIERS), level=Level.COMMUNE, boundary__isnull=False)
    assert (drawn.count(), drawn.filter(boundary_approximate=False).count()) == (102, 48)
    assert not Unit.objects.filter(queries.valid(SEED), level=Level.COMMUNE, boundary__isnull=False).exists()
    assert not drawn.filter(boundary_source="").exists()


def test_every_committee_sits_in_its_unit_and_names_are_two_queries(django_assert_num_queries):
    hon_tre = queries.agency_of_unit("31108", SEED)
    special_zone = queries.agency_of_unit("31108", TWO_TIERS)
    assert hon_tre.name == "Ủy ban nhân dân xã Hòn Tre"
    assert special_zone.name == "Ủy ban nhân dân đặc khu Kiên Hải"
    assert (hon_tre.code, special_zone.code) == ("H33.912.31108", "H33.31108")
    assert not hon_tre.code_verified
    assert queries.agency_by_code("H33", SEED).name == "Ủy ban nhân dân tỉnh Kiên Giang"
    unit = queries.unit_at("911", SEED)
    with django_assert_num_queries(2):
        named = queries.names([hon_tre.id, special_zone.id, unit.id])
    assert named[unit.id] == "Thành phố Phú Quốc"
    assert len(named) == 3
