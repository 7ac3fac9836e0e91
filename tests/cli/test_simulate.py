"""`tinhso simulate` never touches a home where real people's data may be."""

from argparse import Namespace
from dataclasses import replace
from datetime import timedelta

import pytest

from tinhso.cli import simulate
from tinhso.cli.refusal import Refusal
from tinhso.config import instance
from tinhso.kernel import clock
from tinhso.people.simulation import there


@pytest.mark.parametrize("real", [{"production": True, "sample": True}, {"sample": False}])
def test_it_is_refused_where_real_peoples_data_may_be(real: dict[str, bool]) -> None:
    with pytest.raises(Refusal, match="trial"):
        simulate.refuse_real(replace(instance(), **real))


@pytest.mark.django_db
@pytest.mark.parametrize("days", [0, 1])
def test_nobody_files_in_the_future(days: int) -> None:
    """Said before anything is written."""
    asked = Namespace(since=clock.today() + timedelta(days=days), remove=False)
    with pytest.raises(Refusal, match="--since"):
        simulate.run(asked)
    assert not there()


def test_a_trial_home_may_be_filled() -> None:
    simulate.refuse_real(replace(instance(), production=False, sample=True))
