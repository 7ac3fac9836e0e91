"""What a dossier costs and what was paid; what a cashier has to take; the takings of a day, down to each receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from tinhso.dossiers import fees, flow
from tinhso.dossiers.models import Dossier, FeeDue, FeeState, Payment, Phase, with_procedure
from tinhso.dossiers.policies import COLLECT, DESK, FEE, READ, RECEIPT, TAKINGS
from tinhso.dossiers.queries.filtering import not_own
from tinhso.kernel import disclosure
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http.paging import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.procedures.charges import claims

#: Receipts and voids that a page of one day shows; an export has them all.
MOST = 200


@dataclass(frozen=True)
class FeeDetail:
    """One charge: ``amount`` in đồng (None: nobody has verified how much), by which ``article``, or exempt as what.
    ``sure``: printed as it is; else it is not verified and an official confirms it. ``acts``: what this actor may do
    with it now."""

    id: UUID
    number: int
    item: str
    amount: int | None
    unit: int | None
    times: int
    article: str
    exemption: str
    claim: str
    claim_note: str
    verified: bool
    sure: bool
    state: str
    state_words: str
    asked_at: datetime | None
    asked_by_name: str
    payment: UUID | None
    receipt_number: str
    paid_at: datetime | None
    dropped_reason: str
    acts: list[str]


@dataclass(frozen=True)
class Fees:
    """What a dossier costs. ``free``: surely nothing. ``claims``: grounds of exemption that the table knows."""

    rows: list[FeeDetail]
    free: bool
    claims: list[str]


@dataclass(frozen=True)
class WaitingFee:
    """A charge that a cashier has to take."""

    id: UUID
    dossier: UUID
    code: str
    procedure_name: str
    applicant_name: str
    item: str
    amount: int
    article: str
    verified: bool
    asked_at: datetime
    asked_by_name: str
    agency: UUID


@dataclass(frozen=True)
class ReceiptDetail:
    """A receipt as printed, and what became of it."""

    id: UUID
    dossier: UUID
    code: str
    number: str
    agency: UUID
    agency_name: str
    amount: int
    method: str
    method_words: str
    reference: str
    payer_name: str
    item: str
    article: str
    procedure_code: str
    procedure_name: str
    paid_at: datetime
    cashier_name: str
    voided_at: datetime | None
    voided_by_name: str
    void_reason: str
    refund: bool
    acts: list[str]


@dataclass(frozen=True)
class ProcedureTotal:
    """What one procedure brought in on a day, in đồng: ``taken`` by ``count`` receipts, less ``voided``."""

    procedure: str
    procedure_name: str
    count: int
    cash: int
    transfer: int
    voided: int
    taken: int
    net: int


@dataclass(frozen=True)
class Line:
    """A line of the day's list: a receipt given, or (``void``) one of that or an earlier day voided."""

    payment: UUID
    void: bool
    number: str
    at: datetime
    code: str
    procedure: str
    procedure_name: str
    item: str
    payer_name: str
    method_words: str
    reference: str
    amount: int
    who: str
    reason: str


@dataclass(frozen=True)
class Closing:
    """The takings of an agency on a day. ``more``: only the first `MOST` lines of each kind are here."""

    agency: UUID
    agency_name: str
    day: date
    totals: list[ProcedureTotal]
    lines: list[Line]
    more: bool
    count: int
    cash: int
    transfer: int
    voided: int
    net: int


def fees_of(actor: Actor, dossier_id: UUID) -> Fees:
    """What the dossier costs, for its applicant and for the officials of its agency. Raises NotFound."""
    dossier = with_procedure(Dossier.objects.defer("data", "sources")).filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    READ.require(actor, dossier)
    spec = dossier.procedure_version.spec
    rows = [_detail(actor, dossier, row) for row in _rows(dossier)] if fees.may_cost(dossier) else []
    stated = not spec.fee_table and spec.fee.verified and spec.fee.amount == 0
    nothing = (FeeState.FREE, FeeState.DROPPED, FeeState.REFUNDED)
    return Fees(
        rows=rows,
        free=all(row.state in nothing for row in rows) if rows else stated,
        claims=claims(spec),
    )


def waiting_fees(
    actor: Actor, cursor: str | None = None, limit: int = 50, *, code: str = ""
) -> tuple[list[WaitingFee], str | None]:
    """The charges that this cashier has to take, the longest waiting first. One query. Raises Denied."""
    COLLECT.require(actor)
    there = {grant.scope for grant in actor.grants if grant.role == "cashier"}
    rows = _payable().filter(not_own(actor, "dossier__"), dossier__agency_id__in=there)
    if code.strip():
        rows = rows.filter(dossier__code=code.replace("\x00", "").strip().upper())
    found, following = paged(rows, cursor=cursor, limit=limit, by=("asked_at", "id"))
    return [_waiting(row) for row in found], following


def fee_to_collect(actor: Actor, fee_id: UUID) -> WaitingFee:
    """One of them, for the page that takes the money; the look at the payer's name is noted. Raises NotFound."""
    row = _payable().filter(id=fee_id).first()
    if row is None:
        raise NotFound
    COLLECT.require(actor, row.dossier)
    _note(actor, row.dossier)
    return _waiting(row)


def paid_already(actor: Actor, fee_id: UUID) -> UUID | None:
    """The receipt of a charge that was paid meanwhile, for whoever may take it; None when there is none."""
    payment = Payment.objects.select_related("dossier").filter(fee_id=fee_id, voided_at=None).first()
    return payment.id if payment is not None and COLLECT.allows(actor, payment.dossier) else None


def fee_receipt(actor: Actor, payment_id: UUID) -> ReceiptDetail:
    """A receipt, for who paid, who handles the dossier and who keeps the takings. Raises NotFound."""
    payment = Payment.objects.select_related("dossier").filter(id=payment_id).first()
    if payment is None:
        raise NotFound
    RECEIPT.require(actor, payment)
    _note(actor, payment.dossier)
    return ReceiptDetail(
        id=payment.id,
        dossier=payment.dossier_id,
        code=payment.dossier.code,
        number=payment.receipt_number,
        agency=payment.agency_id,
        agency_name=places.names([payment.agency_id]).get(payment.agency_id, ""),
        amount=payment.amount,
        method=payment.method,
        method_words=str(Payment.Method(payment.method).label),
        reference=payment.reference,
        payer_name=payment.payer_name,
        item=payment.item,
        article=payment.article,
        procedure_code=payment.procedure_code,
        procedure_name=payment.procedure_name,
        paid_at=payment.paid_at,
        cashier_name=payment.cashier_name,
        voided_at=payment.voided_at,
        voided_by_name=payment.voided_by_name,
        void_reason=payment.void_reason,
        refund=payment.refund,
        acts=["void"] if _may_void(actor, payment) else [],
    )


def takings_of(actor: Actor) -> list[UUID]:
    """The agencies whose takings this actor may see. Raises Denied when there is none."""
    TAKINGS.require(actor)
    return sorted({grant.scope for grant in actor.grants if TAKINGS.allows(actor, grant.scope)}, key=str)


def closing(actor: Actor, agency: UUID, day: date, *, procedure: str = "", whole: bool = False) -> Closing:
    """The takings of a day: totals by procedure, and the receipts and voids that they add up.

    A receipt voided on a later day stays in the list of its own day, and stands against the later one: a list that was
    closed never changes. ``procedure`` narrows the lines; ``whole`` gives all of them, for an export: whose names leave
    with it goes to the disclosure log. Five queries. Raises NotFound.
    """
    TAKINGS.require(actor, agency)
    of_day = Payment.objects.filter(agency_id=agency)
    given, voids = of_day.filter(paid_on=day), of_day.filter(voided_on=day)
    totals = _totals(given, voids)
    if procedure:
        given, voids = given.filter(procedure_code=procedure), voids.filter(procedure_code=procedure)
    most = None if whole else MOST + 1
    taken = list(given.select_related("dossier").order_by("number")[:most])
    undone = list(voids.select_related("dossier").order_by("voided_at")[:most])
    lines = [_line(p, void=False) for p in taken[: most and MOST]] + [
        _line(p, void=True) for p in undone[: most and MOST]
    ]
    if whole:
        for dossier in {payment.dossier_id: payment.dossier for payment in (*taken, *undone)}.values():
            _note(actor, dossier)
    return Closing(
        agency=agency,
        agency_name=places.names([agency]).get(agency, ""),
        day=day,
        totals=totals,
        lines=lines,
        more=not whole and max(len(taken), len(undone)) > MOST,
        count=sum(row.count for row in totals),
        cash=sum(row.cash for row in totals),
        transfer=sum(row.transfer for row in totals),
        voided=sum(row.voided for row in totals),
        net=sum(row.net for row in totals),
    )


def _rows(dossier: Dossier) -> Iterable[FeeDue]:
    return FeeDue.objects.filter(dossier=dossier).select_related("payment").order_by("number")


def _detail(actor: Actor, dossier: Dossier, row: FeeDue) -> FeeDetail:
    paid = row.payment
    free = row.state == FeeState.FREE
    return FeeDetail(
        id=row.id,
        number=row.number,
        item=row.item,
        amount=row.amount,
        unit=row.unit,
        times=row.times,
        article=row.article,
        exemption=row.exemption,
        claim=row.claim,
        claim_note=row.claim_note if DESK.allows(actor, dossier) else "",
        verified=row.verified,
        sure=free or row.state != FeeState.OPEN,
        state=row.state,
        state_words=str(FeeState(row.state).label),
        asked_at=row.asked_at,
        asked_by_name=row.asked_by_name,
        payment=paid.id if paid else None,
        receipt_number=paid.receipt_number if paid else row.outside_number,
        paid_at=paid.paid_at if paid else None,
        dropped_reason=row.dropped_reason,
        acts=_acts(actor, dossier, row),
    )


def _acts(actor: Actor, dossier: Dossier, row: FeeDue) -> list[str]:
    found = []
    if FEE.allows(actor, dossier) and not dossier.closed:
        if row.state == FeeState.OPEN:
            found += [] if fees.stands(dossier) else ["ask_fee"]
            found += ["exempt"]
        if row.state == FeeState.FREE and row.claim:
            found.append("exempt")
        if row.state in fees.OUTSTANDING:
            found.append("drop_fee")
    if row.state == FeeState.WAITING and COLLECT.allows(actor, dossier):
        found.append("collect")
    return found


def _payable() -> "QuerySet[FeeDue]":
    return (
        FeeDue.objects.filter(state=FeeState.WAITING)
        .exclude(dossier__phase=Phase.WITHDRAWN)
        .select_related("dossier__procedure_version")
        .defer("dossier__data", "dossier__sources", "dossier__procedure_version__definition")
    )


def _waiting(row: FeeDue) -> WaitingFee:
    dossier = row.dossier
    return WaitingFee(
        id=row.id,
        dossier=dossier.id,
        code=dossier.code,
        procedure_name=dossier.procedure_version.name,
        applicant_name=dossier.applicant_name,
        item=row.item,
        amount=row.amount or 0,
        article=row.article,
        verified=row.verified,
        asked_at=row.asked_at or row.reckoned_at,
        asked_by_name=row.asked_by_name,
        agency=dossier.agency_id,
    )


def _may_void(actor: Actor, payment: Payment) -> bool:
    return payment.voided_at is None and payment.cashier_id != actor.account and TAKINGS.allows(actor, payment)


def _totals(given: "QuerySet[Payment]", voids: "QuerySet[Payment]") -> list[ProcedureTotal]:
    found: dict[str, dict[str, Any]] = {}
    for row in given.values(code=F("procedure_code")).annotate(
        name=F("procedure_name"),
        n=Count("id"),
        cash=Sum("amount", filter=Q(method=Payment.Method.CASH), default=0),
        transfer=Sum("amount", filter=Q(method=Payment.Method.TRANSFER), default=0),
    ):
        kept = found.setdefault(row["code"], {"name": row["name"], "n": 0, "cash": 0, "transfer": 0, "voided": 0})
        for key in ("n", "cash", "transfer"):
            kept[key] += row[key]
    for undone in voids.values(code=F("procedure_code")).annotate(name=F("procedure_name"), voided=Sum("amount")):
        new = {"name": undone["name"], "n": 0, "cash": 0, "transfer": 0, "voided": 0}
        found.setdefault(undone["code"], new)["voided"] += undone["voided"]
    return [_total(code, **kept) for code, kept in sorted(found.items())]


def _total(code: str, *, name: str, n: int, cash: int, transfer: int, voided: int) -> ProcedureTotal:
    taken = int(cash) + int(transfer)
    return ProcedureTotal(code, name, n, int(cash), int(transfer), int(voided), taken, taken - int(voided))


def _line(payment: Payment, *, void: bool) -> Line:
    return Line(
        payment=payment.id,
        void=void,
        number=payment.receipt_number,
        at=payment.voided_at if void and payment.voided_at is not None else payment.paid_at,
        code=payment.dossier.code,
        procedure=payment.procedure_code,
        procedure_name=payment.procedure_name,
        item=payment.item,
        payer_name=payment.payer_name,
        method_words=str(Payment.Method(payment.method).label),
        reference=payment.reference,
        amount=payment.amount,
        who=payment.voided_by_name if void else payment.cashier_name,
        reason=payment.void_reason if void else "",
    )


def _note(actor: Actor, dossier: Dossier) -> None:
    """An official's look at who pays for what goes to the disclosure log."""
    if dossier.applicant_person_id is None or actor.system or dossier.applicant_person_id == actor.subject:
        return
    disclosure.note(
        actor,
        person=dossier.applicant_person_id,
        record=flow.subject(dossier),
        fields=["applicant_name", "fees"],
        purpose="Thu phí, lệ phí",
    )
