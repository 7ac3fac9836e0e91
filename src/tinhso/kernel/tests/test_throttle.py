"""Budgets of tries: exact in any stretch of time, shared by all processes, kept without the key itself."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from tinhso.kernel.errors import TooMany
from tinhso.kernel.throttle import forget, network_of, refund, spend

HOUR = timedelta(hours=1)
START = datetime(2026, 1, 1, tzinfo=UTC)


def tries(key: str, limit: int, *minutes: float) -> list[bool]:
    """Whether a try at each minute was allowed."""
    allowed = []
    for minute in minutes:
        try:
            spend(key, limit, HOUR, at=START + timedelta(minutes=minute))
            allowed.append(True)
        except TooMany:
            allowed.append(False)
    return allowed


@pytest.mark.django_db
def test_no_stretch_of_time_holds_more_than_the_limit():
    assert tries("k", 3, 0, 30, 59, 59.5, 60.5, 61, 90, 91) == [True, True, True, False, True, False, True, False]


@pytest.mark.django_db
def test_a_refused_try_costs_nothing():
    assert tries("k", 1, 0, 1, 59, 60.1) == [True, False, False, True]


@pytest.mark.django_db
def test_keys_do_not_share_a_budget():
    assert tries("a", 1, 0) == tries("b", 1, 0) == [True]


@pytest.mark.django_db
def test_a_refund_gives_back_the_last_try_only():
    tries("k", 3, 0, 1)
    refund("k")
    assert tries("k", 3, 2, 3, 4) == [True, True, False]


@pytest.mark.django_db
def test_the_refusal_says_how_long_to_wait():
    tries("k", 1, 0)
    with pytest.raises(TooMany) as refused:
        spend("k", 1, HOUR, at=START + timedelta(minutes=18))
    assert "42 phút" in str(refused.value.detail)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:5:6:7:8:9:a", "2001:db8:5:6::/64"),
        ("2001:db8:5:6::1", "2001:db8:5:6::/64"),
        ("2001:db8:5:7::1", "2001:db8:5:7::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_address_of_ipv6_counts_with_all_others_of_its_link(address, network):
    assert network_of(address) == network


@pytest.mark.django_db
def test_the_key_itself_is_not_stored_and_old_budgets_go():
    tries("0912345678", 1, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_budget WHERE key LIKE %s", ["%0912345678%"])
        assert cursor.fetchone()[0] == 0
    assert forget(START + HOUR) == 1


@pytest.fixture
def committing(django_db_setup, django_db_blocker):
    """Real commits, as separate processes see them; the budget of the test is removed again."""
    with django_db_blocker.unblock():
        yield
        forget(datetime.now(UTC) + HOUR)
        connections.close_all()


def test_processes_together_never_spend_more_than_the_limit(committing):
    allowed = []

    def hammer() -> None:
        for _try in range(10):
            try:
                spend("shared", 7, HOUR)
                allowed.append(1)
            except TooMany:
                pass
        connections.close_all()

    threads = [threading.Thread(target=hammer) for _thread in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 7
