"""The clock of the law as a pure function, against the articles' own computation."""

from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.dossiers.reckoning import Cause, Happening, Reckoning, What, happening, reckon, standing, step_due
from tinhso.dossiers.tests.articles import OFF, Paper, Term
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar, SpecialDay
from tinhso.procedures.spec import AreaExtra, Deadline

CALENDAR = Calendar(special=MappingProxyType({day: SpecialDay(day, False, "nghỉ") for day in OFF}))
THREE = Deadline(kind="working_days", value=3, text="3 ngày làm việc")
SAME_DAY = Deadline(kind="same_day", text="trong ngày", cutoff="15:00")


def at(text: str) -> datetime:
    """A day of November 2026 and its hour: "09 08:30"."""
    return clock.parse(f"2026-11-{text.replace(' ', 'T')}:00+07:00")


def due(deadline: Deadline, *happened: Happening) -> datetime | None:
    return reckon(happened, deadline, CALENDAR).due


RECEIVED = Happening(at("09 08:00"), What.RECEIVED)  # a Monday


def stop(text: str, cause: Cause = Cause.SUSPENSION) -> Happening:
    return Happening(at(text), What.STOPPED, cause)


def run_on(text: str, cause: Cause = Cause.SUSPENSION) -> Happening:
    return Happening(at(text), What.RESUMED, cause)


def test_nothing_is_due_before_receipt() -> None:
    assert reckon([], THREE, CALENDAR) == Reckoning()


@pytest.mark.parametrize("cause", [Cause.FEE, Cause.SUSPENSION, Cause.APPLICANT])
def test_a_stop_leaves_the_remainder_which_runs_on_afterwards(cause: Cause) -> None:
    # received Monday 08:00, due Thursday 17:00; stopped Tuesday 09:00 with 22 hours left
    assert due(THREE, RECEIVED, stop("10 09:00", cause)) is None
    # run on from Thursday 13:00: 4 hours that day, 8 on Friday, 8 on Monday, 2 on Tuesday
    assert due(THREE, RECEIVED, stop("10 09:00", cause), run_on("12 13:00", cause)) == at("17 09:00")


def test_a_stop_outside_office_hours_takes_nothing() -> None:
    assert due(THREE, RECEIVED, stop("10 17:30"), run_on("11 06:30")) == at("12 17:00")


def test_completed_papers_begin_the_full_term_again() -> None:
    asked = Happening(at("11 10:00"), What.STOPPED, Cause.SUPPLEMENT)
    assert due(THREE, RECEIVED, asked) is None
    assert due(THREE, RECEIVED, asked, Happening(at("16 10:00"), What.COMPLETED)) == at("19 17:00")


def test_papers_completed_after_three_count_from_the_next_morning_where_the_rule_says_so() -> None:
    asked = Happening(at("09 10:00"), What.STOPPED, Cause.SUPPLEMENT)
    assert due(SAME_DAY, RECEIVED, asked, Happening(at("10 15:00"), What.COMPLETED)) == at("10 17:00")
    assert due(SAME_DAY, RECEIVED, asked, Happening(at("10 15:01"), What.COMPLETED)) == at("11 17:00")


def test_a_stop_between_a_late_receipt_and_the_morning_from_which_it_counts_takes_nothing() -> None:
    late = Happening(at("09 15:30"), What.RECEIVED)
    assert due(SAME_DAY, late, stop("09 15:40"), run_on("09 16:30")) == at("10 17:00")
    assert due(SAME_DAY, late, stop("09 15:40"), run_on("10 09:00")) == at("11 09:00")


def test_what_was_late_when_it_stopped_stays_late() -> None:
    assert due(SAME_DAY, RECEIVED, stop("10 08:00"), run_on("12 08:00")) == at("09 17:00")


def test_the_new_date_that_was_promised_is_the_due_date_and_a_stop_after_it_leaves_its_remainder() -> None:
    extended = Happening(at("11 08:00"), What.EXTENDED, until=at("18 17:00"))
    found = reckon([RECEIVED, extended], THREE, CALENDAR)
    assert (found.due, found.extended) == (at("18 17:00"), True)
    assert due(THREE, RECEIVED, extended, stop("18 15:00"), run_on("19 08:00")) == at("19 10:00")


def test_two_reasons_at_once_hold_until_both_are_gone() -> None:
    both = [RECEIVED, stop("09 09:00"), stop("09 10:00", Cause.FEE)]
    assert standing([*both, run_on("09 13:00")]) is Cause.FEE
    assert due(THREE, *both, run_on("09 13:00")) is None
    assert due(THREE, *both, run_on("09 13:00"), run_on("10 09:00", Cause.FEE)) == at("13 17:00")


def test_a_land_procedure_takes_ten_days_more_on_an_island() -> None:
    land = Deadline(
        kind="working_days",
        value=7,
        text="07 ngày; hải đảo thêm 10 ngày",
        areas=(AreaExtra(group="island", extra=10, unverified=True), AreaExtra(group="difficult", extra=10)),
    )
    assert due(land, RECEIVED) == at("18 17:00")
    there = Happening(at("09 08:00"), What.RECEIVED, areas=("island", "difficult"))
    # 17 working days: the ten of both groups are given once; the 24th is a day off
    assert due(land, there) == clock.parse("2026-12-03T17:00:00+07:00")
    again = [there, stop("10 08:00", Cause.SUPPLEMENT), Happening(at("11 08:00"), What.COMPLETED)]
    assert due(land, *again) == clock.parse("2026-12-07T17:00:00+07:00")


def test_fifteen_days_end_on_a_working_day_and_a_stop_moves_them_by_as_long_as_it_took() -> None:
    fifteen = Deadline(kind="calendar_days", value=15, text="15 ngày")
    received = Happening(at("09 09:00"), What.RECEIVED)
    assert due(fifteen, received) == at("25 17:00")  # the 24th is a day off
    assert due(fifteen, received, stop("10 09:00"), run_on("12 09:00")) == at("27 17:00")


def test_a_steps_own_hours_stand_with_the_whole() -> None:
    began, ends = at("09 08:00"), at("09 10:00")
    assert step_due(began, ends, [stop("09 09:00", Cause.FEE)], CALENDAR) is None
    assert step_due(began, ends, [stop("09 09:00"), run_on("09 16:30")], CALENDAR) == at("10 07:30")
    assert step_due(began, ends, [stop("08 09:00"), run_on("08 10:00")], CALENDAR) == ends
    # papers were asked for and came before the step began: it has its hours
    answered = [stop("06 09:00", Cause.SUPPLEMENT), Happening(at("09 08:00"), What.COMPLETED)]
    assert step_due(began, ends, answered, CALENDAR) == ends
    assert step_due(began, ends, [*answered, stop("09 09:00"), run_on("09 16:30")], CALENDAR) == at("10 07:30")


def test_a_happening_is_the_same_after_it_was_kept() -> None:
    for one in (
        Happening(at("09 08:00"), What.RECEIVED, areas=("island",)),
        stop("10 08:00", Cause.FEE),
        Happening(at("11 08:00"), What.EXTENDED, until=at("18 17:00")),
    ):
        assert happening(one.as_json()) == one


TERMS = [
    Term("same_day", three_o_clock=True),
    Term("working_days", 3),
    Term("working_days", 2, three_o_clock=True),
    Term("working_hours", 12),
    Term("calendar_days", 15),
]
CAUSES = {"fee": Cause.FEE, "suspension": Cause.SUSPENSION, "applicant": Cause.APPLICANT, "papers": Cause.SUPPLEMENT}
acts = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from([*CAUSES, "extend"])), min_size=1, max_size=7
)  # minutes to the next act, and which


def deadline_of(term: Term) -> Deadline:
    cutoff = "15:00" if term.three_o_clock else None
    return Deadline(kind=term.kind, value=term.value, text="thời hạn", cutoff=cutoff)  # type: ignore[arg-type]


def played(term: Term, begins: int, steps: list[tuple[int, str]]) -> tuple[Paper, list[Happening]]:
    """The same acts on paper and as happenings: each reason stops the time and, met again, lets it run on."""
    now, paper = datetime(2026, 11, 9) + timedelta(minutes=begins), Paper(term)
    paper.begin(now)
    happened = [Happening(now.replace(tzinfo=clock.LOCAL), What.RECEIVED)]
    for gap, act in steps:
        now += timedelta(minutes=gap)
        instant = now.replace(tzinfo=clock.LOCAL)
        if act == "extend":
            if paper.due is None:
                continue
            day = (paper.due + timedelta(days=7)).date()
            paper.promise(day)
            until = datetime.combine(day, datetime.min.time(), clock.LOCAL).replace(hour=17)
            happened.append(Happening(instant, What.EXTENDED, until=until))
        elif act not in paper.stopped:
            paper.stop(now, act)
            happened.append(Happening(instant, What.STOPPED, CAUSES[act]))
        elif act == "papers":
            if len(paper.stopped) == 1:
                paper.complete(now)
                happened.append(Happening(instant, What.COMPLETED))
        else:
            paper.run_on(now, act)
            happened.append(Happening(instant, What.RESUMED, CAUSES[act]))
    return paper, happened


def _agree(term: Term, begins: int, steps: list[tuple[int, str]]) -> None:
    paper, happened = played(term, begins, steps)
    found = reckon(happened, deadline_of(term), CALENDAR)
    assert (found.due.astimezone(clock.LOCAL).replace(tzinfo=None) if found.due else None) == paper.due
    assert (found.standing is None) == (not paper.stopped)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TERMS), st.integers(0, 5 * 24 * 60), acts)
def test_the_clock_agrees_with_the_articles_minute_by_minute(
    term: Term, begins: int, steps: list[tuple[int, str]]
) -> None:
    _agree(term, begins, steps)


@pytest.mark.proof
@settings(max_examples=3000, deadline=None)
@given(st.sampled_from(TERMS), st.integers(0, 14 * 24 * 60), acts)
def test_the_clock_agrees_with_the_articles_on_thousands_of_ways(
    term: Term, begins: int, steps: list[tuple[int, str]]
) -> None:
    _agree(term, begins, steps)
