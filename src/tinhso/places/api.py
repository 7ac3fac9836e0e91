"""Units and agencies over HTTP: public facts, the same for everybody."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Path, Query, Router, Schema

from tinhso.kernel import clock
from tinhso.kernel.http import Day, Page, paged
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.policy import guard
from tinhso.places import queries
from tinhso.places.models import Agency, AgencyKind, Level, Unit
from tinhso.places.policies import READ

router = Router(tags=["places"])
PUBLIC_FOR = "public, max-age=300"  #: seconds that facts of the pack may be kept by anybody

On = Annotated[Day | None, Query(description="the day asked about; today when left out")]
Code = Annotated[str, Path(pattern=r"^[0-9]{2,5}$", description="official code of a unit")]


class UnitOut(Schema):
    """A unit on the day asked about."""

    code: str
    name: str
    level: Level
    kind: str
    parent_code: str | None
    province_code: str
    valid_from: date
    valid_to: date | None
    since_known: bool
    island: bool

    @classmethod
    def of(cls, unit: Unit) -> "UnitOut":
        return cls(
            code=unit.code,
            name=unit.name,
            level=Level(unit.level),
            kind=unit.kind,
            parent_code=unit.parent.code if unit.parent else None,
            province_code=unit.province_code,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            since_known=unit.since_known,
            island=unit.island,
        )


class UnitDetail(UnitOut):
    """A unit with what it belongs to, what it was made of and what became of it."""

    source: str
    ancestors: list[UnitOut]
    predecessors: list[UnitOut]
    successors: list[UnitOut]


class AgencyOut(Schema):
    id: UUID
    code: str
    code_verified: bool
    name: str
    kind: AgencyKind
    unit_code: str
    parent_code: str | None
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, agency: Agency) -> "AgencyOut":
        return cls(
            id=agency.id,
            code=agency.code,
            code_verified=agency.code_verified,
            name=agency.name,
            kind=AgencyKind(agency.kind),
            unit_code=agency.unit.code,
            parent_code=agency.parent.code if agency.parent else None,
            valid_from=agency.valid_from,
            valid_to=agency.valid_to,
        )


@router.get("/units", response=Page[UnitOut])
@guard(READ)
def units(
    request: HttpRequest,
    on: On = None,
    level: Level | None = None,
    province: Annotated[str | None, Query(pattern=r"^[0-9]{2}$")] = None,
    under: Annotated[str | None, Query(pattern=r"^[0-9]{2,5}$", description="code of the unit above")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> HttpResponse:
    """Administrative units of a day, by code. A code is reused: always ask with the day."""
    rows = queries.unit_facts(on or clock.today(), level, province, under)
    found, after = paged(rows, cursor=cursor, limit=limit, by=("code",))
    return JsonResponse(
        {"items": found, "next_cursor": after},
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": PUBLIC_FOR},
    )


@router.get("/units/{code}", response=UnitDetail)
@guard(READ)
def unit(request: HttpRequest, response: HttpResponse, code: Code, on: On = None) -> UnitDetail:
    """The unit that the code names on a day; 404 when it names none."""
    found = queries.unit_at(code, on or clock.today())
    response["Cache-Control"] = PUBLIC_FOR
    return UnitDetail(
        **UnitOut.of(found).dict(),
        source=found.source,
        ancestors=[UnitOut.of(u) for u in queries.ancestors(found)],
        predecessors=[UnitOut.of(u) for u in queries.predecessors(found)],
        successors=[UnitOut.of(u) for u in queries.successors(found)],
    )


@router.get("/units/{code}/successors", response=Page[UnitOut])
@guard(READ)
def successors(
    request: HttpRequest,
    response: HttpResponse,
    code: Code,
    on: On = None,
    at: Annotated[Day | None, Query(description="follow to the units of this day; the next step when left out")] = None,
) -> Page[UnitOut]:
    """What became of the unit that the code names on a day."""
    found = queries.successors(queries.unit_at(code, on or clock.today()), at)
    response["Cache-Control"] = PUBLIC_FOR
    return Page[UnitOut](items=[UnitOut.of(u) for u in found])


@router.get("/agencies", response=Page[AgencyOut])
@guard(READ)
def agencies(
    request: HttpRequest,
    response: HttpResponse,
    on: On = None,
    kind: AgencyKind | None = None,
    unit: Annotated[str | None, Query(pattern=r"^[0-9]{2,5}$", description="code of its unit")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AgencyOut]:
    """Agencies of a day, by code. ``code_verified`` is false while no legal text gives the province's code."""
    rows = queries.agencies(on or clock.today(), kind)
    if unit is not None:
        rows = rows.filter(unit__code=unit)
    found, after = paged(rows, cursor=cursor, limit=limit, by=("code",))
    response["Cache-Control"] = PUBLIC_FOR
    return Page[AgencyOut](items=[AgencyOut.of(agency) for agency in found], next_cursor=after)
