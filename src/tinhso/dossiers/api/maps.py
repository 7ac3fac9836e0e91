"""Process maps of one's own: asked for, read, and the dossiers behind each of their numbers."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tinhso.dossiers import actions, queries
from tinhso.dossiers.mapping.reading import MapResult
from tinhso.dossiers.models import ProcessMap
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries import Gone, MapPart
from tinhso.kernel.errors import Invalid
from tinhso.kernel.http import Page
from tinhso.kernel.http.days import Day
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.policy import ActedRequest, guard

router = Router()

Number = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


class NewMap(Sent):
    procedure: str = Field(max_length=20, description="code of the procedure, such as 0.000000")
    since: Day = Field(description="first day of filing")
    until: Day = Field(description="last day of filing")
    agencies: list[UUID] = Field(default_factory=list, max_length=200, description="where you work; none: all of them")


class MapOut(Schema):
    """A map. `as_of`: nothing that happened later is in it. `state`: waiting, ready."""

    id: UUID
    procedure: str
    procedure_name: str
    agencies: list[UUID]
    since: date
    until: date
    state: str
    asked_at: datetime
    as_of: datetime | None


class MapDetail(MapOut):
    """With what it says once it is ready. Times are seconds of the calendar, to the minute."""

    result: MapResult | None


class MapDossiers(Page[Gone]):
    """Dossiers behind a number, as they stand now. `total`: how many the map counts."""

    total: int


def _line(kept: ProcessMap) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in MapOut.model_fields}


@router.get("/process-maps", response=Page[MapOut], summary="My maps, the latest first; twenty are kept")
@guard(DESK)
def maps(request: ActedRequest) -> Any:
    return {"items": [_line(kept) for kept in queries.my_maps(request.actor)], "next_cursor": None}


@router.post("/process-maps", response={202: MapOut}, summary="The map of a procedure's dossiers, made in a job")
@guard(DESK)
def ask(request: ActedRequest, body: NewMap) -> Any:
    made = actions.ask_map(
        request.actor, body.procedure, since=body.since, until=body.until, agencies=set(body.agencies)
    )
    return Status(202, _line(made))


@router.get("/process-maps/{map_id}", response=MapDetail, summary="Places, ways, variants, why late")
@guard(DESK)
def process_map(request: ActedRequest, map_id: UUID) -> Any:
    kept, result = queries.process_map(request.actor, map_id)
    return {**_line(kept), "result": result if kept.state == ProcessMap.State.READY else None}


@router.get("/process-maps/{map_id}/dossiers", response=MapDossiers, summary="The dossiers that a number counts")
@guard(DESK)
def dossiers(
    request: ActedRequest,
    map_id: UUID,
    start: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="a way's first place, with `end`")] = None,
    end: Number = None,
    place: Number = None,
    variant: Number = None,
    cause: Number = None,
    late: bool = False,
    again: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    if (start is None) != (end is None):
        raise Invalid(fields={"start": _("Một chặng có hai đầu: gửi cả start và end, hoặc bỏ cả hai.")})
    edge = (start, end) if start is not None and end is not None else None
    part = MapPart(edge=edge, place=place, variant=variant, cause=cause, late=late, again=again)
    found = queries.mapped(request.actor, map_id, part, cursor, limit)
    return {"items": found.rows, "next_cursor": found.next, "total": found.total}
