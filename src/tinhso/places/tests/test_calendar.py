"""The calendar of the pack: the holidays package against the pack's own table, and what is not verified."""

import contextlib
import csv
from datetime import date, time

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from tinhso.kernel.calendar import national_days
from tinhso.kernel.clock import parse
from tinhso.places import queries
from tinhso.places.models import SpecialDay, WorkingHours

SEED = date(2022, 9, 5)


def test_the_holidays_package_agrees_with_the_packs_table():
    days = national_days(range(2018, 2031), announced_to=2026)
    with (settings.HERE.pack / "calendar/holidays_vn_2018_2030.csv").open() as file:
        rows = list(csv.DictReader(file))
    listed = {date.fromisoformat(row["date"]): row["status"] for row in rows}
    assert len(rows) == 190
    assert {d for d, day in days.items() if not day.working} == {d for d, s in listed.items() if s != "working day"}
    assert {d for d, day in days.items() if day.working} == {d for d, s in listed.items() if s == "working day"}
    assert {d for d, day in days.items() if not day.certain} == {d for d, s in listed.items() if "PREDICTED" in s}


@pytest.mark.django_db
def test_the_loaded_calendar_counts_a_birth_registration():
    committee = queries.agency_of_unit("31108", SEED)
    calendar = queries.calendar_for(committee.id)
    assert calendar.add_working_days(parse("2022-09-05T15:30"), 0, time(15)) == parse("2022-09-06T17:00")
    assert not calendar.is_working_day(date(2022, 9, 2))
    assert calendar.is_working_day(date(2024, 5, 4))


@pytest.mark.django_db
def test_an_unverified_swap_changes_nothing_and_is_marked():
    calendar = queries.calendar_for(None)
    assert calendar.is_working_day(date(2026, 1, 2))
    assert not calendar.is_working_day(date(2026, 1, 10))
    assert [d.day for d in calendar.uncertain_days(date(2026, 1, 1), date(2026, 12, 31))] == [
        date(2026, 1, 2),
        date(2026, 1, 10),
    ]


@pytest.mark.django_db
def test_an_agencys_own_hours_and_days_win(django_assert_num_queries):
    ours, other = queries.agency_of_unit("31108", SEED), queries.agency_of_unit("31111", SEED)
    WorkingHours.objects.create(agency=ours, sessions=[["08:00", "12:00"]], weekend=[6], valid_from=SEED)
    SpecialDay.objects.create(agency=ours, day=date(2022, 9, 10), working=False, name="Lễ Nghinh Ông")
    with django_assert_num_queries(3):
        calendars = queries.calendars_for([ours.id, other.id])
    assert calendars[ours.id].end_of(date(2022, 9, 6)) == parse("2022-09-06T12:00")
    assert calendars[other.id].end_of(date(2022, 9, 6)) == parse("2022-09-06T17:00")
    assert calendars[ours.id].next_working_day(date(2022, 9, 9)) == date(2022, 9, 12)
    assert calendars[ours.id].is_working_day(date(2022, 9, 17))


@pytest.mark.django_db
def test_a_calendar_known_to_the_process_costs_one_query(django_assert_num_queries):
    ours, other = queries.agency_of_unit("31108", SEED), queries.agency_of_unit("31111", SEED)
    queries.calendars_for([ours.id, other.id])
    with django_assert_num_queries(1):
        known = queries.calendars_for([ours.id, other.id])
    assert known[ours.id].end_of(date(2022, 9, 6)) == parse("2022-09-06T17:00")


ORDINARY = date(2022, 9, 14)  # a Wednesday


def declare_off():
    SpecialDay.objects.create(day=ORDINARY, working=False, name="Nghỉ bão")


def declare_off_by_hand():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO places_specialday (id, created_at, day, working, name, certain, source)"
            " SELECT gen_random_uuid(), created_at, %s, false, name, true, '' FROM places_specialday LIMIT 1",
            [ORDINARY],
        )


def change_the_weekend():
    WorkingHours.objects.update(weekend=[2])


def forget_the_hours():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM places_workinghours")
    WorkingHours.objects.create(sessions=[["08:00", "12:00"]], weekend=[2])


@pytest.mark.django_db
@pytest.mark.parametrize("change", [declare_off, declare_off_by_hand, change_the_weekend, forget_the_hours])
def test_a_changed_calendar_rules_at_once_however_it_was_changed(change):
    assert queries.calendar_for(None).is_working_day(ORDINARY)
    change()
    assert not queries.calendar_for(None).is_working_day(ORDINARY)


@pytest.mark.django_db
def test_a_change_that_was_rolled_back_leaves_nothing_behind():
    queries.calendar_for(None)
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        declare_off()
        assert not queries.calendar_for(None).is_working_day(ORDINARY)
        1 / 0  # noqa: B018
    assert queries.calendar_for(None).is_working_day(ORDINARY)
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        change_the_weekend()
        assert queries.calendar_for(None).is_working_day(date(2022, 9, 17))
        1 / 0  # noqa: B018
    assert not queries.calendar_for(None).is_working_day(date(2022, 9, 17))


def test_another_sessions_uncommitted_change_is_not_taken_for_the_calendar(own_database):
    """The other session's stamp must not be met with rows of before: it would stand for the wrong days for ever."""
    options = connection.get_connection_params()
    names = ("host", "port", "dbname", "user", "password")
    with psycopg.connect(**{name: options[name] for name in names if name in options}) as other:
        queries.calendar_for(None)
        other.execute("UPDATE places_workinghours SET weekend = '[2]'")
        assert queries.calendar_for(None).is_working_day(ORDINARY)
        other.commit()
        assert not queries.calendar_for(None).is_working_day(ORDINARY)
