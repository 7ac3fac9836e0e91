"""Which files of tests stay together on one worker.

What needs the running instance and the browser, and what looks at the world of who reaches what, costs many seconds to
set up in each process: such files share one worker. Every other file is a unit of its own.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling


class Scheduling(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file.startswith("tests/ways/") or file.endswith("browser.py"):
            return "browser"
        return "reach" if file.startswith("tests/reach/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    return Scheduling(config, log) if config.option.dist == "loadfile" else None
