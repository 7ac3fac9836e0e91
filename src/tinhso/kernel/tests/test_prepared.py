"""Prepared queries give what Django's own give, and are known to the database again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from tinhso.kernel import clock
from tinhso.kernel.models import Notification
from tinhso.kernel.prepared import first, prepared

pytestmark = pytest.mark.django_db


def told(account: UUID, kind: str) -> Notification:
    return Notification.objects.create(account=account, kind=kind, context={"a": [1]}, subject="x:1")


@prepared
def of_account(account: UUID, kind: str) -> QuerySet[Notification]:
    rows = Notification.objects.filter(account=account, kind=kind).defer("subject")
    return rows.annotate(twice=Concat(F("kind"), Value("·"), F("kind"))).order_by("id")


@prepared
def till_now(account: UUID) -> QuerySet[Notification]:
    return Notification.objects.filter(account=account, read_at__lte=clock.now())


@prepared
def of_moment(account: UUID, at: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(account=account, read_at__gt=at)


@prepared
def forgetful(account: UUID) -> QuerySet[Notification]:
    return Notification.objects.all()


def test_rows_are_those_that_django_would_make(django_assert_num_queries) -> None:
    mine, other = uuid4(), uuid4()
    made = [told(mine, "a"), told(other, "a"), told(mine, "b"), told(mine, "a")]
    for account, kind in ((mine, "a"), (other, "a"), (mine, "b"), (uuid4(), "a"), (mine, "a' OR true --")):
        with django_assert_num_queries(1):
            found = of_account(account=account, kind=kind)
        assert [one.pk for one in found] == [one.pk for one in made if (one.account, one.kind) == (account, kind)]
        assert all(one.twice == f"{kind}·{kind}" and one.context == {"a": [1]} for one in found)
    assert found == []
    row = first(of_account(account=other, kind="a"))
    assert row is not None
    assert row.get_deferred_fields() == {"subject"}
    assert row.subject == "x:1"
    assert not row._state.adding


def test_the_clock_is_read_at_each_call_and_moments_are_values() -> None:
    mine, noon = uuid4(), datetime(2026, 11, 9, 5, tzinfo=UTC)
    Notification.objects.filter(id=told(mine, "a").id).update(read_at=noon)
    for minutes, seen in ((-1, 0), (1, 1), (-1, 0)):
        with clock.pinned(noon + timedelta(minutes=minutes)):
            assert len(till_now(account=mine)) == seen
        assert len(of_moment(account=mine, at=noon + timedelta(minutes=minutes))) == 1 - seen


def test_the_database_knows_the_query_again_and_other_cursors_are_as_before() -> None:
    kept = connection.connection.cursor_factory
    for _time in range(4):
        of_account(account=uuid4(), kind="known again")
    assert connection.connection.cursor_factory is kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%kernel_notification%'")
        assert cursor.fetchone()[0] >= 1


def test_no_connection_keeps_the_text_of_queries_whose_values_stand_in_it() -> None:
    of_account(account=uuid4(), kind="known again")
    large = "x" * 100_000
    for _time in range(2):
        Notification.objects.filter(subject=large).exists()
    kept = connection.connection._prepared
    assert not [key for key in (*kept._counts, *kept._names) if large.encode() in key[0]]


def test_a_value_that_the_query_does_not_use_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="account"):
        forgetful(account=uuid4())
