from collections.abc import Iterator
from pathlib import Path

import pytest

from tinhso.kernel import months, spool, spool_loading
from tinhso.kernel.operating import banner


@pytest.fixture(autouse=True)
def no_month_known() -> Iterator[None]:
    """The test before may have opened a month in a transaction that was rolled back."""
    months._open.months.clear()
    yield
    months._open.months.clear()


@pytest.fixture(autouse=True)
def no_notice_known() -> None:
    """The test before may have published one; the pages of tests without a database ask for none."""
    banner._kept, banner._looked = (), float("inf")


@pytest.fixture(autouse=True)
def own_spool(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Spool files of this test alone: a writer that a test of another app left open writes elsewhere."""
    root = tmp_path_factory.mktemp("spool")
    for module in (spool, spool_loading):
        monkeypatch.setattr(module, "folder", lambda kind: root / kind)
    _let_go()
    yield root
    _let_go()


def _let_go() -> None:
    for kind in (spool.DISCLOSURES, spool.QUARANTINE):
        spool.close(kind)
