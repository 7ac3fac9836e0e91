"""`tinhso simulate` never touches a home where real people's data may be."""

from dataclasses import replace

import pytest

from tinhso.cli import simulate
from tinhso.cli.refusal import Refusal
from tinhso.config import instance


@pytest.mark.parametrize("real", [{"production": True, "sample": True}, {"sample": False}])
def test_it_is_refused_where_real_peoples_data_may_be(real: dict[str, bool]) -> None:
    with pytest.raises(Refusal, match="trial"):
        simulate.refuse_real(replace(instance(), **real))


def test_a_trial_home_may_be_filled() -> None:
    simulate.refuse_real(replace(instance(), production=False, sample=True))
