"""Drafts: filling in, papers, submitting."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Body, File, Form, Router, Status
from ninja.files import UploadedFile

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import NewDraft, State, content_of, handed_out, state_of
from tinhso.dossiers.policies import DRAFT, READ
from tinhso.dossiers.queries import DraftFacts, DraftRow, Paper
from tinhso.kernel.http import IF_MATCH, Page, etag
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.versions import version_sent
from tinhso.kernel.policy import ActedRequest, guard

router = Router()


@router.post("/drafts", response={201: DraftFacts}, summary="Begin an application")
@guard(DRAFT)
def start_draft(request: ActedRequest, body: NewDraft, response: HttpResponse) -> Any:
    draft = actions.start_draft(request.actor, body.procedure, body.agency)
    response["ETag"] = etag(draft.version)
    return Status(201, queries.draft(request.actor, draft.id))


@router.get("/drafts", response=Page[DraftRow], summary="One's own drafts")
@guard(DRAFT)
def my_drafts(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.my_drafts(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.get("/drafts/{draft_id}", response=DraftFacts, summary="One draft with its data, papers and sources")
@guard(DRAFT)
def one_draft(request: ActedRequest, draft_id: UUID, response: HttpResponse) -> Any:
    draft = queries.draft(request.actor, draft_id)
    response["ETag"] = etag(draft.version)
    return draft


@router.put(
    "/drafts/{draft_id}/topics/{topic}",
    response=actions.Saved,
    openapi_extra=IF_MATCH,
    summary="Save one topic as it is, right or wrong; `errors` says what is still to be put right",
)
@guard(DRAFT)
def save_topic(
    request: ActedRequest, draft_id: UUID, topic: str, body: Body[dict[str, Any]], response: HttpResponse
) -> Any:
    saved = actions.save_topic(request.actor, draft_id, topic, body, version_sent(request))
    response["ETag"] = etag(saved.version)
    return saved


@router.post("/drafts/{draft_id}/files", response={201: Paper}, summary="Add a paper")
@guard(DRAFT)
def attach(request: ActedRequest, draft_id: UUID, component: Form[str], file: File[UploadedFile]) -> Any:
    added = actions.attach(request.actor, draft_id, component, name=file.name or "", content=content_of(file))
    return Status(201, next(p for p in queries.draft(request.actor, draft_id).papers if p.id == added.id))


@router.delete("/drafts/{draft_id}/files/{paper_id}", response={204: None}, summary="Take a paper out of a draft")
@guard(DRAFT)
def detach(request: ActedRequest, draft_id: UUID, paper_id: UUID) -> Any:
    actions.detach(request.actor, draft_id, paper_id)
    return Status(204, None)


@router.post("/drafts/{draft_id}/submit", response={201: State}, summary="Send the draft, once")
@guard(DRAFT)
def submit(request: ActedRequest, draft_id: UUID, response: HttpResponse) -> Any:
    key = request.headers.get("Idempotency-Key") or f"draft:{draft_id}"
    return Status(201, state_of(actions.submit(request.actor, draft_id, key), response))


@router.get("/papers/{paper_id}", summary="The file of a paper")
@guard(READ)
def paper_file(request: ActedRequest, paper_id: UUID) -> HttpResponse:
    return handed_out(queries.paper_file(request.actor, paper_id))
