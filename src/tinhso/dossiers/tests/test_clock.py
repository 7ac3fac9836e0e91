"""When a dossier is due."""

from datetime import time

import pytest

from tinhso.dossiers import actions, clocks
from tinhso.dossiers.clocks import DueState
from tinhso.dossiers.models import Dossier, Step
from tinhso.dossiers.tests.conftest import now_at
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.policy import Actor
from tinhso.procedures.spec import Deadline

SAME_DAY = Deadline(kind="same_day", text="trong ngày", cutoff="15:00")
OFFICE = Calendar()


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-09T08:00+07:00", "2026-11-09T17:00+07:00"),
        ("2026-11-09T06:30+07:00", "2026-11-09T17:00+07:00"),
        ("2026-11-09T15:00+07:00", "2026-11-09T17:00+07:00"),
        ("2026-11-09T15:01+07:00", "2026-11-10T17:00+07:00"),
        ("2026-11-09T20:00+07:00", "2026-11-10T17:00+07:00"),
        ("2026-11-13T15:30+07:00", "2026-11-16T17:00+07:00"),
        ("2026-11-14T09:00+07:00", "2026-11-16T17:00+07:00"),
    ],
)
def test_a_same_day_procedure_is_due_today_until_three_and_on_the_next_working_day_after(
    received: str, due: str
) -> None:
    assert clocks.due_from(clock.parse(received), SAME_DAY, OFFICE) == clock.parse(due)


def test_three_working_days_skip_the_weekend() -> None:
    three = Deadline(kind="working_days", value=3, text="3 ngày làm việc")
    began = clock.parse("2026-11-12T09:00+07:00")
    assert clocks.due_from(began, three, OFFICE) == clock.parse("2026-11-17T17:00+07:00")


def test_the_time_does_not_run_before_the_officer_received_it(sent: Dossier) -> None:
    assert clocks.due(sent).state == DueState.NONE


def test_receiving_after_three_makes_it_due_the_next_working_day(sent: Dossier, receiver: Actor) -> None:
    with clock.pinned("2026-11-09T15:30:00+07:00"):
        dossier = actions.receive(receiver, sent.id, version=now_at(sent))
    assert clock.local(dossier.due_at).time() == time(17)
    assert dossier.due_at == clock.parse("2026-11-10T17:00:00+07:00")


def test_the_time_stands_while_a_supplement_is_awaited_and_runs_again_from_the_start(
    sent: Dossier, receiver: Actor, specialist: Actor, mother: Actor
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    asked = actions.request_supplement(
        specialist, sent.id, [actions.Point("Chụp lại giấy chứng sinh cho rõ")], version=now_at(sent)
    )
    assert clocks.due(asked.dossier).state == DueState.PAUSED
    with clock.pinned("2026-11-12T09:00:00+07:00"):
        answered = actions.answer_supplement(mother, sent.id, text="Đã chụp lại", version=now_at(sent))
        assert clocks.due(answered).state == DueState.SOON
    assert answered.due_at == clock.parse("2026-11-12T17:00:00+07:00")


def test_an_overdue_dossier_says_by_how_many_working_days(sent: Dossier, receiver: Actor) -> None:
    dossier = actions.receive(receiver, sent.id, version=now_at(sent))
    late = clocks.due(dossier, clock.parse("2026-11-11T09:00:00+07:00"))
    assert late.state == DueState.LATE
    assert late.words == "Quá hạn 2 ngày"


def test_every_cached_due_time_is_what_the_function_says(issued: Dossier, sent: Dossier) -> None:
    for dossier in Dossier.objects.select_related("procedure_version"):
        assert dossier.due_at == clocks.due_at(dossier)
        for step in Step.objects.filter(dossier=dossier, ended_at=None):
            assert step.sort_at == clocks.queue_at(dossier)
