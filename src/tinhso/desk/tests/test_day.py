"""My day on paper: late, due today, awaited; nothing of other agencies."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.desk.tests.test_desk import DESK, desk_of
from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    agency,
    cast,
    fill,
    monday,
    mother,
    now_at,
    receiver,
    sent,
    specialist,
)
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor

pytestmark = pytest.mark.django_db


def test_my_day_lists_what_is_late_due_today_and_awaited_and_nothing_else(
    sent: Dossier,  # noqa: F811
    receiver: Actor,  # noqa: F811
    specialist: Actor,  # noqa: F811
    mother: Actor,  # noqa: F811
    fill: Any,  # noqa: F811
) -> None:
    def of(dossier: Dossier, login: str = "hontre.hotich") -> str:
        page = desk_of(login).get(f"{DESK}hom-nay").content.decode()
        before = page.partition(dossier.code)[0]
        return (
            before.rpartition("<h2")[2].partition(">")[2].partition("<")[0].split(" (")[0]
            if dossier.code in page
            else ""
        )

    assert of(sent) == ""  # not received yet: no time runs
    actions.receive(receiver, sent.id, version=now_at(sent))
    assert of(sent) == "Đến hạn hôm nay"
    with clock.pinned("2026-11-11T08:00:00+07:00"):
        assert of(sent) == "Quá hạn"
    actions.request_supplement(specialist, sent.id, [actions.Point("Chụp lại")], version=now_at(sent))
    assert of(sent) == "Đang chờ người nộp hoặc đang dừng"
    assert of(sent, "rachgia.hotich") == ""


def test_what_waits_for_the_applicant_or_is_suspended_is_awaited_too(
    sent: Dossier,  # noqa: F811
    receiver: Actor,  # noqa: F811
    specialist: Actor,  # noqa: F811
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.await_applicant(specialist, sent.id, reason="Hẹn người nộp thứ Năm", version=now_at(sent))
    page = desk_of("hontre.hotich").get(f"{DESK}hom-nay").content.decode()
    assert page.index("Đang chờ người nộp hoặc đang dừng") < page.index(sent.code)
    assert "Tạm dừng, chờ người nộp" in page


def test_my_day_stays_within_its_queries(sent: Dossier, receiver: Actor, mother: Actor, fill: Any) -> None:  # noqa: F811
    for number in range(3):
        more = actions.submit(mother, fill(mother).id, f"more-{number}")
        actions.receive(receiver, more.id, version=now_at(more))
    desk = desk_of("hontre.hotich")
    desk.get(f"{DESK}hom-nay")
    with CaptureQueriesContext(connection) as seen:
        desk.get(f"{DESK}hom-nay")
    assert len(seen) <= 11, [query["sql"][:90] for query in seen]


def test_a_citizen_has_no_day_at_the_desk() -> None:
    assert Client().get(f"{DESK}hom-nay").status_code == 302
