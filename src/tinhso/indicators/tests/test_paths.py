"""The straight way to a target, with expectations worked out on paper."""

from datetime import date
from decimal import Decimal

import pytest

from tinhso.indicators.paths import Mark, TargetStatus, expected, reached, status

BEGIN = date(2022, 8, 26)
FIRST, SECOND = Mark(2025, Decimal(80)), Mark(2030, Decimal(95))
BOTH = [FIRST, SECOND]


@pytest.mark.parametrize(
    ("mark", "marks", "today", "asked"),
    [
        (FIRST, BOTH, date(2022, 8, 26), "0"),
        (FIRST, BOTH, date(2022, 1, 1), "0"),
        (FIRST, BOTH, date(2025, 12, 31), "80"),
        (FIRST, BOTH, date(2026, 11, 25), "80"),
        (FIRST, BOTH, date(2024, 4, 29), "40"),  # 612 of 1,223 days: 40.03
        (SECOND, BOTH, date(2025, 12, 31), "80"),
        (SECOND, BOTH, date(2030, 12, 31), "95"),
        (SECOND, BOTH, date(2028, 7, 1), "87.5"),  # 913 of 1,826 days
        (SECOND, [SECOND], date(2022, 8, 26), "0"),
    ],
)
def test_what_the_way_asks_for_on_a_day(mark, marks, today, asked) -> None:
    assert abs(expected(mark, marks, BEGIN, today) - Decimal(asked)) < Decimal("0.05")


@pytest.mark.parametrize(
    ("value", "aim", "direction", "met"),
    [
        ("80", 80, "at_least", True),
        ("79.99", 80, "at_least", False),
        ("80", 80, "above", False),
        ("80.01", 80, "above", True),
        ("100", 100, "above", True),
        ("5", 10, "at_most", True),
        ("10.01", 10, "at_most", False),
    ],
)
def test_when_an_aim_is_reached(value, aim, direction, met) -> None:
    assert reached(Decimal(value), Decimal(aim), direction) is met


@pytest.mark.parametrize(
    ("value", "today", "found"),
    [
        ("80", date(2024, 4, 29), TargetStatus.MET),
        ("40.1", date(2024, 4, 29), TargetStatus.ON_WAY),
        ("37", date(2024, 4, 29), TargetStatus.NEAR),
        ("35", date(2024, 4, 29), TargetStatus.FAR),
        ("79", date(2025, 12, 31), TargetStatus.NEAR),
        ("79", date(2026, 1, 1), TargetStatus.OVERDUE),
        (None, date(2024, 4, 29), TargetStatus.EMPTY),
    ],
)
def test_where_a_target_stands(value, today, found) -> None:
    asked = expected(FIRST, BOTH, BEGIN, today)
    number = Decimal(value) if value else None
    assert status(number, FIRST, "at_least", asked, today) is found
    assert status(number, FIRST, "at_least", asked, today, measured=False) is TargetStatus.NONE
