"""Several nodes: what lies in a node's own home is that node's work."""

from procrastinate.contrib.django import app

from tinhso.kernel import chores, jobs
from tinhso.kernel.jobs import queue_of, queues_here


def test_a_worker_listens_to_everybody_s_queues_and_to_its_own_node_s() -> None:
    heard = queues_here()
    assert queue_of("main") in heard
    assert {"default", "seals"} <= set(heard)
    assert [queue for queue in heard if queue.startswith("node:")] == ["node:main"]


def test_each_node_takes_its_own_spool_however_many_there_are() -> None:
    for job in (chores.take_noted_disclosures, chores.enter_quarantined):
        scheduled = app.periodic_registry.periodic_tasks[job.name, "main"]
        assert scheduled.configure_kwargs["queue"] == "node:main"
        assert scheduled.configure_kwargs["queueing_lock"] == f"{job.name} node:main"


def test_what_is_everybody_s_is_scheduled_once_for_all() -> None:
    for job in (chores.seal_trail, chores.open_months, chores.tend_files, chores.revive_jobs):
        scheduled = app.periodic_registry.periodic_tasks[job.name, ""]
        assert not scheduled.configure_kwargs.get("queue", "").startswith("node:")
        assert jobs.every_job()[job.name].queue in queues_here()
