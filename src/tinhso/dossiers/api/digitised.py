"""Digitising paper results in bulk: upload, dry run, signature, taken back before, revoked after."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import content_of, handed_out
from tinhso.dossiers.policies import DIGITISE, SIGN_DIGITISED
from tinhso.dossiers.queries import BatchFacts, PaperLine
from tinhso.kernel.http import IF_MATCH, Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.http.versions import etag, version_sent
from tinhso.kernel.policy import ActedRequest, guard

router = Router()


class NewBatch(Sent):
    agency: UUID


class NewRevocation(Sent):
    reason: str = Field(max_length=500)


def _read(request: ActedRequest, batch: UUID, response: HttpResponse) -> BatchFacts:
    """The batch, with the ETag that the next act must send."""
    facts = queries.digitised_batch(request.actor, batch)
    response["ETag"] = etag(facts.version)
    return facts


@router.get("/digitised-batches", response=Page[BatchFacts], summary="Batches of my agencies, the newest first")
@guard(DIGITISE)
def batches(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.digitised_batches(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.post("/digitised-batches", response={202: BatchFacts}, summary="A zip with a list and scans; checked in a job")
@guard(DIGITISE)
def upload(
    request: ActedRequest,
    response: HttpResponse,
    body: Form[NewBatch],
    files: Annotated[list[UploadedFile], File(max_length=501)],
) -> Any:
    papers = [(one.name or "", content_of(one)) for one in files]
    batch = actions.upload_batch(request.actor, body.agency, papers)
    return Status(202, _read(request, batch.id, response))


@router.get("/digitised-batches/{batch_id}", response=BatchFacts, summary="One batch")
@guard(DIGITISE)
def batch(request: ActedRequest, batch_id: UUID, response: HttpResponse) -> Any:
    return _read(request, batch_id, response)


@router.get("/digitised-batches/{batch_id}/lines", response=Page[PaperLine], summary="Its lines and their faults")
@guard(DIGITISE)
def lines(
    request: ActedRequest,
    batch_id: UUID,
    state: Annotated[str, Query(pattern=r"^[a-z]{0,10}$")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    items, following = queries.digitised_lines(request.actor, batch_id, only=state, cursor=cursor, limit=limit)
    return {"items": items, "next_cursor": following}


@router.get("/digitised-batches/{batch_id}/lines/{digitised_id}/file", summary="The signed scan, or the one that waits")
@guard(DIGITISE)
def file(request: ActedRequest, batch_id: UUID, digitised_id: UUID) -> HttpResponse:
    return handed_out(queries.digitised_file(request.actor, batch_id, digitised_id))


@router.post(
    "/digitised-batches/{batch_id}/signature",
    response={202: BatchFacts},
    openapi_extra=IF_MATCH,
    summary="Sign every scan, in a job",
)
@guard(SIGN_DIGITISED)
def sign(request: ActedRequest, batch_id: UUID, response: HttpResponse) -> Any:
    actions.sign_batch(request.actor, batch_id, version=version_sent(request))
    return Status(202, _read(request, batch_id, response))


@router.post(
    "/digitised-batches/{batch_id}/halt",
    response=BatchFacts,
    openapi_extra=IF_MATCH,
    summary="Stop signing; the rest waits",
)
@guard(SIGN_DIGITISED)
def halt(request: ActedRequest, batch_id: UUID, response: HttpResponse) -> Any:
    actions.halt_batch(request.actor, batch_id, version=version_sent(request))
    return _read(request, batch_id, response)


@router.post(
    "/digitised-batches/{batch_id}/drop",
    response=BatchFacts,
    openapi_extra=IF_MATCH,
    summary="Put aside what is not signed",
)
@guard(DIGITISE)
def drop(request: ActedRequest, batch_id: UUID, response: HttpResponse) -> Any:
    actions.drop_batch(request.actor, batch_id, version=version_sent(request))
    return _read(request, batch_id, response)


@router.post(
    "/digitised-batches/{batch_id}/lines/{digitised_id}/revocation", response=BatchFacts, summary="Take a paper back"
)
@guard(SIGN_DIGITISED)
def revoke(
    request: ActedRequest, batch_id: UUID, digitised_id: UUID, body: NewRevocation, response: HttpResponse
) -> Any:
    actions.revoke_digitised(request.actor, digitised_id, of=batch_id, reason=body.reason)
    return _read(request, batch_id, response)
