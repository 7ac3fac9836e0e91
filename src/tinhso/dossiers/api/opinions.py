"""Opinions of other agencies on a dossier: asked by who handles it, given by who is asked."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import Field

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import NewReason, State, content_of, handed_out, state_of
from tinhso.dossiers.policies import ASK_OPINION, DESK, GIVE_OPINION
from tinhso.dossiers.queries import OpinionRow, OpinionSheet
from tinhso.kernel.http import IF_MATCH, Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.http.versions import version_sent
from tinhso.kernel.policy import ActedRequest, guard

router = Router()


class NewOpinion(Sent):
    """Exactly one of ``agency`` and ``party``."""

    agency: UUID | None = Field(None, description="an agency of the house, which answers by itself")
    party: str = Field("", max_length=255, description="somebody outside the house, whose answer is recorded")
    text: str = Field(min_length=1, max_length=4000, description="what is asked; the agency that is asked reads it")
    amount: int = Field(ge=1, le=90, description="its share of the time")
    unit: Literal["hours", "days"] = Field("days", description="of working time of who is asked")
    papers: list[UUID] = Field(default_factory=list, max_length=100, description="papers that it may open")
    with_form: bool = Field(False, description="the applicant's answers are shown to it")


class NewOpinionAnswer(Sent):
    stance: Literal["agrees", "agrees_if", "objects", "informs", "other"]
    text: str = Field(min_length=1, max_length=4000)
    reference: str = Field("", max_length=100, description="number of the document that it stands in")


class NewOpinionRecord(NewOpinionAnswer):
    came_on: date = Field(description="the day on which the answer arrived")


def _answer(body: NewOpinionAnswer, file: UploadedFile | None, came_on: date | None = None) -> actions.Answer:
    kept = (file.name or "", content_of(file)) if file is not None else None
    return actions.Answer(body.stance, body.text, body.reference, kept, came_on)


@router.post(
    "/dossiers/{dossier_id}/opinions",
    response=State,
    openapi_extra=IF_MATCH,
    summary="Ask another agency, with content and share of the time",
)
@guard(ASK_OPINION)
def ask(request: ActedRequest, dossier_id: UUID, body: NewOpinion, response: HttpResponse) -> Any:
    question = actions.Question(
        body.text, body.amount, body.unit, body.agency, body.party, tuple(body.papers), body.with_form
    )
    made = actions.ask_opinion(request.actor, dossier_id, question, version=version_sent(request))
    return state_of(made.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/opinions/{opinion_id}/taking-back",
    response=State,
    openapi_extra=IF_MATCH,
    summary="The answer is needed no more",
)
@guard(ASK_OPINION)
def take_back(
    request: ActedRequest, dossier_id: UUID, opinion_id: UUID, body: NewReason, response: HttpResponse
) -> Any:
    ended = actions.take_back_opinion(
        request.actor, dossier_id, opinion_id, reason=body.reason, version=version_sent(request)
    )
    return state_of(ended.dossier, response)


@router.post(
    "/dossiers/{dossier_id}/opinions/{opinion_id}/record",
    response=State,
    summary="Record what somebody outside the house answered",
)
@guard(ASK_OPINION)
def record(
    request: ActedRequest,
    dossier_id: UUID,
    opinion_id: UUID,
    response: HttpResponse,
    body: Form[NewOpinionRecord],
    file: File[UploadedFile] | None = None,
) -> Any:
    kept = actions.record_opinion(request.actor, dossier_id, opinion_id, _answer(body, file, body.came_on))
    return state_of(kept.dossier, response)


@router.get("/opinions", response=Page[OpinionRow], summary="What one's agencies are asked and have not answered")
@guard(GIVE_OPINION)
def waiting(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.opinions_waiting(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.get("/opinions/given", response=Page[OpinionRow], summary="What one's agencies have answered")
@guard(GIVE_OPINION)
def given(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.opinions_given(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.get("/opinions/{opinion_id}", response=OpinionSheet, summary="A question, as who is asked sees it")
@guard(GIVE_OPINION)
def sheet(request: ActedRequest, opinion_id: UUID) -> Any:
    return queries.opinion_sheet(request.actor, opinion_id)


@router.get("/opinions/{opinion_id}/papers/{opinion_paper}", summary="A paper that goes with the question")
@guard(GIVE_OPINION)
def paper(request: ActedRequest, opinion_id: UUID, opinion_paper: UUID) -> HttpResponse:
    return handed_out(queries.opinion_paper(request.actor, opinion_id, opinion_paper))


@router.post("/opinions/{opinion_id}/answer", response=OpinionSheet, summary="Answer for the agency that is asked")
@guard(GIVE_OPINION)
def answer(
    request: ActedRequest, opinion_id: UUID, body: Form[NewOpinionAnswer], file: File[UploadedFile] | None = None
) -> Any:
    actions.give_opinion(request.actor, opinion_id, _answer(body, file))
    return queries.opinion_sheet(request.actor, opinion_id)


@router.get("/opinions/{opinion_id}/file", summary="The document of one's agency's answer")
@guard(GIVE_OPINION)
def own_file(request: ActedRequest, opinion_id: UUID) -> HttpResponse:
    return handed_out(queries.own_opinion_file(request.actor, opinion_id))


@router.get("/dossiers/{dossier_id}/opinions/{opinion_id}/file", summary="The document of an answer")
@guard(DESK)
def file(request: ActedRequest, dossier_id: UUID, opinion_id: UUID) -> HttpResponse:
    return handed_out(queries.opinion_file(request.actor, dossier_id, opinion_id))
