"""What a dossier costs, asked for, taken once, voided by a second person, closed for the day, shown to who pays."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tinhso.dossiers import actions, billing, clocks, fees, queries
from tinhso.dossiers.actions import Money
from tinhso.dossiers.events import FeeAsked, FeeSettled, PaymentReceived, ReceiptVoided
from tinhso.dossiers.models import Dossier, Draft, FeeDue, FeeState, Pause, Payment
from tinhso.dossiers.reckoning import reckon
from tinhso.dossiers.statuses import NationalStatus, national_status
from tinhso.dossiers.tests.conftest import FORM, actor_of, now_at
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401  the fixture
from tinhso.kernel import clock
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import history
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.reading import content_hash

TEN = "2026-11-09T10:00:00+07:00"
ELEVEN = "2026-11-09T11:00:00+07:00"
MONDAY_DATE = date(2026, 11, 9)
POOR = "Người thuộc hộ nghèo"
LATE_BIRTH = {"child": {**FORM["child"], "birth_date": "2026-01-05"}}


@pytest.fixture
def cashier(cast: None) -> Actor:
    """The clerk of Hòn Tre, who keeps the till too."""
    return actor_of("hontre.vanthu")


@pytest.fixture
def second(cashier: Actor, leader: Actor) -> Actor:
    """Another cashier of the same place."""
    return replace(cashier, account=leader.account, name="Người thu thứ hai")


@pytest.fixture
def late(mother: Actor, receiver: Actor, fill: Callable[..., Draft]) -> Dossier:
    """A birth ten months ago, received: something is due that nobody has verified."""
    dossier = actions.submit(mother, fill(mother, **LATE_BIRTH).id, "late")
    return actions.receive(receiver, dossier.id, version=now_at(dossier))


def fee_of(dossier: Dossier) -> FeeDue:
    return FeeDue.objects.get(dossier=dossier)


def asked(dossier: Dossier, receiver: Actor, amount: int = 8_000) -> FeeDue:
    actions.ask_fee(
        receiver, dossier.id, amount=amount, reason="Lệ phí", version=now_at(dossier), fee=fee_of(dossier).id
    )
    return fee_of(dossier)


@pytest.fixture
def waiting(late: Dossier, receiver: Actor) -> FeeDue:
    with clock.pinned(TEN):
        return asked(late, receiver)


def cash(amount: int = 8_000, payer: str = "") -> Money:
    return Money(amount, "cash", payer=payer)


def told(dossier: Dossier) -> list[type]:
    return [type(one.event) for one in history(f"dossier:{dossier.id}")]


def as_pack(change: Callable[[str], str]) -> None:
    """From now on new dossiers follow a changed fee table."""
    old = ProcedureVersion.objects.filter(code="1.001193", valid_to=None).order_by("-revision")[0]
    version = ProcedureVersion.objects.get(pk=old.pk)
    definition = {**old.definition, "fee_table": change(old.definition["fee_table"])}
    version.pk, version.revision = None, old.revision + 1
    version._state.adding = True
    version.id, version.definition, version.content_hash = (
        ProcedureVersion().id,
        definition,
        content_hash(definition),
    )
    version.save()


def test_in_time_nothing_is_due_and_the_applicant_reads_why(sent: Dossier, receiver: Actor, mother: Actor) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    found = queries.fees_of(mother, sent.id)
    assert found.free
    (row,) = found.rows
    assert (row.state, row.amount, row.article) == ("free", 0, "Luật Hộ tịch 60/2014/QH13 Điều 11.1")
    assert "trong 60 ngày" in row.exemption


def test_what_is_not_verified_is_never_asked_for_by_itself(late: Dossier, mother: Actor) -> None:
    (row,) = queries.fees_of(mother, late.id).rows
    assert (row.state, row.amount, row.verified) == ("open", None, False)
    assert FeeAsked not in told(late)
    assert national_status(Dossier.objects.get(id=late.id)) == NationalStatus.RECEIVED


def test_a_verified_amount_is_asked_for_on_receipt(mother: Actor, receiver: Actor, fill: Callable[..., Draft]) -> None:
    as_pack(lambda text: text.replace("<text>null</text>", "<text>5000</text>").replace("false", "true"))
    dossier = actions.submit(mother, fill(mother, **LATE_BIRTH).id, "sure")
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    assert (fee_of(dossier).state, fee_of(dossier).amount) == ("waiting", 5_000)
    assert national_status(Dossier.objects.get(id=dossier.id)) == NationalStatus.FEE_DUE


def test_the_fee_follows_the_day_of_filing_and_the_version_of_its_day(late: Dossier, receiver: Actor) -> None:
    assert fee_of(late).basis_id == late.procedure_version_id
    before = late.procedure_version_id
    as_pack(lambda text: text.replace("&lt;= 60", "&lt;= 600"))
    late.refresh_from_db()
    assert late.procedure_version_id == before
    assert fee_of(late).state == "open"


def test_a_proven_ground_exempts_and_is_taken_back(late: Dossier, receiver: Actor, mother: Actor) -> None:
    fee = fee_of(late)
    with pytest.raises(Invalid):
        actions.exempt(receiver, late.id, fee.id, claim="Người quen", note="x", version=now_at(late))
    with pytest.raises(Invalid):
        actions.exempt(receiver, late.id, fee.id, claim=POOR, note=" ", version=now_at(late))
    actions.exempt(receiver, late.id, fee.id, claim=POOR, note="Giấy số 12", version=now_at(late))
    assert (fee_of(late).state, fee_of(late).exemption) == ("free", POOR)
    (row,) = queries.fees_of(mother, late.id).rows
    assert row.claim_note == ""  # the officials' own note
    actions.exempt(receiver, late.id, fee.id, claim="", note="Giấy đã hết hạn", version=now_at(late))
    assert fee_of(late).state == "open"


def test_a_corrected_answer_changes_what_is_due(
    late: Dossier, mother: Actor, specialist: Actor, receiver: Actor
) -> None:
    actions.request_supplement(specialist, late.id, [actions.Point("Xem lại ngày sinh")], version=now_at(late))
    actions.answer_supplement(
        mother, late.id, topics={"child": {**FORM["child"], "birth_date": "2026-11-01"}}, version=now_at(late)
    )
    assert (fee_of(late).state, fee_of(late).amount) == ("free", 0)


def test_what_costs_more_after_it_was_paid_is_a_charge_that_an_official_confirms(
    mother: Actor,
    receiver: Actor,
    specialist: Actor,
    cashier: Actor,
    fill: Callable[..., Draft],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    as_pack(lambda text: text.replace("<text>null</text>", "<text>5000</text>").replace("false", "true"))
    dossier = actions.submit(mother, fill(mother, **LATE_BIRTH).id, "dearer")
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    actions.collect(cashier, fee_of(dossier).id, cash(5_000))
    table = fees.fee_due(Dossier.objects.get(id=dossier.id))

    def corrected(price: int) -> list[tuple[str, int | None]]:
        monkeypatch.setattr(fees, "fee_due", lambda *_asked: [replace(table[0], amount=price)])
        dossier.refresh_from_db()
        billing.reckon(receiver, dossier)
        return list(FeeDue.objects.filter(dossier=dossier).order_by("number").values_list("state", "amount"))

    assert corrected(5_000) == [("paid", 5_000)]
    assert corrected(9_000) == [("paid", 5_000), ("open", 4_000)]
    assert corrected(7_000) == [("paid", 5_000), ("open", 2_000)]
    assert corrected(4_000) == [("paid", 5_000), ("free", 0)]
    assert corrected(6_000) == [("paid", 5_000), ("free", 0), ("open", 1_000)]


def test_a_corrected_name_is_the_name_of_the_dossier(late: Dossier, mother: Actor, specialist: Actor) -> None:
    actions.request_supplement(specialist, late.id, [actions.Point("Xem lại tên")], version=now_at(late))
    corrected = {"child": {**FORM["child"], **LATE_BIRTH["child"], "given_name": "Sửa Rồi"}}
    actions.answer_supplement(mother, late.id, topics=corrected, version=now_at(late))
    assert "Sửa Rồi" in Dossier.objects.get(id=late.id).subject_name
    assert queries.search(specialist, "sua roi").rows[0].code == late.code


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


def test_withdrawn_nothing_is_asked_for(waiting: FeeDue, mother: Actor, cashier: Actor) -> None:
    actions.withdraw(mother, waiting.dossier_id, version=now_at(waiting.dossier))
    assert fee_of(waiting.dossier).state == FeeState.DROPPED
    with pytest.raises(Conflict):
        actions.collect(cashier, waiting.id, cash())


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
