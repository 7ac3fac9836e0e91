"""Ratings of agencies in public, and of one's own agency."""

from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router, Status

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import NewRatingReply
from tinhso.dossiers.policies import BOOKS, COUNTS
from tinhso.dossiers.queries import AgencyRatings, AgencyScores, RatingSaid
from tinhso.kernel.http import Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.policy import ActedRequest, guard

router = Router()

Year = Annotated[int | None, Query(ge=2000, le=2100)]


@router.get("/ratings", response=list[AgencyScores], summary="Agencies with enough ratings; null: too few")
@guard(COUNTS)
def rated(request: ActedRequest, year: Year = None) -> Any:
    return queries.rated_agencies(request.actor, year)


@router.get("/ratings/{agency_id}", response=AgencyRatings, summary="The nine criteria of an agency")
@guard(COUNTS)
def rated_agency(request: ActedRequest, agency_id: UUID, year: Year = None) -> Any:
    return queries.agency_ratings(request.actor, agency_id, year)


@router.get("/received-ratings", response=Page[RatingSaid], summary="What was said of one's agencies, with words")
@guard(BOOKS)
def received(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.received_ratings(request.actor, cursor=cursor, limit=limit)
    return {"items": items, "next_cursor": following}


@router.post("/received-ratings/{rating_key}/reply", response={204: None}, summary="Answer it, or what was done, once")
@guard(BOOKS)
def reply(request: ActedRequest, rating_key: UUID, body: NewRatingReply) -> Any:
    actions.answer_rating(request.actor, rating_key, outcome=body.outcome, text=body.text)
    return Status(204, None)
