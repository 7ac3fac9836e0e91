"""The calendar against a naive model that walks days one by one and counts minutes one by one."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.kernel.calendar import Calendar, Hours, NoWorkingDay, Session, SpecialDay, national_days
from tinhso.kernel.clock import LOCAL

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
VIETNAM = Calendar(special=national_days(range(2018, 2031), announced_to=2026))
CUTOFF = time(15)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2022-09-05T14:59:59", "2022-09-05T17:00"),
        ("2022-09-05T15:00:00", "2022-09-05T17:00"),
        ("2022-09-05T15:00:01", "2022-09-06T17:00"),
        ("2022-09-09T16:00:00", "2022-09-12T17:00"),  # Friday afternoon
        ("2022-09-10T09:00:00", "2022-09-12T17:00"),  # Saturday, online
        ("2022-08-31T15:30:00", "2022-09-05T17:00"),  # National Day 1–2 September, then a weekend
        ("2025-01-24T15:30:00", "2025-02-03T17:00"),  # Tết 2025: 25 January to 2 February
        ("2026-08-21T15:30:00", "2026-08-22T17:00"),  # the Saturday is a make-up working day
    ],
)
def test_a_same_day_procedure_received_after_15_is_due_the_next_working_day(received, due):
    assert VIETNAM.add_working_days(at(received), 0, cutoff=CUTOFF) == at(due)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2022-09-05T08:00", 3, "2022-09-08T17:00"),
        ("2022-09-05T16:00", 3, "2022-09-09T17:00"),
        ("2024-04-26T08:00", 5, "2024-05-07T17:00"),  # 29/4 swapped with Saturday 4/5, 30/4 and 1/5 off
        ("2025-04-25T08:00", 1, "2025-04-26T17:00"),  # make-up Saturday
    ],
)
def test_deadlines_in_working_days(received, days, due):
    assert VIETNAM.add_working_days(at(received), days, cutoff=CUTOFF) == at(due)


@pytest.mark.parametrize(
    ("instant", "working"),
    [
        ("2022-09-05T07:00", True),
        ("2022-09-05T06:59:59", False),
        ("2022-09-05T10:59:59.999999", True),
        ("2022-09-05T11:00", False),
        ("2022-09-05T17:00", False),
        ("2022-09-04T09:00", False),
        ("2022-09-01T09:00", False),
    ],
)
def test_sessions_are_half_open(instant, working):
    assert VIETNAM.is_working(at(instant)) is working


def test_after_closing_it_counts_as_the_next_day():
    assert VIETNAM.add_working_days(at("2022-09-05T17:00"), 0) == at("2022-09-06T17:00")


def test_an_agency_keeps_its_own_hours_from_to():
    summer = Hours((Session(time(6, 30), time(12)),), frozenset({6}), date(2022, 6, 1), date(2022, 8, 31))
    island = Calendar((summer, Hours()))
    assert island.is_working_day(date(2022, 8, 27))
    assert not island.is_working_day(date(2022, 9, 3))
    assert island.end_of(date(2022, 8, 31)) == at("2022-08-31T12:00")
    assert island.end_of(date(2022, 9, 1)) == at("2022-09-01T17:00")


def test_predicted_days_are_marked():
    predicted = VIETNAM.uncertain_days(date(2018, 1, 1), date(2030, 12, 31))
    assert {d.day.year for d in predicted} == {2027, 2028, 2029, 2030}
    assert all("Tết" in d.name for d in predicted)
    assert SpecialDay(date(2030, 2, 2), False, "Tết Nguyên Đán", certain=False) in predicted


def test_a_calendar_without_working_days_says_so():
    closed = Calendar((Hours(valid_to=date(2022, 1, 1)),))
    with pytest.raises(NoWorkingDay):
        closed.add_working_days(at("2022-09-05T08:00"), 1)
    with pytest.raises(NoWorkingDay):
        closed.add_working_hours(at("2022-09-05T08:00"), 1)


@pytest.mark.parametrize("sessions", [((11, 7),), ((7, 11), (10, 12)), ((13, 17), (7, 11)), ((9, 9),)])
def test_senseless_sessions_are_refused(sessions):
    with pytest.raises(ValueError):
        Hours(tuple(Session(time(a), time(b)) for a, b in sessions))


def test_negative_deadlines_are_refused():
    with pytest.raises(ValueError):
        VIETNAM.add_working_days(at("2022-09-05T08:00"), -1)
    with pytest.raises(ValueError):
        VIETNAM.add_working_hours(at("2022-09-05T08:00"), -0.5)


@st.composite
def calendars(draw):
    marks = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), min_size=2, max_size=6)))
    clock = [time(m // 60, m % 60) for m in marks[: len(marks) // 2 * 2]]
    sessions = tuple(Session(a, b) for a, b in zip(clock[::2], clock[1::2], strict=True))
    weekend = draw(st.frozensets(st.integers(0, 6), max_size=3))
    offsets = draw(st.dictionaries(st.integers(-5, 40), st.booleans(), max_size=12))
    special = {d: SpecialDay(d, w, "x") for n, w in offsets.items() for d in [date(2022, 9, 1) + n * DAY]}
    return Calendar((Hours(sessions, weekend),), special)


instants = st.integers(0, 10 * 24 * 60).map(lambda n: at("2022-09-01T00:00") + n * MINUTE)


def naive_working_day(calendar: Calendar, day: date) -> bool:
    if day in calendar.special:
        return calendar.special[day].working
    return day.weekday() not in calendar.hours[0].weekend


def naive_working(calendar: Calendar, instant: datetime) -> bool:
    here = instant.astimezone(LOCAL)
    within = any(s.start <= here.time() < s.end for s in calendar.hours[0].sessions)
    return within and naive_working_day(calendar, here.date())


@given(calendars(), instants, st.integers(0, 4 * 24 * 60))
@settings(max_examples=20, deadline=None)
def test_working_time_is_what_counting_minutes_gives(calendar, start, minutes):
    counted = sum(naive_working(calendar, start + n * MINUTE) for n in range(minutes))
    end = start + minutes * MINUTE
    assert calendar.working_time_between(start, end) == counted * MINUTE
    assert calendar.working_time_between(end, start) == -counted * MINUTE
    assert calendar.is_working(start) == naive_working(calendar, start)


@given(calendars(), instants, st.integers(1, 12 * 60))
@settings(max_examples=20, deadline=None)
def test_hours_are_added_minute_by_minute(calendar, start, minutes):
    moment, left = start, minutes
    for _step in range(15 * 24 * 60):
        if left == 0:
            break
        left -= naive_working(calendar, moment)
        moment += MINUTE
    if left == 0:
        assert calendar.add_working_hours(start, minutes / 60) == moment


@given(calendars(), instants, st.integers(0, 15), st.sampled_from([None, CUTOFF, time(0, 1)]))
@settings(max_examples=100, deadline=None)
def test_days_are_added_day_by_day(calendar, start, days, cutoff):
    day, closing = start.astimezone(LOCAL).date(), calendar.hours[0].sessions[-1].end
    moment = start.astimezone(LOCAL).time()
    late = moment >= closing or (cutoff is not None and moment > cutoff)
    if not naive_working_day(calendar, day) or late:
        day += DAY
        while not naive_working_day(calendar, day):
            day += DAY
    for _step in range(days):
        day += DAY
        while not naive_working_day(calendar, day):
            day += DAY
    due = calendar.add_working_days(start, days, cutoff)
    assert due == datetime.combine(day, closing, LOCAL)
    assert calendar.working_days_between(calendar.day_of_receipt(start, cutoff), day) == days
