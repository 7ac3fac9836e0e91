"""Sums kept event by event are the sums over the records, whatever the order and however often an event comes."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import ClassVar
from uuid import UUID, uuid5

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tinhso.kernel import jobs, measures
from tinhso.kernel.errors import Invalid
from tinhso.kernel.events import Event, definition, emit
from tinhso.kernel.ids import new_id
from tinhso.kernel.measures import Count, Kind, Line, Measure, Part
from tinhso.kernel.measures import definition as registry
from tinhso.kernel.models import Counted, Rollup
from tinhso.kernel.policy import ANONYMOUS, SYSTEM, Actor, Grant

NAME = "kernel.test-ripe"


@dataclass(frozen=True)
class Tended(Event):
    TYPE: ClassVar[str] = "vn.tinhso.kernel.test-tended"
    tree: UUID


#: The records of this test: what each tree adds now; a tree that is gone is not in it.
ORCHARD: dict[UUID, Count] = {}


def _lines(ids: Sequence[UUID]) -> list[Line]:
    return [Line(id, f"Cây {id}", "", f"/cay/{id}") for id in ids]


MEASURE = Measure(
    name=NAME,
    title="Cây chín",
    unit="%",
    definition="cây chín chia cho mọi cây",
    numerator="cây chín",
    denominator="cây",
    count=lambda ids: {id: ORCHARD[id] for id in ids if id in ORCHARD},
    every=lambda: sorted(ORCHARD),
    show=_lines,
    changes={Tended: lambda event: event.tree},
    scopes=lambda actor: frozenset(grant.scope for grant in actor.grants),
)


@pytest.fixture(autouse=True)
def orchard() -> Iterator[None]:
    ORCHARD.clear()
    measures.register(MEASURE)
    yield
    registry._measures._things.pop(NAME)
    name = f"measures.{NAME}.test-tended"
    definition.reactions.pop(name)
    definition._by_type[Tended.TYPE].remove(name)


def tree(number: int) -> UUID:
    return uuid5(UUID(int=2174), str(number))


DAYS = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1)]
SCOPES = [None, UUID(int=1), UUID(int=2)]
counts = st.builds(
    Count,
    day=st.sampled_from(DAYS),
    numerator=st.integers(0, 1),
    scope=st.sampled_from(SCOPES),
    place=st.sampled_from(SCOPES),
    unverified=st.booleans(),
)
#: What happens: a tree changes (or is felled), and its event arrives any number of times, now or later.
happenings = st.lists(
    st.tuples(st.integers(0, 4), st.one_of(st.none(), counts), st.integers(0, 3)), min_size=1, max_size=12
)


def by_hand() -> dict[tuple[str, date, UUID | None, UUID | None], tuple[int, int, int]]:
    """The sums that the records ask for, added up in the plainest way."""
    sums: dict[tuple[str, date, UUID | None, UUID | None], tuple[int, int, int]] = {}
    for count in ORCHARD.values():
        for grain, start in (
            ("day", count.day),
            ("month", count.day.replace(day=1)),
            ("year", count.day.replace(day=1, month=1)),
        ):
            key = (grain, start, count.scope, count.place)
            n, d, u = sums.get(key, (0, 0, 0))
            sums[key] = (n + count.numerator, d + count.denominator, u + int(count.unverified))
    return sums


def kept() -> dict[tuple[str, date, UUID | None, UUID | None], tuple[int, int, int]]:
    rows = Rollup.objects.filter(measure=NAME).values_list(
        "grain", "start", "scope", "place", "numerator", "denominator", "unverified"
    )
    return {row[:4]: row[4:] for row in rows if any(row[4:])}


class TestKeptIsRecomputed(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(happenings=happenings, order=st.randoms(use_true_random=False))
    def test_whatever_the_order_and_repetition_of_events(self, happenings, order) -> None:
        ORCHARD.clear()
        late: list[UUID] = []
        for number, count, repeats in happenings:
            if count is None:
                ORCHARD.pop(tree(number), None)
            else:
                ORCHARD[tree(number)] = count
            arrivals = [tree(number)] * repeats
            late += [tree(number)]  # at least once: the last delivery may come long after
            for arrived in arrivals:
                measures.recount(NAME, [arrived])
        order.shuffle(late)
        for arrived in late:
            measures.recount(NAME, [arrived])
        assert kept() == by_hand()
        before = kept()
        measures.rebuild(NAME)
        assert kept() == before


@pytest.mark.django_db
def test_an_event_moves_the_number_once_however_often_it_is_delivered() -> None:
    ORCHARD[tree(1)] = Count(DAYS[1], 1, scope=SCOPES[1])
    with transaction.atomic():
        for _time in range(3):
            emit(SYSTEM, Tended(tree(1)), subject=f"tree:{tree(1)}")
    assert measures.figures([NAME], 2026) == {}
    jobs.run_waiting()
    figure = measures.figures([NAME], 2026)[NAME]
    assert (figure.numerator, figure.denominator, figure.value) == (1, 1, Decimal("100.00"))


@pytest.mark.django_db
def test_a_record_that_moves_to_another_day_and_scope_leaves_its_old_place() -> None:
    ORCHARD[tree(1)] = Count(DAYS[0], 1, scope=SCOPES[1])
    measures.recount(NAME, [tree(1)])
    ORCHARD[tree(1)] = Count(DAYS[3], 0, scope=SCOPES[2])
    measures.recount(NAME, [tree(1)])
    assert measures.figures([NAME], 2025) == {}
    assert measures.breakdown(NAME, "scope", 2026).keys() == {SCOPES[2]}
    assert measures.figures([NAME], 2026)[NAME].value == Decimal("0.00")


@pytest.mark.django_db
def test_rebuilding_mends_sums_and_parts_that_were_damaged() -> None:
    for number in range(5):
        ORCHARD[tree(number)] = Count(DAYS[number % 4], number % 2, scope=SCOPES[1])
    measures.rebuild(NAME)
    Rollup.objects.filter(measure=NAME).update(numerator=77)
    Counted.objects.filter(measure=NAME, record=tree(0)).delete()
    Counted.objects.create(measure=NAME, record=tree(99), day=DAYS[0], numerator=1, denominator=1)
    measures.rebuild(NAME)
    assert kept() == by_hand()


@pytest.mark.django_db
def test_a_share_of_nothing_is_no_number_and_not_zero() -> None:
    assert measures.Figure(0, 0, 0, share=True).value is None
    assert measures.Figure(1, 3, 0, share=True).value == Decimal("33.33")
    assert measures.figures([NAME], 2026) == {}


@pytest.mark.django_db
def test_a_stock_counts_what_stands_whenever_it_began() -> None:
    registry._measures._things[NAME] = replace(MEASURE, kind=Kind.STOCK)
    ORCHARD.update({tree(1): Count(DAYS[0], 1), tree(2): Count(DAYS[1], 0)})
    measures.rebuild(NAME)
    assert measures.figures([NAME], 2026)[NAME].denominator == 2
    assert [figure.denominator for _month, figure in measures.history(NAME)] == [1, 2]


@pytest.mark.django_db
def test_records_are_paged_newest_first_and_only_within_the_scopes_of_the_reader() -> None:
    for number in range(7):
        ORCHARD[tree(number)] = Count(DAYS[1], number % 2, scope=SCOPES[1 + number % 2])
    measures.rebuild(NAME)
    one = Actor(account=new_id(), grants=frozenset({Grant("x", SCOPES[1])}))
    both = Actor(account=new_id(), grants=frozenset({Grant("x", SCOPES[1]), Grant("x", SCOPES[2])}))
    seen, cursor = [], None
    while True:
        page, cursor = measures.records(both, NAME, year=2026, cursor=cursor, limit=3)
        seen += [row.line.record for row in page]
        if cursor is None:
            break
    assert sorted(seen) == sorted(ORCHARD)
    assert len(seen) == 7
    assert {row.scope for row in measures.records(one, NAME, year=2026)[0]} == {SCOPES[1]}
    assert measures.records(ANONYMOUS, NAME, year=2026) == ([], None)
    inside = measures.records(both, NAME, year=2026, part=Part.NUMERATOR)[0]
    outside = measures.records(both, NAME, year=2026, part=Part.OUTSIDE)[0]
    assert (len(inside), len(outside)) == (3, 4)
    with pytest.raises(Invalid):
        measures.records(both, NAME, year=2026, cursor="không phải con trỏ")


@pytest.mark.django_db
def test_reading_costs_the_same_number_of_queries_whatever_was_counted(django_assert_num_queries) -> None:
    for number in range(60):
        ORCHARD[tree(number)] = Count(DAYS[number % 4], number % 2, scope=UUID(int=number + 1))
    measures.rebuild(NAME)
    with django_assert_num_queries(1):
        measures.figures([NAME], 2026)
    with django_assert_num_queries(1):
        assert len(measures.breakdown(NAME, "scope", 2026)) == 45
    with django_assert_num_queries(1):
        measures.history(NAME)


def test_countings_of_the_same_records_at_once_lose_and_double_nothing(own_database: str) -> None:
    for number in range(6):
        ORCHARD[tree(number)] = Count(DAYS[1], 1, scope=SCOPES[1])
    gate = Barrier(8)

    def count(turn: int) -> None:
        try:
            gate.wait(timeout=60)
            ids = [tree(number) for number in range(6)]
            for _again in range(5):
                measures.recount(NAME, ids if turn % 2 else list(reversed(ids)))
            if turn == 0:
                measures.rebuild(NAME)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert kept() == by_hand()
