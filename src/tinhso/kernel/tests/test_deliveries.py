"""Deliveries that several connections see, and what only the end of a transaction shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from tinhso.kernel import jobs
from tinhso.kernel.events import Envelope, definition, deliveries, emit, react, react_together
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import Delivery, NotificationSending
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.tests.test_events import EVENT, Planted


@contextmanager
def reacting(act: Any) -> Iterator[None]:
    """With one reaction to a planted tree."""
    react(Planted, name="kernel.test_one")(act)
    try:
        yield
    finally:
        definition.reactions.pop("kernel.test_one")
        definition._by_type.pop(Planted.TYPE)


def planted() -> None:
    with transaction.atomic():
        emit(SYSTEM, EVENT, subject="tree:1")


def test_what_another_worker_gathers_is_left_to_it_and_taken_when_it_died(own_database: str, cluster: object) -> None:
    calls: list[int] = []
    react_together(Planted, name="kernel.test_one", act=lambda events: calls.append(len(events)))
    try:
        for _time in range(3):
            planted()
        with cluster.superuser(own_database) as other:  # type: ignore[attr-defined]
            other.autocommit = False
            other.execute("SELECT FROM kernel_delivery LIMIT 2 FOR UPDATE")
            deliveries.deliver_together()
            other.rollback()
        deliveries.deliver_together()
        assert calls == [1, 2]
        assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}
    finally:
        definition.reactions.pop("kernel.test_one")
        definition._by_type.pop(Planted.TYPE)


def dangle(event: Planted, envelope: Envelope) -> None:
    NotificationSending.objects.create(notification_id=new_id(), channel="email")


def test_what_fails_only_at_the_end_of_its_transaction_is_noted_too(own_database: str) -> None:
    with reacting(dangle):
        planted()
        jobs.run_waiting()
        row = Delivery.objects.get()
        assert (row.state, row.attempts) == ("pending", 1)
        assert "IntegrityError" in row.fault
