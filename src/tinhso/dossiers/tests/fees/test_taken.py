"""Asked for and taken once, by one who may, or paid elsewhere."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions import Money
from tinhso.dossiers.events import FeeSettled, PaymentReceived
from tinhso.dossiers.models import Dossier, Draft, FeeDue, FeeState, Payment
from tinhso.dossiers.statuses import NationalStatus, national_status
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.dossiers.tests.fees.money import (
    ELEVEN,
    LATE_BIRTH,
    asked,
    cash,
    fee_of,
    told,
)
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import history
from tinhso.kernel.policy import Actor


def test_the_money_is_taken_the_receipt_numbered_and_the_time_runs_on(waiting: FeeDue, cashier: Actor) -> None:
    with clock.pinned(ELEVEN):
        payment = actions.collect(cashier, waiting.id, cash(payer="Bà Ngoại"))
    dossier = Dossier.objects.get(id=waiting.dossier_id)
    assert (payment.receipt_number, payment.amount, payment.payer_name) == ("01/2026", 8_000, "Bà Ngoại")
    assert national_status(dossier) == NationalStatus.RECEIVED
    settled = next(one.event for one in history(f"dossier:{dossier.id}") if isinstance(one.event, FeeSettled))
    assert (settled.amount, settled.receipt_number) == (8_000, "01/2026")
    assert PaymentReceived in told(dossier)
    assert dossier.due_at is not None
    assert f"{clock.local(dossier.due_at):%d/%m %H:%M}" == "10/11 08:00"  # an hour stood still: 17:00 and an hour more


def test_a_click_sent_twice_is_one_payment_and_a_second_cashier_is_told(
    waiting: FeeDue, cashier: Actor, second: Actor
) -> None:
    first = actions.collect(cashier, waiting.id, cash())
    version = now_at(waiting.dossier)
    assert actions.collect(cashier, waiting.id, cash()).id == first.id
    assert now_at(waiting.dossier) == version
    with pytest.raises(Conflict) as refused:
        actions.collect(second, waiting.id, cash())
    assert "01/2026" in str(refused.value.detail)
    assert Payment.objects.count() == 1


def test_the_database_itself_refuses_a_second_payment(waiting: FeeDue, cashier: Actor) -> None:
    payment = actions.collect(cashier, waiting.id, cash())
    again = Payment.objects.get(id=payment.id)
    again.pk, again.id, again.number, again._state.adding = None, Payment().id, 2, True
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize(
    ("money", "field"),
    [(Money(8_000, "shells"), "method"), (Money(8_000, "transfer", "  "), "reference")],
)
def test_what_the_cashier_typed_is_checked(waiting: FeeDue, cashier: Actor, money: Money, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.collect(cashier, waiting.id, money)
    assert field in refused.value.fields


def test_another_amount_than_asked_for_is_refused(waiting: FeeDue, cashier: Actor) -> None:
    with pytest.raises(Conflict):
        actions.collect(cashier, waiting.id, cash(80_000))
    assert not Payment.objects.exists()


def test_who_takes_no_money(
    waiting: FeeDue, receiver: Actor, specialist: Actor, leader: Actor, mother: Actor, stranger: Actor, cashier: Actor
) -> None:
    elsewhere = actor_of("rachgia.vanthu")
    for actor in (receiver, specialist, leader, mother, stranger, elsewhere):
        with pytest.raises(NotFound):
            actions.collect(actor, waiting.id, cash())
    assert queries.waiting_fees(elsewhere)[0] == []
    with pytest.raises(Denied):
        queries.waiting_fees(receiver)
    own = replace(cashier, account=mother.account)
    assert queries.waiting_fees(own)[0] == []
    with pytest.raises(NotFound):
        actions.collect(own, waiting.id, cash())


def test_what_was_paid_elsewhere_is_not_taken_here(waiting: FeeDue, cashier: Actor) -> None:
    actions.settle_fee(cashier, waiting.dossier_id, receipt_number="KB 0017", version=now_at(waiting.dossier))
    assert (fee_of(waiting.dossier).state, fee_of(waiting.dossier).outside_number) == ("paid", "KB 0017")
    with pytest.raises(Conflict):
        actions.collect(cashier, waiting.id, cash())


def test_who_asks_for_money_neither_says_that_it_was_paid_nor_takes_an_amount_of_their_own(
    waiting: FeeDue, receiver: Actor, cashier: Actor
) -> None:
    dossier = waiting.dossier
    both = replace(receiver, grants=receiver.grants | cashier.grants)
    assert "settle_fee" not in queries.dossier(both, dossier.id).acts
    assert "settle_fee" in queries.dossier(cashier, dossier.id).acts
    for own in (receiver, both):
        with pytest.raises(Conflict):
            actions.settle_fee(own, dossier.id, receipt_number="KB 0018", version=now_at(dossier))
    with pytest.raises(Conflict):
        actions.collect(both, waiting.id, cash())
    assert fee_of(dossier).state == FeeState.WAITING


def test_a_receipt_of_another_place_is_recorded_for_one_dossier(
    waiting: FeeDue, mother: Actor, receiver: Actor, cashier: Actor, fill: Callable[..., Draft]
) -> None:
    actions.settle_fee(cashier, waiting.dossier_id, receipt_number="KB 0017", version=now_at(waiting.dossier))
    other = actions.submit(mother, fill(mother, **LATE_BIRTH).id, "other")
    actions.receive(receiver, other.id, version=now_at(other))
    asked(other, receiver)
    with pytest.raises(Invalid) as refused:
        actions.settle_fee(cashier, other.id, receipt_number="KB 0017", version=now_at(other))
    assert waiting.dossier.code in refused.value.fields["receipt_number"]
    actions.settle_fee(cashier, other.id, receipt_number="KB 0017, phần 2", version=now_at(other))


def test_ones_own_charge_is_not_in_ones_till_under_whatever_account(
    waiting: FeeDue, cashier: Actor, mother: Actor
) -> None:
    """A cashier who filed as a citizen, or at the counter, is that person by their identity number."""
    same = replace(cashier, subject=mother.subject, assured=True)
    assert [row.id for row in queries.waiting_fees(cashier)[0]] == [waiting.id]
    assert queries.waiting_fees(same)[0] == []
    with pytest.raises(NotFound):
        actions.collect(same, waiting.id, cash())
