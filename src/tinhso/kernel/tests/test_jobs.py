"""A job is part of the transaction that defers it, keeps its request id, and survives its worker."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from django.db import connection, transaction

from tinhso.kernel import chores, jobs
from tinhso.kernel.jobs import Job, every_job, job, run_waiting
from tinhso.kernel.policy import ANONYMOUS, SYSTEM

pytestmark = pytest.mark.django_db

Done = list[tuple[str, str]]


@pytest.fixture(scope="module")
def writing() -> Iterator[tuple[Job[[str]], Done]]:
    """A job that remembers its runs with the request id it saw, and defers another one."""
    done: Done = []

    @job(name="kernel.test_write", retries=2)
    def write(word: str) -> None:
        done.append((word, structlog.contextvars.get_contextvars()["request_id"]))
        if word == "first":
            write.defer(word="second")

    yield write, done
    del jobs._jobs["kernel.test_write"]


@pytest.fixture
def write(writing: tuple[Job[[str]], Done]) -> Iterator[Job[[str]]]:
    writing[1].clear()
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        yield writing[0]


@pytest.fixture
def done(writing: tuple[Job[[str]], Done]) -> Done:
    return writing[1]


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(cursor.fetchone()[0])


def test_a_job_carries_the_request_id_on_to_the_jobs_it_defers(write: Job[[str]], done: Done) -> None:
    write.defer(word="first")
    assert run_waiting() == 2
    assert done == [("first", "r-1"), ("second", "r-1")]


def test_a_job_of_a_rolled_back_transaction_does_not_exist(write: Job[[str]]) -> None:
    with transaction.atomic():
        write.defer(word="x")
        transaction.set_rollback(True)
    assert queued() == 0


def test_many_jobs_cost_one_query(write: Job[[str]], django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(1):
        write.defer_many([{"word": str(number)} for number in range(20)])
    assert queued() == 20


def test_a_later_job_waits_for_its_time(write: Job[[str]], done: Done) -> None:
    write.defer(word="x", after=timedelta(hours=1))
    assert run_waiting() == 0
    assert queued() == 1


def test_a_job_that_waits_once_does_not_pile_up() -> None:
    for _time in range(3):
        chores.open_months.defer()
    assert queued() == 1


def test_of_a_long_job_one_runs_at_a_time_and_the_same_thing_waits_once() -> None:
    count = every_job()["indicators.count_measure"]
    for name in ("a", "b", "a"):
        count.defer(name=name, once=name)
    assert queued() == 2
    fetch = "SELECT (procrastinate_fetch_job_v2(NULL, %s)).task_name"
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        (worker,) = cursor.fetchone()
        cursor.execute(fetch, [worker])
        assert cursor.fetchone() == ("indicators.count_measure",)
        cursor.execute(fetch, [worker])
        assert cursor.fetchone() == (None,), "the other hands stay free"


def test_what_a_dead_worker_was_doing_is_done_again(write: Job[[str]], done: Done) -> None:
    write.defer(word="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    assert run_waiting() == 0
    chores.revive_jobs()
    assert run_waiting() == 1
    assert done == [("x", "r-1")]


def test_of_dead_twins_one_is_done_again_and_nothing_keeps_what_it_had_locked() -> None:
    count, seal = every_job()["indicators.count_measure"], every_job()["kernel.seal"]
    for _twin in range(2):
        seal.defer()
        _all_doing()
    count.defer(name="a", once="a")
    _all_doing()
    count.defer(name="a", once="a")
    assert queued() == 0, "it is under way"
    chores.revive_jobs()
    assert queued() == 2
    seal.defer()
    _all_doing()
    seal.defer()
    chores.revive_jobs()
    assert queued() == 2


def _all_doing() -> None:
    """A worker that is not there took all that waits."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")


def test_what_a_living_worker_does_is_left_alone(write: Job[[str]]) -> None:
    write.defer(word="x")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [cursor.fetchone()[0]])
    chores.revive_jobs()
    assert queued() == 0


def test_every_job_has_a_policy_that_lets_only_the_house_itself_do_it() -> None:
    assert {"kernel.deliver", "kernel.seal", "kernel.take_disclosures"} <= set(every_job())
    for found in every_job().values():
        assert found.policy.allows(SYSTEM)
        assert not found.policy.allows(ANONYMOUS)


def test_the_trail_is_sealed_at_least_every_half_minute() -> None:
    from procrastinate.contrib.django import app

    (seal,) = (task for task in app.periodic_registry.periodic_tasks.values() if task.task.name == "kernel.seal")
    times = [seal.croniter.get_next(float, start_time=start) - start for start in range(0, 60, 7)]
    assert max(times) <= 30


def test_the_next_job_is_found_by_index_whatever_the_plan_was_made_for() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname LIKE 'procrastinate_fetch_job%'")
        found = [set(settings or ()) for (settings,) in cursor.fetchall()]
    assert found
    assert all({"enable_seqscan=off", "enable_sort=off"} <= settings for settings in found)
