"""What a dossier costs, the money taken for it, and the takings of a day."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Status

from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions import Money
from tinhso.dossiers.api.schemas import NewExemption, NewFee, NewPayment, NewReason, NewVoid, State, state_of
from tinhso.dossiers.policies import COLLECT, FEE, READ, RECEIPT, TAKINGS
from tinhso.dossiers.queries import Closing, Fees, ReceiptDetail, WaitingFee
from tinhso.kernel import clock
from tinhso.kernel.http import IF_MATCH, Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.versions import version_sent
from tinhso.kernel.policy import ActedRequest, guard

router = Router()


@router.get("/dossiers/{dossier_id}/fees", response=Fees, summary="What it costs, why, and what was paid")
@guard(READ)
def fees(request: ActedRequest, dossier_id: UUID) -> Any:
    return queries.fees_of(request.actor, dossier_id)


@router.post(
    "/dossiers/{dossier_id}/fees/{fee_id}/request",
    response=State,
    openapi_extra=IF_MATCH,
    summary="Confirm a computed fee and await it; the legal time stands until it is settled",
)
@guard(FEE)
def ask_due_fee(request: ActedRequest, dossier_id: UUID, fee_id: UUID, body: NewFee, response: HttpResponse) -> Any:
    pause = actions.ask_fee(
        request.actor, dossier_id, amount=body.amount, reason=body.reason, version=version_sent(request), fee=fee_id
    )
    return state_of(pause.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/fees/{fee_id}/exemption",
    response=State,
    openapi_extra=IF_MATCH,
    summary="A ground of exemption was seen proven",
)
@guard(FEE)
def exempt(request: ActedRequest, dossier_id: UUID, fee_id: UUID, body: NewExemption, response: HttpResponse) -> Any:
    fee = actions.exempt(
        request.actor, dossier_id, fee_id, claim=body.claim, note=body.note, version=version_sent(request)
    )
    return state_of(fee.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/fees/{fee_id}/release",
    response=State,
    openapi_extra=IF_MATCH,
    summary="A fee is not asked for any more, saying why",
)
@guard(FEE)
def drop_fee(request: ActedRequest, dossier_id: UUID, fee_id: UUID, body: NewReason, response: HttpResponse) -> Any:
    fee = actions.drop_fee(request.actor, dossier_id, fee_id, reason=body.reason, version=version_sent(request))
    return state_of(fee.dossier, response)


@router.get("/fees", response=Page[WaitingFee], summary="What this cashier has to take, the longest waiting first")
@guard(COLLECT)
def waiting_fees(request: ActedRequest, code: str = "", cursor: Cursor = None, limit: Limit = 50) -> Any:
    items, following = queries.waiting_fees(request.actor, cursor, limit, code=code)
    return {"items": items, "next_cursor": following}


@router.post(
    "/fees/{fee_id}/payment",
    response={201: ReceiptDetail},
    summary="Take the money and give the receipt; sent twice it is one payment",
)
@guard(COLLECT)
def collect(request: ActedRequest, fee_id: UUID, body: NewPayment) -> Any:
    payment = actions.collect(request.actor, fee_id, Money(body.amount, body.method, body.reference, body.payer))
    return Status(201, queries.fee_receipt(request.actor, payment.id))


@router.get("/fee-receipts/{payment_id}", response=ReceiptDetail, summary="A receipt, and what became of it")
@guard(RECEIPT)
def fee_receipt(request: ActedRequest, payment_id: UUID) -> Any:
    return queries.fee_receipt(request.actor, payment_id)


@router.post(
    "/fee-receipts/{payment_id}/void", response=ReceiptDetail, summary="Void a receipt that somebody else gave"
)
@guard(TAKINGS)
def void_receipt(request: ActedRequest, payment_id: UUID, body: NewVoid) -> Any:
    actions.void_receipt(request.actor, payment_id, reason=body.reason, refund=body.refund)
    return queries.fee_receipt(request.actor, payment_id)


@router.get("/takings", response=Closing, summary="The takings of an agency on a day, down to each receipt")
@guard(TAKINGS)
def takings(request: ActedRequest, agency: UUID | None = None, day: date | None = None, procedure: str = "") -> Any:
    there = agency or queries.takings_of(request.actor)[0]
    return queries.closing(request.actor, there, day or clock.today(), procedure=procedure.replace("\x00", ""))
