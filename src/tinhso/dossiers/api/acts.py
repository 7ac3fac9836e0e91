"""Acts on a dossier. Each takes the ETag of the last read as If-Match, so that nothing is overwritten unseen."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import (
    NewAnswer,
    NewExtension,
    NewFee,
    NewHandOver,
    NewRating,
    NewReason,
    NewRefusal,
    NewSettlement,
    NewSupplement,
    NewText,
    State,
    content_of,
    state_of,
)
from tinhso.dossiers.policies import DESK, EXTEND, FEE, OWN, REVOKE, SETTLE, SUSPEND, WAIT
from tinhso.dossiers.queries import Paper
from tinhso.kernel.http import IF_MATCH
from tinhso.kernel.http.versions import version_sent
from tinhso.kernel.policy import ActedRequest, guard

router = Router()


@router.post("/dossiers/{dossier_id}/reception", response=State, openapi_extra=IF_MATCH, summary="Take it in")
@guard(DESK)
def receive(request: ActedRequest, dossier_id: UUID, response: HttpResponse) -> Any:
    return state_of(actions.receive(request.actor, dossier_id, version=version_sent(request)), response)


@router.post(
    "/dossiers/{dossier_id}/receipt-requests",
    response={202: State},
    summary="The paper receipt is asked for",
)
@guard(DESK)
def ask_receipt(request: ActedRequest, dossier_id: UUID, response: HttpResponse) -> Any:
    return Status(202, state_of(actions.ask_receipt(request.actor, dossier_id), response))


@router.post("/dossiers/{dossier_id}/claim", response=State, openapi_extra=IF_MATCH, summary="Hold the open step")
@guard(DESK)
def claim(request: ActedRequest, dossier_id: UUID, response: HttpResponse) -> Any:
    return state_of(actions.claim(request.actor, dossier_id, version=version_sent(request)), response)


@router.post("/dossiers/{dossier_id}/hand-over", response=State, openapi_extra=IF_MATCH, summary="Pass the step on")
@guard(DESK)
def hand_over(request: ActedRequest, dossier_id: UUID, body: NewHandOver, response: HttpResponse) -> Any:
    dossier = actions.hand_over(
        request.actor, dossier_id, body.to_account, note=body.note, version=version_sent(request)
    )
    return state_of(dossier, response)


@router.post(
    "/dossiers/{dossier_id}/supplement-requests",
    response=State,
    openapi_extra=IF_MATCH,
    summary="Ask to complete the papers, once and completely",
)
@guard(DESK)
def request_supplement(request: ActedRequest, dossier_id: UUID, body: NewSupplement, response: HttpResponse) -> Any:
    asked = actions.request_supplement(
        request.actor,
        dossier_id,
        [actions.Point(p.text, p.component, p.number) for p in body.points],
        reason=body.reason,
        answer_by=body.answer_by,
        version=version_sent(request),
    )
    return state_of(asked.dossier, response)


@router.post("/dossiers/{dossier_id}/files", response={201: Paper}, summary="Add a paper to the answer")
@guard(OWN)
def attach_answer(request: ActedRequest, dossier_id: UUID, component: Form[str], file: File[UploadedFile]) -> Any:
    added = actions.attach_answer(request.actor, dossier_id, component, name=file.name or "", content=content_of(file))
    return Status(201, next(p for p in queries.dossier(request.actor, dossier_id).papers if p.id == added.id))


@router.post(
    "/dossiers/{dossier_id}/supplement-answers",
    response=State,
    openapi_extra=IF_MATCH,
    summary="Answer the supplement request; the legal time runs again from the start",
)
@guard(OWN)
def answer_supplement(request: ActedRequest, dossier_id: UUID, body: NewAnswer, response: HttpResponse) -> Any:
    dossier = actions.answer_supplement(
        request.actor, dossier_id, text=body.text, topics=body.topics, version=version_sent(request)
    )
    return state_of(dossier, response)


@router.post("/dossiers/{dossier_id}/refusal", response=State, openapi_extra=IF_MATCH, summary="Refuse, with the law")
@guard(DESK)
def refuse(request: ActedRequest, dossier_id: UUID, body: NewRefusal, response: HttpResponse) -> Any:
    refusal = actions.refuse(request.actor, dossier_id, body.reason, text=body.text, version=version_sent(request))
    return state_of(refusal.dossier, response)


@router.post("/dossiers/{dossier_id}/proposal", response=State, openapi_extra=IF_MATCH, summary="Put to the leader")
@guard(DESK)
def propose(request: ActedRequest, dossier_id: UUID, body: NewText, response: HttpResponse) -> Any:
    dossier = actions.propose(request.actor, dossier_id, text=body.text, version=version_sent(request))
    return state_of(dossier, response)


@router.post("/dossiers/{dossier_id}/send-back", response=State, openapi_extra=IF_MATCH, summary="Back to the check")
@guard(DESK)
def send_back(request: ActedRequest, dossier_id: UUID, body: NewText, response: HttpResponse) -> Any:
    dossier = actions.send_back(request.actor, dossier_id, note=body.text, version=version_sent(request))
    return state_of(dossier, response)


@router.post(
    "/dossiers/{dossier_id}/signature",
    response={202: State},
    openapi_extra=IF_MATCH,
    summary="Order the leader's signature; a job makes it",
)
@guard(DESK)
def sign(request: ActedRequest, dossier_id: UUID, response: HttpResponse) -> Any:
    result = actions.sign(request.actor, dossier_id, version=version_sent(request))
    return Status(202, state_of(result.dossier, response))


@router.post(
    "/dossiers/{dossier_id}/seal",
    response={202: State},
    openapi_extra=IF_MATCH,
    summary="Order the agency's seal; a job makes it",
)
@guard(DESK)
def seal(request: ActedRequest, dossier_id: UUID, response: HttpResponse) -> Any:
    result = actions.seal(request.actor, dossier_id, version=version_sent(request))
    return Status(202, state_of(result.dossier, response))


@router.post("/dossiers/{dossier_id}/return", response=State, openapi_extra=IF_MATCH, summary="Return the result")
@guard(DESK)
def return_result(request: ActedRequest, dossier_id: UUID, response: HttpResponse) -> Any:
    return state_of(actions.return_result(request.actor, dossier_id, version=version_sent(request)), response)


@router.post(
    "/dossiers/{dossier_id}/suspension",
    response=State,
    openapi_extra=IF_MATCH,
    summary="Stop the legal time, saying why",
)
@guard(SUSPEND)
def suspend(request: ActedRequest, dossier_id: UUID, body: NewReason, response: HttpResponse) -> Any:
    pause = actions.suspend(request.actor, dossier_id, reason=body.reason, version=version_sent(request))
    return state_of(pause.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/resumption",
    response=State,
    openapi_extra=IF_MATCH,
    summary="End the suspension, saying why",
)
@guard(SUSPEND)
def resume(request: ActedRequest, dossier_id: UUID, body: NewText, response: HttpResponse) -> Any:
    pause = actions.resume(request.actor, dossier_id, note=body.text, version=version_sent(request))
    return state_of(pause.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/wait", response=State, openapi_extra=IF_MATCH, summary="Wait for the applicant, saying why"
)
@guard(WAIT)
def await_applicant(request: ActedRequest, dossier_id: UUID, body: NewReason, response: HttpResponse) -> Any:
    pause = actions.await_applicant(request.actor, dossier_id, reason=body.reason, version=version_sent(request))
    return state_of(pause.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/wait-end", response=State, openapi_extra=IF_MATCH, summary="The applicant's wait is over"
)
@guard(WAIT)
def applicant_ready(request: ActedRequest, dossier_id: UUID, body: NewText, response: HttpResponse) -> Any:
    pause = actions.applicant_ready(request.actor, dossier_id, note=body.text, version=version_sent(request))
    return state_of(pause.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/fee-requests",
    response=State,
    openapi_extra=IF_MATCH,
    summary="Await a payment; the legal time stands until it is settled",
)
@guard(FEE)
def ask_fee(request: ActedRequest, dossier_id: UUID, body: NewFee, response: HttpResponse) -> Any:
    pause = actions.ask_fee(
        request.actor, dossier_id, amount=body.amount, reason=body.reason, version=version_sent(request)
    )
    return state_of(pause.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/fee-settlement",
    response=State,
    openapi_extra=IF_MATCH,
    summary="The awaited payment is settled under a receipt",
)
@guard(SETTLE)
def settle_fee(request: ActedRequest, dossier_id: UUID, body: NewSettlement, response: HttpResponse) -> Any:
    pause = actions.settle_fee(
        request.actor, dossier_id, receipt_number=body.receipt_number, version=version_sent(request)
    )
    return state_of(pause.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/extension",
    response=State,
    openapi_extra=IF_MATCH,
    summary="Apologise and promise a new date, once",
)
@guard(EXTEND)
def extend(request: ActedRequest, dossier_id: UUID, body: NewExtension, response: HttpResponse) -> Any:
    extension = actions.extend(
        request.actor, dossier_id, until=body.until, reason=body.reason, version=version_sent(request)
    )
    return state_of(extension.dossier, response)


@router.post("/dossiers/{dossier_id}/withdrawal", response=State, openapi_extra=IF_MATCH, summary="Take it back")
@guard(OWN)
def withdraw(request: ActedRequest, dossier_id: UUID, body: NewReason, response: HttpResponse) -> Any:
    dossier = actions.withdraw(request.actor, dossier_id, reason=body.reason, version=version_sent(request))
    return state_of(dossier, response)


@router.post("/dossiers/{dossier_id}/rating", response=State, openapi_extra=IF_MATCH, summary="Rate it, once")
@guard(OWN)
def rate(request: ActedRequest, dossier_id: UUID, body: NewRating, response: HttpResponse) -> Any:
    rating = actions.rate(
        request.actor,
        dossier_id,
        stars=body.stars,
        comment=body.comment,
        marks=body.marks,
        version=version_sent(request),
    )
    return state_of(rating.dossier, response)


@router.post("/dossiers/{dossier_id}/revocation", response=State, openapi_extra=IF_MATCH, summary="Revoke the result")
@guard(REVOKE)
def revoke_result(request: ActedRequest, dossier_id: UUID, body: NewReason, response: HttpResponse) -> Any:
    result = actions.revoke_result(request.actor, dossier_id, reason=body.reason, version=version_sent(request))
    return state_of(result.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/reissue",
    response={202: State},
    openapi_extra=IF_MATCH,
    summary="Issue the result anew under a new number",
)
@guard(REVOKE)
def reissue_result(request: ActedRequest, dossier_id: UUID, body: NewReason, response: HttpResponse) -> Any:
    result = actions.reissue_result(request.actor, dossier_id, reason=body.reason, version=version_sent(request))
    return Status(202, state_of(result.dossier, response))
