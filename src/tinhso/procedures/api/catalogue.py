"""What is published of procedures: public facts, each with its source and whether it was verified."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema

from tinhso.kernel import clock
from tinhso.kernel.http import Page, etag
from tinhso.kernel.http.days import Day
from tinhso.kernel.http.paging import Cursor, Limit, decode_cursor, encode_cursor
from tinhso.kernel.policy import guard
from tinhso.places import queries as places
from tinhso.procedures import process, queries
from tinhso.procedures.entries import Borrowed, Entry, Lines, Status, Term, status
from tinhso.procedures.finding.catalogue import Listed
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.policies import READ
from tinhso.procedures.spec import Component, Fee, ProcedureSpec, RefusalReason, Sourced, Stated

router = Router()
PUBLIC_FOR = "public, max-age=300"

On = Annotated[Day | None, Query(description="the day asked about; today when left out")]
AgencyLevelName = Literal["province", "district", "commune"]
OnlineLevelName = Literal["full", "partial", "none"]
Code = Annotated[str, Path(pattern=r"^[0-9]\.[0-9]{6}$", description="national base code, e.g. 0.000000")]


class ProcedureOut(Schema):
    """A procedure as it is law on the day asked about. `complete`: it has a form and process of its own; `generic`: it
    has none and is filed with the common form of the system. One of the two: it can be filed and decided here."""

    id: UUID
    code: str
    name: str
    field: str
    level: str
    agency_level: str
    agency_levels: list[str]
    online_level: OnlineLevelName | None
    online_verified: bool
    complete: bool
    generic: bool
    valid_from: date
    valid_to: date | None
    revision: int


class FactOut(Schema):
    """A statement; `verified` false means that nobody has checked it against the law's text."""

    text: str
    source: str
    verified: bool

    @classmethod
    def of(cls, stated: Stated, text: str) -> "FactOut":
        return cls(text=text, source=stated.source, verified=stated.verified)


class DeadlineOut(FactOut):
    kind: str
    value: int | None
    cutoff: str | None


class FeeOut(FactOut):
    amount: int | None


class OnlineLevelOut(FactOut):
    level: OnlineLevelName | None


class MarkOut(Schema):
    """How sure a field is: `missing` means that nobody has collected it. `elsewhere` names the other province that
    the statement is about; it is no promise of this one."""

    status: Status
    source: str
    elsewhere: str

    @classmethod
    def of(cls, mark: Stated | None) -> "MarkOut":
        source = mark.source if mark else ""
        return cls(status=status(mark), source=source, elsewhere=mark.elsewhere if isinstance(mark, Borrowed) else "")


class VersionOut(Schema):
    """One period; the marks say whether its days were verified."""

    valid_from: date
    valid_to: date | None
    complete: bool
    level: str


class ComponentOut(Schema):
    """A paper. Of a procedure that cannot be filed here no more than the name is known."""

    code: str | None = None
    name: str
    kind: str | None = None
    required: bool | None = None
    required_when: str | None = None
    media_types: list[str] = []
    max_files: int | None = None
    source: str
    verified: bool


class ReasonOut(FactOut):
    code: str


class OutcomeOut(Schema):
    name: str
    title: str


class StepOut(Schema):
    """A step of the process; the deadline is in working hours or working days."""

    id: str
    name: str
    lane: str
    role: str
    kind: str
    outcomes: list[OutcomeOut]
    deadline_hours: int | None
    deadline_days: int | None


class TopicOut(Schema):
    """One page of the form. `form` is the JSON Schema (2020-12) of its data, `layout` how it is asked."""

    name: str
    title: str
    kind: str
    form: dict[str, Any]
    layout: list[dict[str, Any]]


class ProcedureDetail(ProcedureOut):
    """All that is known. `marks` has each field's standing; what is null or empty is unknown, not free or none."""

    title: str
    summary: str
    note: str
    published_code: str | None
    marks: dict[str, MarkOut]
    online: OnlineLevelOut | None
    deadline: DeadlineOut | None
    fee: FeeOut | None
    versions: list[VersionOut]
    who: list[FactOut]
    legal_basis: list[FactOut]
    components: list[ComponentOut]
    topics: list[TopicOut]
    steps: list[StepOut]
    refusal_reasons: list[ReasonOut]
    result: FactOut | None


@router.get("/procedures", response=Page[ProcedureOut])
@guard(READ)
def procedures(
    request: HttpRequest,
    response: HttpResponse,
    q: Annotated[str, Query(max_length=200, description="what people say: best match first; left out: by code")] = "",
    field: Annotated[str, Query(max_length=200, description="lĩnh vực, with or without marks")] = "",
    level: Annotated[AgencyLevelName | None, Query(description="level of the agencies that offer it")] = None,
    agency: Annotated[UUID | None, Query(description="an agency; what it offers is derived from its level")] = None,
    online: Annotated[OnlineLevelName | None, Query(description="full: toàn trình, partial: một phần")] = None,
    complete: Annotated[
        bool | None, Query(description="only those with a form of their own, or only the others")
    ] = None,
    fillable: Annotated[bool | None, Query(description="only those that can be filed here, or only the others")] = None,
    on: On = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Procedures that are law on a day: those that fit the words, best first, or all by code."""
    levels: frozenset[str] = frozenset([level] if level else [])
    if agency is not None:
        offered = frozenset(queries.levels_of(places.agency(agency)))
        levels = (levels & offered if level else offered) or frozenset(["-"])
    filters = queries.Filters(field, levels, online or "", complete, fillable)
    found = queries.search(q, on or clock.today(), filters)
    last = tuple(decode_cursor(cursor, 2)) if cursor else None
    rest = [hit for hit in found if last is None or hit.place > last]
    response["Cache-Control"] = PUBLIC_FOR
    more = encode_cursor(*rest[limit - 1].place) if len(rest) > limit else None
    return {"items": [_listed(hit.version) for hit in rest[:limit]], "next_cursor": more}


@router.get("/procedures/{code}", response=ProcedureDetail)
@guard(READ)
def procedure(request: HttpRequest, response: HttpResponse, code: Code, on: On = None) -> ProcedureDetail:
    """All that is known of a procedure, each field with its mark; 404 when it is not law on that day."""
    day = on or clock.today()
    version = queries.entry(code, day)
    response["Cache-Control"] = PUBLIC_FOR
    response["ETag"] = etag(version.content_hash[:16])
    return _detail(version, version.entry, version.spec if version.fillable else None, day)


def _listed(version: Listed | ProcedureVersion) -> ProcedureOut:
    known = {name: getattr(version, name) for name in ProcedureOut.model_fields}
    return ProcedureOut(**{**known, "online_level": version.online_level or None})


def _detail(version: ProcedureVersion, entry: Entry, spec: ProcedureSpec | None, day: date) -> ProcedureDetail:
    suffix = queries.published_suffix(day)
    online = entry.online_level
    return ProcedureDetail(
        **_listed(version).dict(),
        title=entry.title or entry.name,
        summary=entry.summary,
        note=entry.note,
        published_code=f"{entry.code}{suffix.suffix}" if suffix else None,
        marks={name: MarkOut.of(mark) for name, mark in entry.marks().items()},
        online=OnlineLevelOut(**FactOut.of(online, online.text).dict(), level=online.level or None) if online else None,
        deadline=_deadline(entry.deadline) if entry.deadline else None,
        fee=_fee(entry.fee) if entry.fee else None,
        versions=[
            VersionOut(**{name: getattr(v, name) for name in VersionOut.model_fields})
            for v in queries.periods(entry.code)
        ],
        who=_facts(spec.who) if spec else [],
        legal_basis=_facts(spec.legal_basis) if spec else _lines(entry.legal_basis),
        components=[_component(component) for component in spec.components] if spec else _papers(entry.components),
        topics=_topics(spec) if spec else [],
        steps=_steps(spec) if spec else [],
        refusal_reasons=[_reason(reason) for reason in spec.refusal_reasons] if spec else [],
        result=FactOut.of(spec.result, spec.result.title) if spec else None,
    )


def _facts(stated: tuple[Sourced, ...]) -> list[FactOut]:
    return [FactOut.of(each, each.text) for each in stated]


def _deadline(term: Term) -> DeadlineOut:
    fact = FactOut.of(term, term.text).dict()
    return DeadlineOut(**fact, kind=term.kind, value=term.value, cutoff=term.cutoff)


def _lines(lines: Lines | None) -> list[FactOut]:
    return [FactOut.of(lines, item) for item in lines.items] if lines else []


def _papers(lines: Lines | None) -> list[ComponentOut]:
    if lines is None:
        return []
    return [ComponentOut(name=item, source=lines.source, verified=lines.verified) for item in lines.items]


def _fee(fee: Fee) -> FeeOut:
    return FeeOut(**FactOut.of(fee, fee.text).dict(), amount=fee.amount)


def _component(component: Component) -> ComponentOut:
    return ComponentOut(**{name: getattr(component, name) for name in ComponentOut.model_fields})


def _reason(reason: RefusalReason) -> ReasonOut:
    return ReasonOut(**FactOut.of(reason, reason.text).dict(), code=reason.code)


def _steps(spec: ProcedureSpec) -> list[StepOut]:
    return [
        StepOut(
            id=step.step_id,
            name=step.name,
            lane=step.lane,
            role=spec.process.roles[step.lane],
            kind=step.kind,
            outcomes=[OutcomeOut(name=o.name, title=o.title) for o in step.outcomes],
            deadline_hours=step.deadline_hours,
            deadline_days=step.deadline_days,
        )
        for step in process.steps(spec)
    ]


def _topics(spec: ProcedureSpec) -> list[TopicOut]:
    return [
        TopicOut(
            name=topic.name,
            title=topic.title,
            kind=topic.kind,
            form=topic.schema,
            layout=[
                {
                    "title": group.title,
                    "fields": [{"name": f.name, "label": f.label, "kind": f.kind} for f in group.fields],
                }
                for group in topic.groups
            ],
        )
        for topic in spec.form.topics
    ]
