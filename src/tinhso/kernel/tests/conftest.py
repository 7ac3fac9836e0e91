from collections.abc import Iterator

import pytest

from tinhso.kernel import months


@pytest.fixture(autouse=True)
def no_month_known() -> Iterator[None]:
    """The test before may have opened a month in a transaction that was rolled back."""
    months._open.clear()
    yield
    months._open.clear()
