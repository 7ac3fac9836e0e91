"""The working-day calendar as citizens see it: the design's own example of twelve working days."""

from datetime import date

from tinhso.kernel.design import sample_weeks
from tinhso.kernel.workdays import working_days


def test_twelve_working_days_over_a_holiday_with_a_made_up_saturday() -> None:
    days = [day for week in sample_weeks() for day in week if day]

    counted = [int(day.note) for day in days if day.note.isdecimal()]
    assert counted == list(range(1, 13))
    assert (days[0].label, days[0].kind, days[0].note) == ("25/4", "in", "nhận")
    assert (days[-1].label, days[-1].kind, days[-1].note) == ("15", "due", "12")
    assert [day.note for day in days if day.kind == "today"] == ["6"]
    assert [day.label for day in days if day.kind == "off"][:3] == ["27", "30", "1/5"]


def test_weeks_start_on_monday_and_are_whole() -> None:
    assert all(len(week) == 7 for week in sample_weeks())
    assert sample_weeks()[0][:4] == [None, None, None, None]


def test_a_thing_due_the_same_day_is_one_cell() -> None:
    day = date(2025, 5, 7)

    cells = [cell for week in working_days(day, day, day, lambda d: True) for cell in week if cell]

    assert [cell.kind for cell in cells] == ["due"]


def test_a_very_long_wait_is_cut_not_drawn_for_ever() -> None:
    weeks = working_days(date(2020, 1, 1), date(2030, 1, 1), date(2025, 5, 7), lambda d: True)

    assert len(weeks) <= 13
