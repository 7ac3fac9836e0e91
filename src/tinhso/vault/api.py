"""`/api/v1/vault` and `/api/v1/disclosures`: what the state holds for me, and who read it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router

from tinhso.kernel.disclosure import Seen
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.vault import queries
from tinhso.vault.policies import OWN
from tinhso.vault.queries import Held

router = Router(tags=["vault"])


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
    found = queries.download(request.actor, holding_id)
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@router.get("/disclosures", response=Page[Seen], summary="Who read my data, when and for what")
@guard(OWN)
def disclosures(request: ActedRequest, cursor: Cursor = None, limit: Limit = 50) -> Any:
    items, following = queries.readings(request.actor, cursor=cursor, limit=limit)
    return {"items": items, "next_cursor": following}
