"""`/api/v1/strategy`: targets with their numbers, what lies under them, tasks, duties and snapshots. Public facts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema

from tinhso.indicators import queries
from tinhso.indicators.models import Direction, UndertakingKind
from tinhso.indicators.paths import TargetStatus
from tinhso.indicators.policies import READ
from tinhso.indicators.queries import Filters, TargetFacts, UndertakingDetail, UndertakingFacts, UndertakingFilters
from tinhso.kernel.http import Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.measures import Figure, Part
from tinhso.kernel.policy import ActedRequest, guard

router = Router(tags=["strategy"])

Words = Annotated[str, Query(max_length=200, description="words of the sentence, with or without marks")]
Clause = Annotated[str, Query(max_length=20, description="`II.1.1` … `III.10`, `2.1` …")]
TargetYear = Annotated[int | None, Query(ge=2000, le=2100, description="the year by which it is to be reached")]
DataYear = Annotated[int | None, Query(ge=2000, le=2100, description="whose numbers are given; default this year")]


class CurrentOut(Schema):
    """A measured value. `period` is an ISO 8601 interval, or a day for what stands on that day."""

    value: float
    numerator: int
    denominator: int
    unverified: int
    period: str


class TargetOut(Schema):
    """One number that the decision sets. `current` is null when nobody provides the number or nothing was counted."""

    id: str
    clause: str
    year: int
    value: float
    unit: str
    direction: Direction
    sentence: str
    part: str
    title: str
    owner: str | None
    current: CurrentOut | None
    status: TargetStatus
    expected: float
    series: str
    measure: str | None
    definition: str | None
    note: str
    source: str
    unverified: bool

    @classmethod
    def of(cls, facts: TargetFacts) -> "TargetOut":
        current = facts.current
        return cls(
            id=facts.id,
            clause=facts.clause,
            year=facts.year,
            value=float(facts.value),
            unit=facts.unit,
            direction=Direction(facts.direction),
            sentence=facts.sentence,
            part=facts.part,
            title=facts.title,
            owner=facts.owner,
            current=CurrentOut(
                value=float(current.value),
                numerator=current.numerator,
                denominator=current.denominator,
                unverified=current.unverified,
                period=current.period,
            )
            if current
            else None,
            status=facts.status,
            expected=float(facts.expected),
            series=facts.series,
            measure=facts.measure,
            definition=facts.definition,
            note=facts.note,
            source=facts.source,
            unverified=facts.unverified,
        )


class ShareOut(Schema):
    """The number of one agency or administrative unit; `value` is null when its denominator is 0."""

    id: UUID
    name: str
    value: float | None
    numerator: int
    denominator: int
    unverified: int


class MonthOut(Schema):
    month: date
    value: float | None
    numerator: int
    denominator: int
    unverified: int


class RecordOut(Schema):
    """A counted record: a name without personal data; reading it asks its own policy."""

    record: UUID
    title: str
    about: str
    day: date
    agency: UUID | None
    numerator: bool


class UndertakingOut(Schema):
    id: str
    clause: str
    sentence: str
    sector: str
    owner: str | None
    agencies: list[str]
    progress: str | None
    due: date | None
    evidence: int
    measure: str | None
    source: str


class PlanOut(Schema):
    number: int
    text: str
    due: date | None
    progress: str
    agency: str
    at: datetime


class EvidenceOut(Schema):
    id: UUID
    title: str
    url: str
    file: bool
    agency: str
    at: datetime


class UndertakingDetailOut(UndertakingOut):
    plans: list[PlanOut]
    shown: list[EvidenceOut]


class SnapshotOut(Schema):
    """A snapshot; `digest` is the SHA-256 of the signed file, `data_digest` that of the frozen data."""

    id: UUID
    year: int
    number: int
    agency: str
    taken_at: datetime
    state: str
    issued_at: datetime | None
    digest: str
    data_digest: str


def _sides(figure: Figure) -> dict[str, Any]:
    value: Decimal | None = figure.value
    return {
        "value": None if value is None else float(value),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "unverified": figure.unverified,
    }


@router.get("/strategy/targets", response=Page[TargetOut], summary="Targets of the strategy with their numbers")
@guard(READ)
def targets(
    request: ActedRequest,
    q: Words = "",
    clause: Clause = "",
    year: TargetYear = None,
    measured: bool | None = None,
    of_year: DataYear = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Any:
    wanted = Filters(q=q, clause=clause, year=year, measured=measured)
    found, following = queries.targets(request.actor, wanted, year=of_year, cursor=cursor, limit=limit)
    return {"items": [TargetOut.of(facts) for facts in found], "next_cursor": following}


@router.get("/strategy/targets/{key}", response=TargetOut, summary="One target")
@guard(READ)
def target(request: ActedRequest, key: str, of_year: DataYear = None) -> Any:
    return TargetOut.of(queries.target(request.actor, key, of_year))


@router.get(
    "/strategy/targets/{key}/breakdown", response=list[ShareOut], summary="A target's number by agency or by unit"
)
@guard(READ)
def breakdown(
    request: ActedRequest, key: str, by: Literal["agency", "unit"] = "agency", of_year: DataYear = None
) -> Any:
    found = queries.target(request.actor, key, of_year)
    shares = queries.breakdown(request.actor, found, by, of_year)
    return [{"id": share.id, "name": share.name, **_sides(share.figure)} for share in shares]


@router.get("/strategy/targets/{key}/history", response=list[MonthOut], summary="A target's number month by month")
@guard(READ)
def history(request: ActedRequest, key: str) -> Any:
    months = queries.history(request.actor, queries.target(request.actor, key))
    return [{"month": month.first, **_sides(month.figure)} for month in months]


@router.get(
    "/strategy/targets/{key}/records",
    response=Page[RecordOut],
    summary="The records that a target's number counts, as far as the caller may list them",
)
@guard(READ)
def records(
    request: ActedRequest,
    key: str,
    agency: UUID | None = None,
    unit: UUID | None = None,
    part: Part = Part.ALL,
    of_year: DataYear = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Any:
    _found, listed, following = queries.records(
        request.actor, key, year=of_year, agency=agency, unit=unit, part=part, cursor=cursor, limit=limit
    )
    items = [
        RecordOut(
            record=row.line.record,
            title=row.line.title,
            about=row.line.about,
            day=row.day,
            agency=row.scope,
            numerator=row.numerator,
        )
        for row in listed
    ]
    return {"items": items, "next_cursor": following}


Progressing = Annotated[str, Query(pattern="^(not_begun|under_way|done|none|)$", description="`none`: no plan yet")]


@router.get("/strategy/tasks", response=Page[UndertakingOut], summary="Tasks of part III")
@guard(READ)
def tasks(
    request: ActedRequest,
    q: Words = "",
    clause: Clause = "",
    progress: Progressing = "",
    owned: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Any:
    return _undertakings(request, UndertakingKind.TASK, UndertakingFilters(q, clause, progress, owned), cursor, limit)


@router.get("/strategy/duties", response=Page[UndertakingOut], summary="Duties of article 2")
@guard(READ)
def duties(
    request: ActedRequest,
    q: Words = "",
    clause: Clause = "",
    progress: Progressing = "",
    owned: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Any:
    return _undertakings(request, UndertakingKind.DUTY, UndertakingFilters(q, clause, progress, owned), cursor, limit)


def _undertakings(
    request: ActedRequest, kind: str, wanted: UndertakingFilters, cursor: str | None, limit: int
) -> dict[str, Any]:
    found, following = queries.undertakings(request.actor, kind, wanted, cursor=cursor, limit=limit)
    return {"items": [UndertakingOut(**_facts(facts)) for facts in found], "next_cursor": following}


def _facts(facts: UndertakingFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in UndertakingOut.model_fields}


@router.get(
    "/strategy/undertakings/{key}", response=UndertakingDetailOut, summary="A task or duty with plans and evidence"
)
@guard(READ)
def undertaking(request: ActedRequest, key: str) -> Any:
    found: UndertakingDetail = queries.undertaking(request.actor, key)
    return {
        **_facts(found),
        "plans": [{name: getattr(plan, name) for name in PlanOut.model_fields} for plan in found.plans],
        "shown": [{name: getattr(one, name) for name in EvidenceOut.model_fields} for one in found.shown],
    }


@router.get("/strategy/snapshots", response=Page[SnapshotOut], summary="Signed snapshots of a year's numbers")
@guard(READ)
def snapshots(request: ActedRequest, year: TargetYear = None, cursor: Cursor = None, limit: Limit = 20) -> Any:
    found, following = queries.snapshots(request.actor, year=year, cursor=cursor, limit=limit)
    items = [SnapshotOut(**{name: getattr(one, name) for name in SnapshotOut.model_fields}) for one in found]
    return {"items": items, "next_cursor": following}
