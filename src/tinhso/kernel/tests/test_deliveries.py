"""Deliveries that several connections see, and what only the end of a transaction shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tinhso.cli.cluster import Cluster
from tinhso.kernel import jobs
from tinhso.kernel.events import Envelope, definition, deliveries, emit, react
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


def planted() -> Delivery:
    with transaction.atomic():
        emit(SYSTEM, EVENT, subject="tree:1")
    return Delivery.objects.get()


def test_a_delivery_that_another_worker_has_in_hand_is_looked_at_again(own_database: str, cluster: Cluster) -> None:
    seen: list[Planted] = []
    with reacting(lambda event, _envelope: seen.append(event)):
        row = planted()
        with cluster.superuser(own_database) as other:
            other.autocommit = False
            other.execute("SELECT FROM kernel_delivery FOR UPDATE")
            deliveries.deliver([str(row.id)])
            other.rollback()
        assert seen == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT args->'deliveries'->>0 FROM procrastinate_jobs WHERE scheduled_at IS NOT NULL")
            assert cursor.fetchall() == [(str(row.id),)]


def dangle(event: Planted, envelope: Envelope) -> None:
    NotificationSending.objects.create(notification_id=new_id(), channel="email")


def test_what_fails_only_at_the_end_of_its_transaction_is_noted_too(own_database: str) -> None:
    with reacting(dangle):
        planted()
        jobs.run_waiting()
        row = Delivery.objects.get()
        assert (row.state, row.attempts) == ("pending", 1)
        assert "IntegrityError" in row.fault
