"""Terms that nobody verified promise nothing; cached due times follow the calendar; warnings do not stay for ever."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tinhso.dossiers import actions, clocks, dues, queries
from tinhso.dossiers.models import Dossier, Step, Warned
from tinhso.dossiers.queries import Filters
from tinhso.dossiers.retention import _remove_warned
from tinhso.dossiers.tests.conftest import now_at
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor
from tinhso.places.models import SpecialDay
from tinhso.procedures import queries as procedures

pytestmark = pytest.mark.django_db

LATER = "2026-11-16T08:00:00+07:00"


@pytest.fixture
def waiting(sent: Dossier, receiver: Actor) -> Dossier:
    actions.receive(receiver, sent.id, version=now_at(sent))
    return Dossier.objects.get(id=sent.id)


def late(actor: Actor) -> list[str]:
    return [row.code for row in queries.inbox(actor, Filters(due="late"))[0]]


def test_a_number_of_days_that_nobody_verified_makes_nobody_late(
    waiting: Dossier, specialist: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.pinned(LATER):
        assert late(specialist) == [waiting.code]
        assert queries.board(specialist).counts == {"late": 1}
        waiting.procedure_version = procedures.version(waiting.procedure_version_id)
        unsure = replace(waiting.deadline, unverified=True)
        monkeypatch.setattr(Dossier, "deadline", property(lambda _self: unsure))
        monkeypatch.setattr(procedures, "untimed_versions", lambda: frozenset({waiting.procedure_version_id}))
        said = clocks.due(waiting)
        assert (said.state, said.at, said.words) == (clocks.DueState.NONE, None, "Thời hạn chưa kiểm chứng")
        assert late(specialist) == []
        assert [row.code for row in queries.inbox(specialist, Filters(due="unsure"))[0]] == [waiting.code]
        assert queries.board(specialist).counts == {"unsure": 1}
        assert clocks.why_not_extend(waiting) is not None
        day = queries.my_day(specialist)
        assert ([r.code for r in day.unsure], day.late) == ([waiting.code], [])


def test_which_versions_promise_nothing_is_read_from_their_definitions(cast: None) -> None:
    unsure = procedures.untimed_versions()
    for id, version in procedures.versions(set(unsure)).items():
        term = version.spec.deadline
        assert not (term.counted and term.verified), id
    law = procedures.procedure("1.001193", clock.today())
    assert law.pk not in unsure


def test_a_day_off_announced_later_moves_what_is_cached(waiting: Dossier, specialist: Actor) -> None:
    assert not dues.refresh()  # nothing changed: nothing to do
    before = Step.objects.get(dossier=waiting, ended_at=None)
    day = clock.local(waiting.due_at).date()
    SpecialDay.objects.create(day=day, working=False, name="Nghỉ bão", certain=True, source="test")
    assert not dues.refresh()
    moved, step = Dossier.objects.get(id=waiting.id), Step.objects.get(id=before.id)
    assert clock.local(moved.due_at).date() > day
    assert moved.due_at == clocks.due_at(moved)
    assert step.sort_at == moved.due_at
    assert moved.version == waiting.version  # a cache, no act
    SpecialDay.objects.filter(day=day).delete()
    dues.refresh()
    assert Dossier.objects.get(id=waiting.id).due_at == waiting.due_at


def test_a_refresh_goes_on_portion_by_portion(
    waiting: Dossier, mother: Actor, receiver: Actor, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        actions.submit(mother, fill(mother).id, f"more-{n}")
    monkeypatch.setattr(dues, "PORTION", 1)
    monkeypatch.setattr(dues, "PORTIONS", 2)
    Dossier.objects.update(due_at=None)
    SpecialDay.objects.create(day=date(2027, 6, 1), working=False, name="x", certain=True, source="test")
    runs = 0
    while dues.refresh():
        runs += 1
    assert runs == 2  # four dossiers, two at a time, and the look that finds none left
    assert Dossier.objects.get(id=waiting.id).due_at == waiting.due_at


def test_warnings_go_with_steps_that_ended_long_ago_only(waiting: Dossier, specialist: Actor) -> None:
    open_step = Step.objects.get(dossier=waiting, ended_at=None)
    ended = Step.objects.filter(dossier=waiting, ended_at__isnull=False)[0]
    for step in (open_step, ended):
        Warned.objects.create(step=step, rule="x", due_at=clock.now())
    assert _remove_warned(clock.now() - timedelta(days=30), 10) == 0
    assert _remove_warned(clock.now() + timedelta(days=30), 10) == 1
    assert Warned.objects.get().step_id == open_step.id
