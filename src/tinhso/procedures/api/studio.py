"""The studio over HTTP: a draft of a process and its fee table, checked, compared, and published by two people.

Acts name the draft's version (If-Match); a draft with mistakes is kept and says them, and cannot be proposed.
"""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tinhso.kernel import clock
from tinhso.kernel.http import IF_MATCH, Page, etag
from tinhso.kernel.http.days import Day
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.http.versions import version_sent
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.procedures import actions, queries
from tinhso.procedures.api.catalogue import Code
from tinhso.procedures.models import ProcessDraft
from tinhso.procedures.policies import PROCESS, STUDIO
from tinhso.procedures.studio import reading
from tinhso.procedures.studio.checking import LARGEST_BPMN, LARGEST_DMN, Content, mistakes
from tinhso.procedures.studio.comparing import changes

router = Router()


class ProcessOut(Schema):
    """How a procedure runs: BPMN 2.0, the role of each lane, and the DMN table of its fees (empty: it has none)."""

    bpmn: str
    roles: dict[str, str]
    fees: str


class ProcessOfProcedure(ProcessOut):
    """The law of today. `version` is the id of the procedure's version that it belongs to."""

    procedure: str
    name: str
    version: UUID
    valid_from: date
    valid_to: date | None


class MistakeOut(Schema):
    """What must be mended before the draft can be proposed. `line` 0 is the whole file."""

    file: str
    line: int
    message: str
    remedy: str


class ChangeOut(Schema):
    """One difference from the law that the draft began with: added, removed or changed."""

    kind: str
    words: str


class ProcessDraftOut(Schema):
    """A draft without its texts."""

    id: UUID
    procedure: str
    state: str
    version: int
    saved_at: datetime
    saved_by: str
    basis: str
    valid_from: date | None
    proposed_by: str
    proposed_at: datetime | None
    decided_by: str
    decided_at: datetime | None


class ProcessDraftDetail(ProcessDraftOut, ProcessOut):
    """A draft with its texts, its mistakes while it is under way, and its changes in words."""

    mistakes: list[MistakeOut]
    changes: list[ChangeOut]


class NewProcessDraft(Sent):
    procedure: str = Field(max_length=20, description="code of the procedure, such as 0.000000")


class NewProcess(Sent):
    bpmn: str = Field(max_length=LARGEST_BPMN)
    roles: dict[str, str] = Field(max_length=50, description="lane → role")
    fees: str = Field("", max_length=LARGEST_DMN, description="DMN 1.3; empty when the procedure has no fee table")


class NewProcessProposal(Sent):
    valid_from: Day = Field(description="first day, after today and within a year")
    basis: str = Field(max_length=500, description="the decision or reason that the second person judges by")


@router.get("/procedures/{code}/process", response=ProcessOfProcedure, summary="How a procedure runs today")
@guard(PROCESS)
def process(request: ActedRequest, code: Code) -> Any:
    version = queries.procedure(code, clock.today())
    return ProcessOfProcedure(
        **asdict(reading.content_of(version)),
        procedure=version.code,
        name=version.name,
        version=version.id,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
    )


@router.get("/process-drafts", response=Page[ProcessDraftOut], summary="Drafts, the newest first")
@guard(STUDIO)
def drafts(
    request: ActedRequest,
    procedure: Annotated[str | None, Query(max_length=20)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    found, after = reading.page_of_drafts(request.actor, procedure, cursor, limit)
    return {"items": [_line(draft) for draft in found], "next_cursor": after}


@router.post("/process-drafts", response={201: ProcessDraftDetail}, summary="Begin a draft from the law of today")
@guard(STUDIO)
def begin(request: ActedRequest, body: NewProcessDraft, response: HttpResponse) -> Any:
    return Status(201, _read(request, actions.begin_draft(request.actor, body.procedure).id, response))


@router.get("/process-drafts/{process_draft}", response=ProcessDraftDetail, summary="A draft, mistakes and changes")
@guard(STUDIO)
def draft(request: ActedRequest, process_draft: UUID, response: HttpResponse) -> Any:
    return _read(request, process_draft, response)


@router.put(
    "/process-drafts/{process_draft}",
    response=ProcessDraftDetail,
    openapi_extra=IF_MATCH,
    summary="Keep what was drawn, right or wrong",
)
@guard(STUDIO)
def save(request: ActedRequest, process_draft: UUID, body: NewProcess, response: HttpResponse) -> Any:
    content = Content(bpmn=body.bpmn, roles=body.roles, fees=body.fees)
    actions.save_draft(request.actor, process_draft, version_sent(request), content)
    return _read(request, process_draft, response)


@router.post(
    "/process-drafts/{process_draft}/proposal",
    response=ProcessDraftDetail,
    openapi_extra=IF_MATCH,
    summary="Put it before a second person",
)
@guard(STUDIO)
def propose(request: ActedRequest, process_draft: UUID, body: NewProcessProposal, response: HttpResponse) -> Any:
    actions.propose_draft(request.actor, process_draft, version_sent(request), body.valid_from, body.basis)
    return _read(request, process_draft, response)


@router.post(
    "/process-drafts/{process_draft}/approval",
    response=ProcessDraftDetail,
    openapi_extra=IF_MATCH,
    summary="Publish it; never by who proposed it",
)
@guard(STUDIO)
def approve(request: ActedRequest, process_draft: UUID, response: HttpResponse) -> Any:
    actions.approve_draft(request.actor, process_draft, version_sent(request))
    return _read(request, process_draft, response)


@router.post(
    "/process-drafts/{process_draft}/refusal",
    response=ProcessDraftDetail,
    openapi_extra=IF_MATCH,
    summary="Do not publish it; the proposer withdraws so",
)
@guard(STUDIO)
def refuse(request: ActedRequest, process_draft: UUID, response: HttpResponse) -> Any:
    actions.refuse_draft(request.actor, process_draft, version_sent(request))
    return _read(request, process_draft, response)


@router.post(
    "/process-drafts/{process_draft}/discard",
    response=ProcessDraftDetail,
    openapi_extra=IF_MATCH,
    summary="Give it up; it stays readable",
)
@guard(STUDIO)
def discard(request: ActedRequest, process_draft: UUID, response: HttpResponse) -> Any:
    actions.discard_draft(request.actor, process_draft, version_sent(request))
    return _read(request, process_draft, response)


@router.post(
    "/process-drafts/{process_draft}/undo",
    response=ProcessDraftDetail,
    openapi_extra=IF_MATCH,
    summary="Take a publication back before its first day",
)
@guard(STUDIO)
def undo(request: ActedRequest, process_draft: UUID, response: HttpResponse) -> Any:
    actions.undo_publication(request.actor, process_draft, version_sent(request))
    return _read(request, process_draft, response)


def _line(draft: ProcessDraft) -> ProcessDraftOut:
    return ProcessDraftOut(
        id=draft.id,
        procedure=draft.code,
        state=draft.state,
        version=draft.version,
        saved_at=draft.saved_at,
        saved_by=draft.saved_by_name,
        basis=draft.basis,
        valid_from=draft.valid_from,
        proposed_by=draft.proposed_by_name,
        proposed_at=draft.proposed_at,
        decided_by=draft.decided_by_name,
        decided_at=draft.decided_at,
    )


def _read(request: ActedRequest, draft_id: UUID, response: HttpResponse) -> ProcessDraftDetail:
    """The draft, with the ETag that the next act must send."""
    found = reading.draft(request.actor, draft_id)
    content = reading.draft_content(found)
    wrong = mistakes(found.base.spec, content) if found.state in reading.UNDER_WAY else []
    response["ETag"] = etag(found.version)
    return ProcessDraftDetail(
        **_line(found).dict(),
        **asdict(content),
        mistakes=[
            MistakeOut(file=one.file, line=one.line, message=str(one.message), remedy=str(one.remedy)) for one in wrong
        ],
        changes=[ChangeOut(**asdict(one)) for one in changes(reading.content_of(found.base), content)],
    )
