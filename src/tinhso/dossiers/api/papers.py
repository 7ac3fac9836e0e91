"""Papers: search, files, prints; control sheets, hand-over lists and the tracking book."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Status

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import NewHandOverList, NewTrackingBook, handed_out
from tinhso.dossiers.paperwork import BookLine, Period
from tinhso.dossiers.policies import BOOKS, DESK, READ
from tinhso.dossiers.queries import Download, IssuedFilters, IssuedPaper, IssuedRow
from tinhso.kernel.http import Page
from tinhso.kernel.http.days import Day
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.policy import ActedRequest, guard

router = Router()

State = Literal["open", "late", "done"]
Year = Annotated[int, Query(ge=2000, le=2100)]


@router.get("/issued-papers", response=Page[IssuedRow], summary="Papers of my agencies, the newest first")
@guard(BOOKS)
def issued_papers(
    request: ActedRequest,
    kind: Annotated[str | None, Query(pattern=r"^[a-z_]{1,30}$", description="as the pack names it")] = None,
    number: Annotated[str, Query(max_length=20, description="as printed: 12/2026, or 12")] = "",
    code: Annotated[str, Query(max_length=60, description="code of its dossier")] = "",
    since: Day | None = None,
    until: Day | None = None,
    agency: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Any:
    filters = IssuedFilters(kind=kind, number=number, code=code, since=since, until=until, agency=agency)
    items, following = queries.issued(request.actor, filters, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.get("/issued-papers/{issued_id}", summary="The file of a paper; drawn now when nobody has yet")
@guard(READ)
def issued_paper(request: ActedRequest, issued_id: UUID) -> HttpResponse:
    return handed_out(queries.issued_file(request.actor, issued_id))


@router.post("/issued-papers/{issued_id}/prints", summary="Print it: counted, and marked from the second time on")
@guard(DESK)
def print_paper(request: ActedRequest, issued_id: UUID) -> HttpResponse:
    name, content = actions.print_paper(request.actor, issued_id)
    return handed_out(Download(name, "application/pdf", content))


@router.post(
    "/dossiers/{dossier_id}/control-sheets", response={201: IssuedPaper}, summary="The control sheet as it stands now"
)
@guard(DESK)
def make_control_sheet(request: ActedRequest, dossier_id: UUID) -> Any:
    return Status(201, queries.issued_facts(actions.make_control_sheet(request.actor, dossier_id)))


@router.post("/hand-over-lists", response={201: IssuedPaper}, summary="A list of dossiers that change hands")
@guard(BOOKS)
def make_hand_over_list(request: ActedRequest, body: NewHandOverList) -> Any:
    made = actions.make_hand_over_list(request.actor, body.agency, body.dossiers, to=body.to)
    return Status(201, queries.issued_facts(made))


@router.get(
    "/tracking-book", response=Page[BookLine], summary="The tracking book of an agency's year, newest line first"
)
@guard(BOOKS)
def tracking_book(
    request: ActedRequest,
    agency: UUID,
    year: Year,
    since: Day | None = None,
    until: Day | None = None,
    state: State | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Any:
    period = Period(agency, year, since, until, state)
    items, following = queries.tracking_book(request.actor, period, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.post("/tracking-books", response={202: IssuedPaper}, summary="The tracking book as a file; a job writes it")
@guard(BOOKS)
def make_tracking_book(request: ActedRequest, body: NewTrackingBook) -> Any:
    period = Period(body.agency, body.year, body.since, body.until, body.state)
    made = actions.make_tracking_book(request.actor, period, format=body.format)
    return Status(202, queries.issued_facts(made))
