"""What officials' two main pages cost in queries, with shell and log-in (shared style: a list 6, a detail 10)."""

from typing import Any

from tinhso.desk.tests.test_desk import DESK, address, desk_of
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.tests.conftest import agency, cast, fill, monday, mother, receiver, sent  # noqa: F401  fixtures


def test_the_queue_costs_six_queries_and_a_dossier_ten(
    sent: Dossier,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    desk = desk_of("hontre.tiepnhan")
    for url, most in ((DESK, 6), (address(sent), 10)):
        desk.get(url)  # the process knows calendar and definition from here on
        with django_assert_max_num_queries(most):
            assert sent.code in desk.get(url).content.decode()
