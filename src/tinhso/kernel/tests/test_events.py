"""What happens is told once, in its own transaction, and reaches every reaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction

from tinhso.kernel import clock, jobs
from tinhso.kernel.errors import Conflict
from tinhso.kernel.events import (
    Envelope,
    Event,
    as_cloudevent,
    definition,
    deliveries,
    emit,
    emit_all,
    history,
    react,
    react_together,
)
from tinhso.kernel.events.deliveries import parked, retry
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import AuditRecord, Delivery, EventRecord, Notification
from tinhso.kernel.policy import SYSTEM, Actor

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Planted(Event):
    TYPE: ClassVar[str] = "vn.tinhso.kernel.test-planted"
    tree: UUID
    kind: str
    on: date
    at: datetime
    roots: tuple[int, ...] = ()


EVENT = Planted(new_id(), "xoài", date(2022, 9, 5), datetime(2022, 9, 5, 1, 2, 3, 4, UTC), (1, 2))
ACTOR = Actor(account=new_id(), name="Trần Thị Lan")


@pytest.fixture
def reaction() -> Iterator[list[tuple[Event, Envelope]]]:
    """A reaction that remembers what it was given, or fails when told so."""
    seen: list[tuple[Event, Envelope]] = []

    @react(Planted, name="kernel.test_water")
    def water(event: Planted, envelope: Envelope) -> None:
        Notification.objects.create(account=new_id(), kind="test", subject=envelope.subject)
        if event.kind == "hỏng":
            raise ValueError(f"{event.kind} 091123456789")
        seen.append((event, envelope))

    yield seen
    definition.reactions.pop("kernel.test_water")
    definition._by_type.pop(Planted.TYPE)


def test_an_event_is_read_back_as_it_was_told() -> None:
    sent = emit(ACTOR, EVENT, subject="tree:1")
    (happened,) = history("tree:1")
    assert happened.event == EVENT
    assert happened.envelope == sent


def test_events_of_a_subject_come_in_the_order_they_happened() -> None:
    for number in range(5):
        emit(SYSTEM, Planted(EVENT.tree, str(number), EVENT.on, EVENT.at), subject="tree:2")
    assert [happened.event.kind for happened in history("tree:2")] == list("01234")


def test_every_event_is_in_the_audit_trail() -> None:
    envelope = emit(ACTOR, EVENT, subject="tree:3")
    row = AuditRecord.objects.get(event=envelope.id)
    assert (row.act, row.subject, row.actor_account) == (Planted.TYPE, "tree:3", ACTOR.account)


def test_what_is_rolled_back_did_not_happen(reaction: list[tuple[Event, Envelope]]) -> None:
    with transaction.atomic():
        emit(SYSTEM, EVENT, subject="tree:5")
        transaction.set_rollback(True)
    assert not history("tree:5")
    assert not AuditRecord.objects.filter(subject="tree:5")
    jobs.run_waiting()
    assert reaction == []


def test_a_reaction_gets_the_event_once(reaction: list[tuple[Event, Envelope]]) -> None:
    envelope = emit(ACTOR, EVENT, subject="tree:6")
    row = Delivery.objects.get(event=envelope.id)
    jobs.run_waiting()
    deliveries.deliver([str(row.id)])
    assert reaction == [(EVENT, envelope)]


def test_a_failing_reaction_leaves_nothing_and_is_tried_again(reaction: list[tuple[Event, Envelope]]) -> None:
    emit(SYSTEM, Planted(EVENT.tree, "hỏng", EVENT.on, EVENT.at), subject="tree:7")
    jobs.run_waiting()
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == ("pending", 1)
    assert row.fault.startswith("ValueError in tinhso/kernel/tests/test_events.py:")
    assert "091123456789" not in row.fault
    assert not Notification.objects.exists()


def test_a_poison_event_is_parked_seen_and_retried_by_hand(reaction: list[tuple[Event, Envelope]]) -> None:
    emit(SYSTEM, Planted(EVENT.tree, "hỏng", EVENT.on, EVENT.at), subject="tree:8")
    row = Delivery.objects.get()
    for _try in range(deliveries.TRIES):
        deliveries.deliver([str(row.id)])
    (stuck,) = parked()
    assert (stuck.id, stuck.reaction, stuck.envelope.subject) == (row.id, "kernel.test_water", "tree:8")
    retry(row.id)
    assert parked() == []
    with pytest.raises(Conflict):
        retry(row.id)


def test_a_delivery_whose_job_was_lost_is_swept_up(reaction: list[tuple[Event, Envelope]]) -> None:
    emit(SYSTEM, EVENT, subject="tree:9")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    Delivery.objects.update(due_at=datetime(2020, 1, 1, tzinfo=UTC))
    deliveries.sweep()
    jobs.run_waiting()
    assert len(reaction) == 1


def test_what_was_done_long_ago_is_forgotten_and_what_waits_is_not(
    reaction: list[tuple[Event, Envelope]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(5):
        emit(ACTOR, EVENT, subject="tree:1")
    jobs.run_waiting()
    first, second, *_rest = Delivery.objects.order_by("id")
    Delivery.objects.filter(id=first.id).update(state="parked")
    Delivery.objects.filter(id=second.id).update(state="pending")
    deliveries.forget()
    assert Delivery.objects.count() == 5, "not while it is fresh"
    later = clock.real() + deliveries.KEPT + timedelta(minutes=1)
    monkeypatch.setattr(deliveries, "real_now", lambda: later)
    monkeypatch.setattr(deliveries, "PORTION", 2)
    deliveries.forget()
    assert set(Delivery.objects.values_list("id", flat=True)) == {first.id, second.id}


def test_emitting_costs_few_queries(
    reaction: list[tuple[Event, Envelope]], django_assert_num_queries: pytest.FixtureRequest
) -> None:
    emit(SYSTEM, EVENT, subject="tree:10")  # this one also opens the month
    with django_assert_num_queries(2):
        emit(SYSTEM, EVENT, subject="tree:10")


@pytest.mark.parametrize(
    "instant", ["2022-09-05T08:00:00+07:00", "2026-03-01T00:00:00+07:00", "2031-12-31T23:59:59+07:00"]
)
def test_any_month_gets_its_partition(instant: str) -> None:
    with clock.pinned(instant):
        envelope = emit(SYSTEM, EVENT, subject="tree:11")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM kernel_event WHERE id = %s", [envelope.id])
        (table,) = cursor.fetchone()
    assert table == f"kernel_event_{envelope.at:%Y_%m}"


def test_an_event_travels_as_a_cloudevent() -> None:
    envelope = emit(SYSTEM, EVENT, subject="tree:12")
    sent = as_cloudevent(envelope, EVENT)
    assert sent["specversion"] == "1.0"
    assert sent["source"] == "/tinhso/kernel"
    assert sent["data"]["roots"] == [1, 2]


def test_the_outbox_row_is_what_was_told() -> None:
    emit(ACTOR, EVENT, subject="tree:13")
    assert EventRecord.objects.get(subject="tree:13").data["kind"] == "xoài"


def test_one_job_brings_all_that_was_told_at_once_and_a_failure_stops_no_other(
    reaction: list[tuple[Event, Envelope]],
) -> None:
    kinds = ["xoài", "hỏng", "mít"]
    emit_all(SYSTEM, [replace(EVENT, kind=kind) for kind in kinds], subject="tree:11")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (1,)
    jobs.run_waiting()
    assert [event.kind for event, _envelope in reaction] == ["xoài", "mít"]  # type: ignore[attr-defined]
    assert list(Delivery.objects.order_by("id").values_list("state", flat=True)) == ["done", "pending", "done"]
    assert Notification.objects.count() == 2


def test_a_job_of_before_names_one_delivery(reaction: list[tuple[Event, Envelope]]) -> None:
    emit(ACTOR, EVENT, subject="tree:12")
    deliveries.deliver(delivery=str(Delivery.objects.get().id))
    assert len(reaction) == 1


@pytest.fixture
def counting() -> Iterator[list[list[str]]]:
    """A reaction that takes what waits together, and fails on what is broken."""
    calls: list[list[str]] = []

    def count(told: Sequence[tuple[Planted, Envelope]]) -> None:
        Notification.objects.create(account=new_id(), kind="test")
        calls.append([event.kind for event, _envelope in told])
        if "hỏng" in calls[-1]:
            raise ValueError

    react_together(Planted, name="kernel.test_count", act=count)
    yield calls
    definition.reactions.pop("kernel.test_count")
    definition._by_type.pop(Planted.TYPE)


def plant(*kinds: str) -> None:
    for kind in kinds:
        emit(SYSTEM, replace(EVENT, kind=kind), subject="tree:20")


def test_what_waits_for_one_reaction_is_taken_together_once(counting: list[list[str]]) -> None:
    plant("xoài", "mít", "ổi")
    jobs.run_waiting()
    assert [sorted(call) for call in counting] == [sorted(["xoài", "mít", "ổi"])]
    assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}


def test_one_that_fails_holds_no_other_up(counting: list[list[str]]) -> None:
    plant("xoài", "hỏng", "ổi")
    jobs.run_waiting()
    rows = list(Delivery.objects.order_by("due_at").values_list("state", "attempts"))
    assert sorted(rows) == [("done", 1), ("done", 1), ("pending", 1)]
    assert Notification.objects.count() == len([call for call in counting if "hỏng" not in call]), "undone, not half"
    assert not any("hỏng" in call for call in counting[-1:])


def test_what_waits_for_its_next_try_is_not_taken_along(counting: list[list[str]]) -> None:
    plant("hỏng")
    jobs.run_waiting()
    past = datetime(2020, 1, 1, tzinfo=UTC)
    Delivery.objects.update(due_at=past)
    plant("xoài", "ổi")
    Delivery.objects.update(due_at=past, attempts=0)  # as after `retry`, by hand
    calls = len(counting)
    jobs.run_waiting(limit=1)
    assert [sorted(call) for call in counting[calls:]] == [["xoài", "ổi"]]
