"""Voided by a second person, refunded, let go of; and the time that runs on."""

import pytest
from django.db import IntegrityError, transaction

from tinhso.dossiers import actions, clocks, queries
from tinhso.dossiers.actions import Money
from tinhso.dossiers.events import ReceiptVoided
from tinhso.dossiers.models import Dossier, FeeDue, FeeState, Pause
from tinhso.dossiers.reckoning import reckon
from tinhso.dossiers.statuses import NationalStatus, national_status
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.dossiers.tests.fees.money import ELEVEN, cash, fee_of, told
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import history
from tinhso.kernel.policy import Actor


def test_who_took_the_money_does_not_void_its_receipt(waiting: FeeDue, cashier: Actor, leader: Actor) -> None:
    payment = actions.collect(cashier, waiting.id, cash())
    with pytest.raises(Conflict):
        actions.void_receipt(cashier, payment.id, reason="Nhầm", refund=False)
    with pytest.raises(NotFound):
        actions.void_receipt(actor_of("rachgia.phochutich"), payment.id, reason="Nhầm", refund=False)
    with pytest.raises(Invalid):
        actions.void_receipt(leader, payment.id, reason=" ", refund=False)
    payment.voided_by_id, payment.voided_at = payment.cashier_id, clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        payment.save()


def test_a_voided_receipt_keeps_its_number_and_the_fee_is_due_again(
    waiting: FeeDue, cashier: Actor, leader: Actor
) -> None:
    payment = actions.collect(cashier, waiting.id, cash())
    actions.void_receipt(leader, payment.id, reason="Ghi nhầm cách nộp", refund=False)
    dossier = Dossier.objects.get(id=waiting.dossier_id)
    assert (fee_of(dossier).state, national_status(dossier)) == (FeeState.WAITING, NationalStatus.FEE_DUE)
    again = actions.collect(cashier, waiting.id, Money(8_000, "transfer", "FT 12"))
    assert again.receipt_number == "02/2026"
    assert ReceiptVoided in told(dossier)
    with pytest.raises(Conflict):
        actions.void_receipt(leader, payment.id, reason="Lần nữa", refund=False)


def test_a_refund_is_noted_not_performed(waiting: FeeDue, cashier: Actor, leader: Actor, mother: Actor) -> None:
    payment = actions.collect(cashier, waiting.id, cash())
    actions.void_receipt(leader, payment.id, reason="Thuộc diện miễn", refund=True)
    assert fee_of(waiting.dossier).state == FeeState.REFUNDED
    assert queries.fee_receipt(mother, payment.id).refund
    assert queries.waiting_fees(cashier)[0] == []
    assert queries.fees_of(mother, waiting.dossier_id).free


def test_replayed_events_make_the_same_time_after_all_of_it(waiting: FeeDue, cashier: Actor, leader: Actor) -> None:
    payment = actions.collect(cashier, waiting.id, cash())
    actions.void_receipt(leader, payment.id, reason="Nhầm", refund=False)
    with clock.pinned(ELEVEN):
        actions.collect(cashier, waiting.id, cash())
    dossier = Dossier.objects.get(id=waiting.dossier_id)
    replayed = clocks.replayed(history(f"dossier:{dossier.id}"))
    assert replayed == clocks.happenings(dossier)
    assert reckon(replayed, dossier.deadline, dossier.calendar).due == dossier.due_at


def test_a_charge_let_go_of_lets_the_time_run_on(waiting: FeeDue, receiver: Actor, cashier: Actor) -> None:
    actions.drop_fee(
        receiver, waiting.dossier_id, waiting.id, reason="Tỉnh không thu khoản này", version=now_at(waiting.dossier)
    )
    assert national_status(Dossier.objects.get(id=waiting.dossier_id)) == NationalStatus.RECEIVED
    with pytest.raises(Conflict):
        actions.collect(cashier, waiting.id, cash())


def test_no_charge_stops_the_time_while_a_signature_is_made(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    actions.sign(leader, sent.id, version=now_at(sent))  # the job has not run yet
    with pytest.raises(Conflict) as refused:
        actions.ask_fee(receiver, sent.id, amount=8_000, reason="Lệ phí", version=now_at(sent))
    assert "đang được ký" in str(refused.value.detail)


def test_a_receipt_voided_while_a_signature_is_made_leaves_the_time_running(
    waiting: FeeDue, cashier: Actor, specialist: Actor, leader: Actor
) -> None:
    dossier, payment = waiting.dossier, actions.collect(cashier, waiting.id, cash())
    actions.propose(specialist, dossier.id, version=now_at(dossier))
    actions.sign(leader, dossier.id, version=now_at(dossier))  # the job has not run yet
    actions.void_receipt(leader, payment.id, reason="Ghi nhầm", refund=False)
    assert (fee_of(dossier).state, fee_of(dossier).pause) == (FeeState.WAITING, None)
    assert not Pause.objects.filter(dossier=dossier, ended_at=None).exists()


def test_withdrawn_nothing_is_asked_for(waiting: FeeDue, mother: Actor, cashier: Actor) -> None:
    actions.withdraw(mother, waiting.dossier_id, version=now_at(waiting.dossier))
    assert fee_of(waiting.dossier).state == FeeState.DROPPED
    with pytest.raises(Conflict):
        actions.collect(cashier, waiting.id, cash())
