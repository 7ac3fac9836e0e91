"""Dates, numbers and spaces as Vietnamese pages write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tinhso.kernel import clock
from tinhso.kernel.templatetags import house

INSTANT = datetime(2025, 9, 5, 2, 42, tzinfo=UTC)  # 09:42 in Viet Nam
NBSP = "\u00a0"


def test_dates_and_hours_are_local() -> None:
    late = datetime(2025, 9, 5, 18, 30, tzinfo=UTC)  # already the 6th in Viet Nam

    assert house.vi_date(INSTANT) == "05/09/2025"
    assert house.vi_date(late) == "06/09/2025"
    assert house.vi_date(date(2025, 9, 5)) == "05/09/2025"
    assert house.vi_time(INSTANT) == "09:42"
    assert house.vi_datetime(INSTANT) == f"09:42{NBSP}ngày{NBSP}05/09/2025"
    assert house.vi_day_month(INSTANT) == "05/09"


def test_a_weekday_is_never_broken_over_two_lines() -> None:
    assert house.vi_weekday(date(2025, 5, 15)) == f"thứ{NBSP}Năm"
    assert house.vi_weekday(date(2025, 5, 18)) == f"Chủ{NBSP}nhật"
    assert house.vi_long_date(date(2025, 5, 15)) == f"thứ{NBSP}Năm 15/05/2025"


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        (1234.5, None, "1.234,5"),
        (1234567, None, "1.234.567"),
        (0, None, "0"),
        (-1200, None, "−1.200"),
        (Decimal("96.40"), 1, "96,4"),
        (12, 2, "12,00"),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_numbers_have_points_for_thousands_and_a_comma(value: object, places: int | None, words: str) -> None:
    with translation.override("en"):
        assert house.vi_number(value, places) == words  # type: ignore[arg-type]


def test_money_is_whole_dong() -> None:
    assert house.vi_money(50000) == f"50.000{NBSP}đồng"


@pytest.mark.parametrize(
    ("day", "words"),
    [(7, "hôm nay"), (8, "ngày mai"), (6, "hôm qua"), (13, "còn 6 ngày"), (4, "3 ngày trước")],
)
def test_a_near_day_is_named_by_its_distance(day: int, words: str) -> None:
    with clock.pinned("2025-05-07T23:30:00+07:00"):
        assert house.relative_day(date(2025, 5, day)) == words


def test_sizes_are_read_by_people() -> None:
    assert house.file_size(1_468_006) == f"1,4{NBSP}MB"
    assert house.file_size(300) == f"1{NBSP}KB"


def test_paging_keeps_the_filters() -> None:
    request = RequestFactory().get("/?nhom=qua-han&after=x&q=a%26b")

    assert house.with_query(request, "after", "y z") == "nhom=qua-han&after=y+z&q=a%26b"


def test_a_qr_code_says_what_it_leads_to() -> None:
    drawn = str(house.qr('https://x.example/?a="1"', 'Mã "QR"'))

    assert 'aria-label="Mã &quot;QR&quot;"' in drawn
    assert drawn.count("<path") == 1


def test_an_unknown_icon_is_a_mistake_not_a_gap() -> None:
    assert house.icon_shapes("check"), "the pages are not built: run `make dev`"
    with pytest.raises(LookupError, match="no icon 'chekc'"):
        Template('<c-icon name="check" />{% icon "chekc" %}').render(Context())
