"""A till closed for the day, what leaves with an export, and all of it over the API."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions import Money
from tinhso.dossiers.models import Draft, FeeDue, FeeState, Payment
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.dossiers.tests.fees.money import (
    LATE_BIRTH,
    MONDAY_DATE,
    cash,
    fee_of,
)
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401  the fixture
from tinhso.kernel import clock
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Denied, NotFound
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency


def test_the_days_of_a_till_add_up_to_its_receipts(
    agency: Agency,
    mother: Actor,
    receiver: Actor,
    cashier: Actor,
    leader: Actor,
    fill: Callable[..., Draft],
) -> None:
    """Whatever is taken and voided on which day: the sums of the closings are those of the receipts that stand, each
    closing is the sum of its lines, and a closed day does not change."""
    chance = random.Random(2174)
    dossier = actions.submit(mother, fill(mother, **LATE_BIRTH).id, "till")
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    days = [date(2026, 11, day) for day in (9, 10, 11)]
    closed: dict[date, int] = {}
    open_fee: UUID | None = fee_of(dossier).id
    for day in days:
        with clock.pinned(f"{day}T09:00:00+07:00"):
            for _turn in range(4):
                if open_fee is None or FeeDue.objects.get(id=open_fee).state != FeeState.WAITING:
                    amount = chance.randrange(1, 100) * 1000
                    actions.ask_fee(receiver, dossier.id, amount=amount, reason="Khoản", version=now_at(dossier))
                    open_fee = FeeDue.objects.filter(dossier=dossier, state=FeeState.WAITING).get().id
                fee = FeeDue.objects.get(id=open_fee)
                method = chance.choice(["cash", "transfer"])
                actions.collect(cashier, fee.id, Money(fee.amount or 0, method, "FT"))
                if chance.random() < 0.5:
                    standing = list(Payment.objects.filter(voided_at=None))
                    actions.void_receipt(leader, chance.choice(standing).id, reason="Nhầm", refund=True)
        closed[day] = queries.closing(cashier, agency.pk, day).net
    standing_sum = sum(p.amount for p in Payment.objects.filter(voided_at=None))
    assert sum(closed.values()) == standing_sum
    assert {day: queries.closing(leader, agency.pk, day).net for day in days} == closed
    for day in days:
        shown = queries.closing(cashier, agency.pk, day)
        assert sum(-line.amount if line.void else line.amount for line in shown.lines) == shown.net
        assert shown.cash + shown.transfer - shown.voided == shown.net == sum(t.net for t in shown.totals)
    numbers = sorted(Payment.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_closing_costs_the_same_whatever_its_length(
    waiting: FeeDue, cashier: Actor, agency: Agency, django_assert_max_num_queries: Any
) -> None:
    actions.collect(cashier, waiting.id, cash())
    with django_assert_max_num_queries(5):
        queries.closing(cashier, agency.pk, MONDAY_DATE)
    with django_assert_max_num_queries(1):
        queries.waiting_fees(cashier)


def test_whose_names_leave_with_an_export_of_the_takings_is_noted(
    waiting: FeeDue, cashier: Actor, leader: Actor, mother: Actor, agency: Agency
) -> None:
    actions.collect(cashier, waiting.id, cash())
    take_disclosures()
    assert mother.subject is not None
    before = len(seen_by_others(mother.subject))
    queries.closing(leader, agency.pk, MONDAY_DATE, whole=True)
    take_disclosures()
    assert len(seen_by_others(mother.subject)) == before + 1


def test_takings_of_another_agency_are_not_there(agency: Agency) -> None:
    for login in ("rachgia.vanthu", "rachgia.phochutich", "hontre.tiepnhan", "me.hontre@vidu.vn"):
        with pytest.raises((NotFound, Denied)):
            queries.closing(actor_of(login), agency.pk, MONDAY_DATE)


def test_all_of_it_over_the_api(
    waiting: FeeDue,
    calls: Callable[[Actor], Caller],  # noqa: F811
    cashier: Actor,
    leader: Actor,
    mother: Actor,
    agency: Agency,
) -> None:
    till, head, me = calls(cashier), calls(leader), calls(mother)
    away = calls(actor_of("rachgia.vanthu"))
    (row,) = till.get("/fees").json()["items"]
    assert (row["amount"], row["code"]) == (8_000, waiting.dossier.code)
    body = {"amount": 8_000, "method": "cash"}
    assert away.send("POST", f"/fees/{row['id']}/payment", body).status_code == 404
    paid = till.send("POST", f"/fees/{row['id']}/payment", body)
    assert (paid.status_code, paid.json()["number"]) == (201, "01/2026")
    receipt = f"/fee-receipts/{paid.json()['id']}"
    assert [who.get(receipt).status_code for who in (till, head, me, away)] == [200, 200, 200, 404]
    (fee,) = me.get(f"/dossiers/{waiting.dossier_id}/fees").json()["rows"]
    assert (fee["state"], fee["receipt_number"]) == ("paid", "01/2026")
    assert till.get(f"/takings?agency={agency.pk}").json()["net"] == 8_000
    assert away.get(f"/takings?agency={agency.pk}").status_code == 404
    assert till.send("POST", f"{receipt}/void", {"reason": "Nhầm"}).status_code == 409
    assert away.send("POST", f"{receipt}/void", {"reason": "Nhầm"}).status_code == 404
    assert head.send("POST", f"{receipt}/void", {"reason": "Nhầm", "refund": True}).json()["refund"] is True
    assert till.get(f"/takings?agency={agency.pk}").json()["net"] == 0
