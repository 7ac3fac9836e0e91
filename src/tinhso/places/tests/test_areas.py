"""Groups of communes in which a procedure may take longer."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tinhso.kernel.packs import Pack
from tinhso.places.belonging import area_groups
from tinhso.places.pack import areas
from tinhso.places.queries import agency_of_unit

IN_2026, IN_2024 = date(2026, 11, 9), date(2024, 11, 11)


@pytest.mark.parametrize(
    ("code", "on", "groups"),
    [
        ("31108", IN_2026, {"island"}),  # đặc khu Kiên Hải
        ("31078", IN_2026, {"island"}),  # đặc khu Phú Quốc
        ("30742", IN_2026, set()),  # phường Rạch Giá
        ("31108", IN_2024, {"island"}),  # xã Hòn Tre
    ],
)
def test_the_islands_of_the_province_are_its_group(db: None, code: str, on: date, groups: set[str]) -> None:
    assert area_groups(agency_of_unit(code, on).id, on) == groups


def test_the_commune_that_an_answer_names_decides_before_that_of_the_agency(db: None) -> None:
    inland = agency_of_unit("30742", IN_2026).id
    assert area_groups(inland, IN_2026, "31105") == {"island"}
    assert area_groups(inland, IN_2026, "99999") == set()


def test_a_code_that_is_no_unit_is_said_with_its_line(tmp_path: Path, settings: Any) -> None:
    shutil.copytree(settings.HERE.pack / "units", tmp_path / "units")
    (tmp_path / "areas.yaml").write_text(
        "groups:\n  difficult:\n    title: Vùng khó khăn\n    unverified: true\n"
        "    units:\n      - '31108'\n      - '12345'\n"
    )
    (mistake,) = areas.check(Pack(tmp_path))
    assert (mistake.file, mistake.line) == ("areas.yaml", 7)
    assert "12345" in mistake.message
