"""`/api/v1/vault` and `/api/v1/disclosures`: what the state holds for me, and who read it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router, Status
from pydantic import Field

from tinhso.kernel.disclosure import Seen
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.policy import SIGNED_IN, ActedRequest, guard
from tinhso.people.actions import SeenIdentity
from tinhso.vault import queries, request_queries, requests
from tinhso.vault.models import RequestKind
from tinhso.vault.policies import COUNTER_DATA, DECIDE_ERASURE, MY_DATA, OWN, OWN_READINGS
from tinhso.vault.queries import Download, Held
from tinhso.vault.request_queries import Asked, ToDecide
from tinhso.vault.requests import Planned

router = Router(tags=["vault"])


class AskIn(Sent):
    """What one asks for: one's data, or to have it erased where the law allows."""

    kind: RequestKind
    reason: str = Field(default="", max_length=2000)


class CounterIn(AskIn):
    """For a person who stands at the counter with their papers."""

    agency: UUID
    identifier: str = Field(max_length=20, description="cccd, personal_number, cmnd or passport")
    number: str = Field(max_length=30)
    full_name: str = Field(max_length=200, description="as on the paper")
    birth_date: date | None = Field(default=None, description="as on the paper")
    papers_seen: bool


class DecisionIn(Sent):
    approve: bool
    answer: str = Field(default="", max_length=2000, description="why it is refused; the person reads it")


@router.get("/vault", response=Page[Held], summary="What the state holds for me")
@guard(OWN)
def holdings(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    if request.actor.subject is None:
        raise NotFound
    items, following = queries.holdings(request.actor, request.actor.subject, cursor=cursor, limit=limit)
    return {"items": items, "next_cursor": following}


@router.get("/vault/{holding_id}/file", summary="The held document")
@guard(OWN)
def download(request: ActedRequest, holding_id: UUID) -> HttpResponse:
    return _handed_out(queries.download(request.actor, holding_id))


def _handed_out(found: Download) -> HttpResponse:
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@router.get("/disclosures", response=Page[Seen], summary="Who read my data, when and for what")
@guard(OWN_READINGS)
def disclosures(request: ActedRequest, cursor: Cursor = None, limit: Limit = 50) -> Any:
    items, following = queries.readings(request.actor, cursor=cursor, limit=limit)
    return {"items": items, "next_cursor": following}


@router.get("/data-requests", response=Page[Asked], summary="My requests about my personal data")
@guard(MY_DATA)
def my_requests(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = request_queries.mine(request.actor, cursor=cursor, limit=limit)
    return {"items": items, "next_cursor": following}


@router.get("/data-requests/plan", response=list[Planned], summary="What an erasure would let go, and what stays")
@guard(MY_DATA)
def my_plan(request: ActedRequest) -> Any:
    return request_queries.my_plan(request.actor)


@router.post("/data-requests", response={202: Asked}, summary="Ask for my data, or to erase it")
@guard(MY_DATA)
def ask(request: ActedRequest, body: AskIn) -> Any:
    made = requests.ask(request.actor, body.kind, reason=body.reason)
    return Status(202, request_queries.shown(made))


@router.post("/data-requests/at-counter", response={202: Asked}, summary="Write a request down for a person present")
@guard(COUNTER_DATA)
def ask_at_counter(request: ActedRequest, body: CounterIn) -> Any:
    made = requests.ask_at_counter(
        request.actor,
        body.agency,
        body.kind,
        seen=SeenIdentity(body.full_name, body.birth_date, "", body.identifier, body.number),
        papers_seen=body.papers_seen,
        reason=body.reason,
    )
    return Status(202, request_queries.shown(made))


@router.get("/data-requests/{request_id}/{form}", summary="The finished export: json or pdf")
@guard(SIGNED_IN)
def fetch(request: ActedRequest, request_id: UUID, form: str) -> HttpResponse:
    return _handed_out(request_queries.fetched(request.actor, request_id, form))


@router.get("/erasures", response=Page[Asked], summary="Erasures that wait for a decision, the oldest first")
@guard(DECIDE_ERASURE)
def erasures(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = request_queries.waiting(request.actor, cursor=cursor, limit=limit)
    return {"items": items, "next_cursor": following}


@router.get("/erasures/{request_id}", response=ToDecide, summary="One erasure: what goes and what stays")
@guard(DECIDE_ERASURE)
def erasure(request: ActedRequest, request_id: UUID) -> Any:
    return request_queries.to_decide(request.actor, request_id)


@router.post("/erasures/{request_id}/decision", response=Asked, summary="Approve or refuse an erasure")
@guard(DECIDE_ERASURE)
def decide(request: ActedRequest, request_id: UUID, body: DecisionIn) -> Any:
    made = requests.decide(request.actor, request_id, approve=body.approve, answer=body.answer)
    return request_queries.shown(made)
