"""Two cashiers on one fee, many on many: one payment each, numbers without a gap. Data here is committed."""

from dataclasses import replace
from typing import Any

from tinhso.dossiers import actions
from tinhso.dossiers.actions import Money
from tinhso.dossiers.models import Dossier, FeeDue, FeeState, Payment
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.dossiers.tests.test_numbers import at_once, committed, draft_of
from tinhso.kernel.errors import Conflict

__all__ = ["committed"]

CASH = Money(8_000, "cash")


def charged() -> FeeDue:
    """A dossier of the mother's at Rạch Giá for which 8.000 đồng are awaited."""
    mother, receiver = actor_of("me.hontre@vidu.vn"), actor_of("rachgia.tiepnhan")
    dossier = actions.submit(mother, draft_of(mother), "")
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    actions.ask_fee(receiver, dossier.id, amount=8_000, reason="Lệ phí", version=now_at(dossier))
    return FeeDue.objects.get(dossier=dossier, state=FeeState.WAITING)


def test_many_hands_take_each_fee_once_and_number_receipts_without_a_gap(committed: Any) -> None:
    till = actor_of("rachgia.vanthu")
    other = replace(till, account=actor_of("rachgia.phochutich").account, name="Người thu thứ hai")
    fees = [charged() for _ in range(3)]
    answers = at_once([lambda f=f, a=a: actions.collect(a, f.id, CASH) for f in fees for a in (till, till, other)])
    assert all(isinstance(answer, Payment | Conflict) for answer in answers), answers
    assert Payment.objects.count() == len(fees)
    assert sorted(Payment.objects.values_list("number", flat=True)) == [1, 2, 3]
    for fee in fees:
        given = Payment.objects.get(fee=fee)
        same = [answer for answer in answers if isinstance(answer, Payment) and answer.fee_id == fee.id]
        assert {answer.id for answer in same} == {given.id}
        assert sum(p.get("what") == "resumed" for p in Dossier.objects.get(id=fee.dossier_id).happenings) == 1
    head = replace(actor_of("rachgia.phochutich"), account=actor_of("rachgia.hotich").account, name="Lãnh đạo khác")
    receipt = Payment.objects.get(fee=fees[0])
    voids = at_once([lambda: actions.void_receipt(head, receipt.id, reason="Nhầm", refund=False)] * 2)
    assert sorted(type(answer).__name__ for answer in voids) == ["Conflict", "Payment"]
    assert FeeDue.objects.get(id=fees[0].id).state == FeeState.WAITING
