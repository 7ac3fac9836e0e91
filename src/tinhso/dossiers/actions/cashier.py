"""Money at the counter: taken once for each charge, under a receipt numbered without a gap; voided by a second person.
Who set an amount that the table does not know does not take it either.

A click sent twice and two cashiers at once end in one payment: the dossier is locked, and whoever comes second gets
the receipt of the first (the same hands) or is told whose it is.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import flow
from tinhso.dossiers.actions.charging import ask_again, settled
from tinhso.dossiers.codes import next_entry
from tinhso.dossiers.events import PaymentReceived, ReceiptVoided
from tinhso.dossiers.models import RECEIPTS, Dossier, FeeDue, FeeState, Payment, Phase
from tinhso.dossiers.policies import COLLECT, TAKINGS, account_of
from tinhso.dossiers.taking import taken
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.policy import Actor


@dataclass(frozen=True)
class Money:
    """What was put on the counter: ``amount`` in đồng, how, the bank's reference of a transfer, and by whom."""

    amount: int
    method: str
    reference: str = ""
    payer: str = ""


def collect(actor: Actor, fee_id: UUID, money: Money) -> Payment:
    """Take the money for a charge that was asked for, and give the receipt; the dossier's time runs on.

    ``money.amount`` is what the cashier saw: another amount is refused. Asking again with the same hands answers the
    same receipt. Raises NotFound, Invalid, Conflict.
    """
    with transaction.atomic():
        dossier = _locked(actor, FeeDue.objects.filter(id=fee_id).values_list("dossier_id", flat=True).first())
        known = Payment.objects.filter(fee_id=fee_id, voided_at=None).first()
        if known is not None:
            return _again(actor, known, money)
        money = _checked(money, dossier)
        with taken(actor, dossier.id, None, COLLECT, _("thu phí"), closed=True) as dossier:
            fee = FeeDue.objects.select_related("pause").get(id=fee_id)
            _due(actor, dossier, fee, money)
            payment = _receipt(actor, dossier, fee, money)
            fee.state, fee.payment = FeeState.PAID, payment
            fee.save(update_fields=["state", "payment"])
            flow.tell(
                dossier,
                PaymentReceived(
                    dossier.id,
                    dossier.version,
                    payment=payment.id,
                    fee=fee.id,
                    amount=payment.amount,
                    method=payment.method,
                    number=payment.receipt_number,
                ),
            )
            settled(actor, dossier, fee, payment.receipt_number)
    return payment


def void_receipt(actor: Actor, payment_id: UUID, *, reason: str, refund: bool) -> Payment:
    """Void a receipt that somebody else gave: its number stays. ``refund``: the money goes back, which is noted here
    and done elsewhere; otherwise the charge is due again. Raises NotFound, Invalid, Conflict.
    """
    with transaction.atomic():
        found = Payment.objects.select_related("dossier").filter(id=payment_id).first()
        if found is None:
            raise NotFound
        TAKINGS.require(actor, found)
        with taken(actor, found.dossier_id, None, TAKINGS, _("hủy biên lai"), closed=True) as dossier:
            payment = Payment.objects.select_related("entry", "fee").get(id=payment_id)
            _voidable(actor, payment)
            why = sentence(reason, 500)
            if not why:
                raise Invalid(fields={"reason": _("Ghi vì sao hủy biên lai này.")})
            _void(actor, payment, why, refund=refund)
            flow.tell(
                dossier,
                ReceiptVoided(
                    dossier.id, dossier.version, payment=payment.id, amount=payment.amount, refund=payment.refund
                ),
            )
            fee = payment.fee
            fee.dossier = dossier
            if refund:
                fee.state, fee.payment = FeeState.REFUNDED, None
                fee.save(update_fields=["state", "payment"])
            else:
                ask_again(actor, dossier, fee, fee.item)
    return payment


def _locked(actor: Actor, dossier_id: UUID | None) -> Dossier:
    """The dossier of the charge, locked, so that what was paid already is seen before anything is taken."""
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(id=dossier_id).first() if dossier_id else None
    if dossier is None:
        raise NotFound
    COLLECT.require(actor, dossier)
    return dossier


def _again(actor: Actor, known: Payment, money: Money) -> Payment:
    if known.cashier_id == actor.account and known.amount == money.amount:
        return known
    raise Conflict(
        _("%(name)s đã thu khoản này lúc %(at)s, biên lai số %(number)s. Không thu thêm lần nữa.")
        % {
            "name": known.cashier_name,
            "at": f"{clock.local(known.paid_at):%H:%M, %d/%m/%Y}",
            "number": known.receipt_number,
        }
    )


def _checked(money: Money, dossier: Dossier) -> Money:
    reference, payer = sentence(money.reference, 100), sentence(money.payer, 255) or dossier.applicant_name
    wrong = {}
    if money.method not in Payment.Method.values:
        wrong["method"] = _("Chọn tiền mặt hoặc chuyển khoản.")
    elif money.method == Payment.Method.TRANSFER and not reference:
        wrong["reference"] = _("Ghi số giao dịch của ngân hàng.")
    if not payer:
        wrong["payer"] = _("Ghi tên người nộp tiền.")
    if wrong:
        raise Invalid(fields=wrong)
    return Money(money.amount, money.method, reference if money.method == Payment.Method.TRANSFER else "", payer)


def _due(actor: Actor, dossier: Dossier, fee: FeeDue, money: Money) -> None:
    if fee.state != FeeState.WAITING or dossier.phase == Phase.WITHDRAWN:
        said = {"state": fee.get_state_display().lower()}
        raise Conflict(_("Khoản này %(state)s, không thu được. Tải lại danh sách.") % said)
    if fee.asked_by_id == actor.account and not fee.verified:
        raise Conflict(_("Bạn tự ghi số tiền của khoản này, nên người khác thu."))
    if fee.amount != money.amount:
        raise Conflict(_("Số tiền của khoản này đã đổi. Tải lại trang và báo lại cho người nộp."))


def _receipt(actor: Actor, dossier: Dossier, fee: FeeDue, money: Money) -> Payment:
    entry, spec = next_entry(dossier, RECEIPTS, yearly=True), flow.spec_of(dossier)
    day = clock.today()
    return Payment.objects.create(
        dossier=dossier,
        fee=fee,
        agency_id=dossier.agency_id,
        entry=entry,
        year=day.year,
        number=entry.number,
        amount=money.amount,
        method=money.method,
        reference=money.reference,
        payer_name=money.payer,
        item=fee.item,
        article=fee.article,
        procedure_code=spec.code,
        procedure_name=spec.name,
        paid_on=day,
        cashier_id=account_of(actor),
        cashier_name=actor.name,
    )


def _voidable(actor: Actor, payment: Payment) -> None:
    if payment.voided_at is not None:
        said = {"name": payment.voided_by_name, "at": f"{clock.local(payment.voided_at):%H:%M, %d/%m/%Y}"}
        raise Conflict(_("%(name)s đã hủy biên lai này lúc %(at)s.") % said)
    if payment.cashier_id == actor.account:
        raise Conflict(_("Biên lai do bạn lập thì người khác hủy: nhờ người thu khác hoặc lãnh đạo của cơ quan."))


def _void(actor: Actor, payment: Payment, why: str, *, refund: bool) -> None:
    now = clock.now()
    payment.voided_at, payment.voided_on, payment.void_reason, payment.refund = now, clock.today(), why, refund
    payment.voided_by_id, payment.voided_by_name = account_of(actor), actor.name
    payment.save(update_fields=["voided_at", "voided_on", "voided_by", "voided_by_name", "void_reason", "refund"])
    entry = payment.entry
    entry.voided_at, entry.void_reason = now, why
    entry.save(update_fields=["voided_at", "void_reason"])
