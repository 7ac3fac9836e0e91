"""Dossiers: lists, detail, timeline, result."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from tinhso.dossiers import queries
from tinhso.dossiers.api.schemas import handed_out
from tinhso.dossiers.policies import READ
from tinhso.dossiers.queries import DossierFacts, Entry, Filters, IssuedPaper, MyDossier, Waiting
from tinhso.kernel.http import Page, etag
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.policy import ActedRequest, guard

router = Router()


@router.get("/dossiers", response=Page[MyDossier | Waiting], summary="`view=mine`: sent by me; `view=inbox`: my desk")
@guard(READ)
def dossiers(
    request: ActedRequest,
    view: Literal["mine", "inbox"] = "mine",
    due: Literal["late", "soon", "ok", "paused", "none"] | None = None,
    step: Annotated[str | None, Query(pattern=r"^[\w.-]{1,100}$", description="id of a step in the process")] = None,
    mine: bool = False,
    unassigned: bool = False,
    agency: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Any:
    items: list[Any]
    if view == "mine":
        items, following = queries.my_dossiers(request.actor, cursor, limit)
    else:
        filters = Filters(due=due, task=step, mine=mine, unassigned=unassigned, agency=agency)
        items, following = queries.inbox(request.actor, filters, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.get("/dossiers/{dossier_id}", response=DossierFacts, summary="One dossier")
@guard(READ)
def one_dossier(request: ActedRequest, dossier_id: UUID, response: HttpResponse) -> Any:
    dossier = queries.dossier(request.actor, dossier_id)
    response["ETag"] = etag(dossier.version)
    return dossier


@router.get("/dossiers/{dossier_id}/timeline", response=list[Entry], summary="What happened, the oldest first")
@guard(READ)
def timeline(request: ActedRequest, dossier_id: UUID) -> Any:
    return queries.timeline(request.actor, dossier_id)


@router.get("/dossiers/{dossier_id}/issued-papers", response=list[IssuedPaper], summary="Its papers, the oldest first")
@guard(READ)
def issued_papers_of(request: ActedRequest, dossier_id: UUID) -> Any:
    return queries.issued_of_dossier(request.actor, dossier_id)


@router.get("/dossiers/{dossier_id}/result", summary="The signed document (PDF)")
@guard(READ)
def result(request: ActedRequest, dossier_id: UUID, result: UUID | None = None) -> HttpResponse:
    return handed_out(queries.result_file(request.actor, dossier_id, result))
