"""A plan in the pack: each mistake by line, with what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinhso.kernel.packs import Pack
from tinhso.places.pack import reorganisations

FILE = "reorganisations/2025-07-01.yaml"


@pytest.fixture
def mistakes(tmp_path: Path, settings: Any) -> Callable[..., list[Any]]:
    """Of the province's own plan after some words of it were replaced."""

    def make(*changes: tuple[str, str]) -> list[Any]:
        for part in ("units", "agencies", "reorganisations", "province.yaml"):
            source = settings.HERE.pack / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / part)
        text = (tmp_path / FILE).read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / FILE).write_text(text)
        return [(m.file, m.line, str(m.message)) for m in reorganisations.check(Pack(tmp_path))]

    return make


HON_TRE = '  - from: "912.31108"  # Ủy ban nhân dân xã Hòn Tre\n    to: "31108"'


def line_of(settings: Any, words: str) -> int:
    text = (settings.HERE.pack / FILE).read_text()
    return text[: text.index(words)].count("\n") + 1


def test_the_provinces_own_plan_has_no_mistake(mistakes: Callable[..., list[Any]]) -> None:
    assert mistakes() == []


@pytest.mark.parametrize(
    ("old", "new", "said", "below"),
    [
        (HON_TRE, HON_TRE.replace('to: "31108"', 'to: "99999"'), "Không có cơ quan “99999” vào ngày 01/07/2025", 1),
        (HON_TRE, HON_TRE.replace("912.31108", "912.1"), "Không có cơ quan “912.1” vào ngày 30/06/2025", 0),
        (HON_TRE, HON_TRE.replace("912.31108", "899.30733"), "được nhắc hai lần", None),
        (HON_TRE, HON_TRE.replace('to: "31108"', 'parts: [{to: "31108", units: ["31108"]}]'), "không nhận hết", 1),
        (
            HON_TRE,
            HON_TRE.replace('to: "31108"', 'parts: [{to: "31108"}, {to: "31105"}]'),
            "Hai phần cùng nhận việc còn lại",
            1,
        ),
        (
            HON_TRE,
            HON_TRE.replace(
                'to: "31108"',
                'parts: [{to: "31105", units: ["31111"]}, {to: "31108", units: ["31111"]}, {to: "31108"}]',
            ),
            "“31111” được chuyển hai lần",
            1,
        ),
        ("on: 2025-07-01", "on: 2025-08-01", "Không có cơ quan", None),
    ],
)
def test_a_mistake_is_named_with_its_line(
    mistakes: Callable[..., list[Any]], settings: Any, old: str, new: str, said: str, below: int | None
) -> None:
    found = [(line, words) for _file, line, words in mistakes((old, new)) if said in words]
    assert found
    if below is not None:
        assert line_of(settings, HON_TRE) + below in {line for line, _words in found}


def test_an_agency_that_ends_unmentioned_has_no_successor(mistakes: Callable[..., list[Any]]) -> None:
    entry = HON_TRE + "  # Ủy ban nhân dân đặc khu Kiên Hải\n"
    found = mistakes((entry, '  - from: "912.31111"\n    to: "31108"\n'))
    assert any("xã Hòn Tre (“912.31108”) kết thúc ngày 30/06/2025" in words for _file, _line, words in found)


def test_two_agencies_that_go_on_do_not_swap_work_in_a_circle(tmp_path: Path, settings: Any) -> None:
    for part in ("units", "agencies", "province.yaml"):
        source = settings.HERE.pack / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / part)
    (tmp_path / "reorganisations").mkdir()
    (tmp_path / "reorganisations/2026-01-01.yaml").write_text(
        "title: t\non: 2026-01-01\nunverified: true\nwhat:\n  dossiers:\n    unverified: true\nmoves:\n"
        '  - from: "31108"\n    unverified: true\n    parts: [{to: "31105", fields: [Hộ tịch]}]\n'
        '  - from: "31105"\n    unverified: true\n    parts: [{to: "31108", fields: [Hộ tịch]}]\n'
    )
    found = [(m.line, str(m.message)) for m in reorganisations.check(Pack(tmp_path))]
    assert [line for line, words in found if "vòng tròn" in words] == [8, 11]
