"""Mistakes of an analyst in the places part of a pack, each on a copy of the real one."""

from datetime import date

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from tests.packs import without_procedures

from tinhso.kernel.packs import Pack, PackRefused, check_pack, load_pack
from tinhso.places import pack as parts
from tinhso.places import queries
from tinhso.places.models import Agency, SpecialDay, Succession, Unit, WorkingHours


@pytest.fixture
def copy(tmp_path):
    return without_procedures(tmp_path / "pack")


def change(folder, file, old, new):
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_the_provinces_own_pack_has_no_mistake():
    assert check_pack(settings.HERE.pack) == []


MISTAKES = [
    ("units/units.csv", "Xã Hòn Tre,commune", "Xã Hòn Tre,village", "level"),
    ("units/units.csv", "31108,Xã Hòn Tre,commune,Xã,912", "31108,Xã Hòn Tre,commune,Xã,999", "999"),
    ("units/units.csv", "Rạch Giá,commune,Phường,91,2025-07-01", "Rạch Giá,commune,Phường,91,2025-06-01", "30742"),
    ("units/units.csv", "Hòn Tre,commune,Xã,912,2022-08-26,2025", "Hòn Tre,commune,Xã,912,2022-08-26,2021", "valid_to"),
    ("units/units.csv", "31108,Xã Hòn Tre", "3110,Xã Hòn Tre", "Mã cấp"),
    ("units/successions.csv", "30730,2022-08-26", "30731,2022-08-26", "30731"),
    ("agencies/agencies.csv", "912.31108,Ủy", "912.3110_8,Ủy", "suffix"),
    ("agencies/agencies.csv", "31108,2022-08-26,2025-06-30,912", "31108,2022-08-26,2025-06-30,999", "999"),
    ("agencies/agencies.csv", "31108,2022-08-26,2025-06-30", "31108,2022-08-26,", "31108"),
    ("calendar/calendar.yaml", '["07:00", "11:00"]', '["07:00", "14:00"]', "hours"),
    ("calendar/calendar.yaml", "weekend: [saturday", "weekend: [caturday", "hours"),
    ("calendar/calendar.yaml", "    unverified: true  # giờ", "    # giờ", "hours"),
    ("calendar/holidays_vn_2018_2030.csv", "2022-09-02,", "2022-09-06,", "06/09/2022"),
    ("province.yaml", "name: Kiên Giang", "nam: Kiên Giang", "nam"),
    ("province.yaml", "  code: H33\n  unverified: true", "  code: H33", "agency_root"),
    ("boundaries/boundaries.yaml", "kg_communes_2025.geojson", "kg_communes_2026.geojson", "kg_communes_2026"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "named"), MISTAKES)
def test_each_mistake_names_its_file_line_and_remedy(copy, file, old, new, named):
    line = change(copy, file, old, new)
    found = check_pack(copy)
    assert found
    about = [m for m in found if named in f"{m.file} {m.message} {m.remedy}"]
    assert about, [str(m) for m in found]
    nearest = min(about, key=lambda m: abs(m.line - line))
    assert nearest.file == file or named in nearest.file
    assert nearest.file != file or abs(nearest.line - line) <= 4  # the value, or the entry that holds it
    assert all(m.remedy for m in found)


def test_what_is_stated_without_a_source_is_named_where_it_is_stated(copy):
    change(copy, "province.yaml", "  hotline:\n    source: Q", "  hotlin:\n    source: Q")
    assert [(m.file, m.line) for m in check_pack(copy)] == [("province.yaml", 5)]


def test_a_boundary_of_no_unit_is_named(copy):
    change(copy, "boundaries/kg_communes_2025.geojson", '"code":"30742"', '"code":"99999"')
    assert any("99999" in str(m) for m in check_pack(copy))


@pytest.mark.django_db
def test_nothing_is_loaded_while_one_mistake_stands(copy):
    change(copy, "units/units.csv", "Xã Hòn Tre", "Xã Hòn Tre Mới")
    change(copy, "calendar/calendar.yaml", '"11:00"', '"25:00"')
    with pytest.raises(PackRefused):
        load_pack(copy)
    assert queries.unit_at("31108", date(2022, 9, 5)).name == "Xã Hòn Tre"
    with pytest.raises(CommandError, match=r"calendar\.yaml"):
        call_command("load_pack", str(copy))


def _load_places(folder):
    pack = Pack(folder)
    for part in (parts.units, parts.boundaries, parts.agencies, parts.calendar):
        assert part.check(pack) == []
        part.load(pack)


@pytest.mark.django_db
def test_loading_again_changes_nothing():
    models = (Unit, Succession, Agency)
    before = [set(m.objects.values_list("id", flat=True)) for m in models]
    days = SpecialDay.objects.count(), WorkingHours.objects.count()
    _load_places(settings.HERE.pack)
    assert [set(m.objects.values_list("id", flat=True)) for m in models] == before
    assert (SpecialDay.objects.count(), WorkingHours.objects.count()) == days


@pytest.mark.django_db
def test_a_name_is_corrected_in_place_and_a_new_period_follows(copy):
    old = queries.unit_at("31108", date(2026, 1, 1))
    row = next(r for r in (copy / "units/units.csv").read_text().splitlines() if r.startswith("31108,Đặc khu"))
    ended = row.replace("2025-07-01,,", "2025-07-01,2026-12-31,")
    renamed = row.replace("2025-07-01,,", "2027-01-01,,").replace("Đặc khu Kiên Hải", "Đặc khu Hòn Tre")
    change(copy, "units/units.csv", row, f"{ended}\n{renamed}")
    seat = next(r for r in (copy / "agencies/agencies.csv").read_text().splitlines() if "đặc khu Kiên Hải" in r)
    change(copy, "agencies/agencies.csv", seat, seat.replace("2025-07-01,,", "2025-07-01,2026-12-31,"))
    change(copy, "province.yaml", "  code: H33\n  unverified: true", "  code: H33\n  source: Văn bản mới")
    _load_places(copy)
    assert queries.unit_at("31108", date(2026, 1, 1)).id == old.id
    assert queries.unit_at("31108", date(2027, 1, 1)).name == "Đặc khu Hòn Tre"
    assert Agency.objects.filter(code_verified=False).count() == 0


@pytest.mark.django_db
def test_an_agency_may_have_hours_of_its_own(copy):
    with (copy / "calendar/calendar.yaml").open("a") as file:
        file.write(
            "agencies:\n  - agency: '912.31108'\n    on: 2022-09-05\n"
            "    hours:\n      - sessions: [['06:30', '12:00']]\n        weekend: [sunday]\n        source: Thử\n"
        )
    _load_places(copy)
    hon_tre = queries.agency_of_unit("31108", date(2022, 9, 5))
    assert queries.calendar_for(hon_tre.id).is_working_day(date(2022, 9, 10))
    assert not queries.calendar_for(None).is_working_day(date(2022, 9, 10))
