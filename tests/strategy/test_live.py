"""A number moves because an act happened, and opens to the dossier that moved it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.test import Client

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.tests.conftest import now_at
from tinhso.indicators import queries as strategy
from tinhso.kernel import clock, measures
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Rollup
from tinhso.kernel.policy import ANONYMOUS, Actor
from tinhso.people.models import Account

ONLINE, SATISFIED, CATALOGUE = "II.1.1-1b", "II.1.1-1c", "II.1.1-1a"
#: An Giang of November 2026: the year that the cast's Monday lies in.
YEAR = 2026


def count(name: str) -> tuple[int, int]:
    """The sums as they are kept, also where less is told."""
    sums = Rollup.objects.filter(measure=name, grain="year").aggregate(n=Sum("numerator"), d=Sum("denominator"))
    return sums["n"] or 0, sums["d"] or 0


def test_filing_a_dossier_moves_the_count_and_the_count_opens_to_it(mother: Actor, receiver: Actor, fill) -> None:
    before = count("dossiers.sent")
    sent = actions.submit(mother, fill(mother).id, "once")
    assert count("dossiers.sent") == before
    run_waiting()
    assert count("dossiers.sent") == (before[0] + 1, before[1] + 1)
    listed, _next = measures.records(receiver, "dossiers.sent", year=YEAR)
    assert listed[0].line.title == sent.code
    assert str(sent.id) in listed[0].line.url
    assert measures.records(mother, "dossiers.sent", year=YEAR)[0] == []
    assert measures.records(ANONYMOUS, "dossiers.sent", year=YEAR)[0] == []


def test_the_count_of_the_books_and_the_count_of_the_measure_agree(mother: Actor, fill, agency) -> None:
    for key in ("một", "hai"):
        actions.submit(mother, fill(mother).id, key)
    run_waiting()
    assert queries.dossier_count() == count("dossiers.sent")[0]
    assert queries.dossier_count(agency.id) == measures.breakdown("dossiers.sent", "scope", YEAR)[agency.id].numerator
    day = date(2026, 11, 9)
    kept = Rollup.objects.filter(measure="dossiers.sent", grain="day", start=day).aggregate(n=Sum("numerator"))["n"]
    assert queries.dossier_count(since=day, until=day) == kept


def test_a_returned_dossier_moves_the_online_share_and_its_rating_moves_satisfaction_unseen(
    issued: Dossier, receiver: Actor, clerk: Actor, mother: Actor
) -> None:
    assert strategy.target(ANONYMOUS, ONLINE).current is None
    assert strategy.target(ANONYMOUS, ONLINE).status == "empty"
    for actor in (receiver, clerk):
        acts = queries.dossier(actor, issued.id).acts
        if "return_result" in acts:
            actions.return_result(actor, issued.id, version=now_at(issued))
            break
    run_waiting()
    online = strategy.target(ANONYMOUS, ONLINE)
    assert online.current is not None
    assert (online.current.value, online.current.numerator, online.current.denominator) == (Decimal("100.00"), 1, 1)
    assert online.current.period == "2026-01-01/2026-11-09"
    assert online.status == "met"

    actions.rate(mother, issued.id, stars=3, version=now_at(issued))
    run_waiting()
    assert count("dossiers.satisfied") == (0, 1)
    assert strategy.target(ANONYMOUS, SATISFIED).current is None, "one person's opinion is not told"


def test_no_official_lists_who_rated_what(
    issued: Dossier, receiver: Actor, clerk: Actor, leader: Actor, mother: Actor
) -> None:
    for actor in (receiver, clerk):
        if "return_result" in queries.dossier(actor, issued.id).acts:
            actions.return_result(actor, issued.id, version=now_at(issued))
            break
    actions.rate(mother, issued.id, stars=1, version=now_at(issued))
    run_waiting()
    assert count("dossiers.satisfied") == (0, 1)
    for actor in (receiver, clerk, leader):
        assert measures.records(actor, "dossiers.sent", year=YEAR)[0]
        assert measures.records(actor, "dossiers.satisfied", year=YEAR)[0] == []


def test_in_time_under_a_term_that_nobody_verified_is_marked(issued: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    count_of = measures.measure("dossiers.on_time").count
    assert not count_of([issued.id])[issued.id].unverified
    unsure = replace(issued.procedure_version.spec.deadline, unverified=True)
    monkeypatch.setattr(Dossier, "deadline", unsure)
    assert count_of([issued.id])[issued.id].unverified


def test_a_digital_result_counts_while_it_is_in_force(issued: Dossier, leader: Actor) -> None:
    run_waiting()
    assert count("dossiers.digital_results") == (1, 1)
    actions.revoke_result(leader, issued.id, reason="Nhầm tên", version=now_at(issued))
    run_waiting()
    assert count("dossiers.digital_results") == (0, 0)


@pytest.mark.parametrize("name", ["sent", "wholly_online", "satisfied", "digital_results"])
def test_counting_anew_from_the_records_gives_what_events_gave(
    issued: Dossier, mother: Actor, clerk: Actor, receiver: Actor, name: str
) -> None:
    for actor in (receiver, clerk):
        if "return_result" in queries.dossier(actor, issued.id).acts:
            actions.return_result(actor, issued.id, version=now_at(issued))
            break
    actions.rate(mother, issued.id, stars=5, version=now_at(issued))
    run_waiting()
    kept = count(f"dossiers.{name}")
    assert kept == (1, 1)
    Rollup.objects.filter(measure=f"dossiers.{name}").delete()
    measures.rebuild(f"dossiers.{name}")
    assert count(f"dossiers.{name}") == kept


def test_the_catalogue_is_counted_when_the_pack_is_loaded_and_carries_its_unverified_marks(cast: None) -> None:
    found = strategy.target(ANONYMOUS, CATALOGUE)
    assert found.current is not None
    assert found.current.denominator == 93, "the catalogue of the pack"
    assert found.current.numerator == 1, "only birth registration is said to be wholly online"
    assert found.current.unverified == 93, "nobody has verified any level"
    assert found.current.period == "2026-11-09"
    assert strategy.breakdown(ANONYMOUS, found, "agency") == []


def test_a_target_without_source_says_so_and_is_not_zero(cast: None, client: Client) -> None:
    found = strategy.target(ANONYMOUS, "II.1.2-1")
    assert (found.current, found.status, found.measure) == (None, "none", None)
    page = client.get("/chien-luoc/muc-tieu/II.1.2-1").content.decode()
    assert "Chưa có nguồn số liệu" in page
    assert "nodata" in page
    assert "gauge-fill" not in page


def test_the_public_sees_numbers_by_agency_and_no_list_and_an_official_opens_the_dossier(
    issued: Dossier, receiver: Actor, clerk: Actor, client: Client
) -> None:
    for actor in (receiver, clerk):
        if "return_result" in queries.dossier(actor, issued.id).acts:
            actions.return_result(actor, issued.id, version=now_at(issued))
            break
    run_waiting()
    page = client.get(f"/chien-luoc/muc-tieu/{ONLINE}").content.decode()
    assert "Kiên Hải" in page
    address = f"/chien-luoc/muc-tieu/{ONLINE}/danh-sach"
    shown = client.get(address).content.decode()
    assert issued.code not in shown
    assert "chỉ mở cho cán bộ" in shown
    assert client.get(f"/api/v1/strategy/targets/{ONLINE}/records").json() == {"items": [], "next_cursor": None}

    client.force_login(Account.objects.get(pk=receiver.account))
    shown = client.get(address).content.decode()
    assert issued.code in shown
    assert f"/ban-lam-viec/ho-so/{issued.id}" in shown
    other = Client()
    other.force_login(Account.objects.get(login="rachgia.tiepnhan"))
    assert issued.code not in other.get(address).content.decode()


def test_the_number_beside_a_task_opens_to_the_records_that_it_counts(issued: Dossier, receiver: Actor) -> None:
    run_waiting()
    desk = Client()
    desk.force_login(Account.objects.get(pk=receiver.account))
    address = "/chien-luoc/viec/III.8-1/danh-sach"
    assert f'href="{address}"' in desk.get("/chien-luoc/viec/III.8-1").content.decode()

    assert f"/ban-lam-viec/ho-so/{issued.id}" in desk.get(address).content.decode()
    assert issued.code not in Client().get(address).content.decode()
    assert Client().get("/chien-luoc/viec/III.1-1/danh-sach").status_code == 404  # nothing is counted there


def test_numbers_of_another_year_are_asked_by_the_address(issued: Dossier, client: Client) -> None:
    run_waiting()
    with clock.pinned("2026-11-10T08:00:00+07:00"):
        assert strategy.target(ANONYMOUS, "II.1.1-1c", 2025).current is None
        assert client.get(f"/chien-luoc/muc-tieu/{ONLINE}?nam=2025").status_code == 200
        assert client.get(f"/chien-luoc/muc-tieu/{ONLINE}?nam=3025").status_code == 200
