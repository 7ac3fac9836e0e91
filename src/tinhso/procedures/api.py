"""Procedures over HTTP: public facts, each with its source and whether it was verified."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema

from tinhso.kernel import clock
from tinhso.kernel.http import Page, etag, paged
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.policy import guard
from tinhso.procedures import process, queries
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.policies import READ
from tinhso.procedures.spec import Component, Deadline, Fee, ProcedureSpec, RefusalReason, Sourced, Stated

router = Router(tags=["procedures"])
PUBLIC_FOR = "public, max-age=300"

On = Annotated[date | None, Query(description="the day asked about; today when left out")]
Code = Annotated[str, Path(pattern=r"^[0-9]\.[0-9]{6}$", description="national base code, e.g. 1.001193")]


class ProcedureOut(Schema):
    """A procedure as it is law on the day asked about."""

    id: UUID
    code: str
    name: str
    field: str
    level: str
    agency_level: str
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
    value: int
    cutoff: str | None


class FeeOut(FactOut):
    amount: int | None


class ComponentOut(Schema):
    code: str
    name: str
    kind: str
    required: bool
    required_when: str | None
    media_types: list[str]
    max_files: int
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
    title: str
    summary: str
    online_level: FactOut
    deadline: DeadlineOut
    fee: FeeOut
    who: list[FactOut]
    legal_basis: list[FactOut]
    components: list[ComponentOut]
    topics: list[TopicOut]
    steps: list[StepOut]
    refusal_reasons: list[ReasonOut]
    result: FactOut


@router.get("/procedures", response=Page[ProcedureOut])
@guard(READ)
def procedures(
    request: HttpRequest,
    response: HttpResponse,
    q: Annotated[str, Query(max_length=200, description="words of the name, with or without marks")] = "",
    on: On = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Procedures that are law on a day, by code."""
    found, after = paged(queries.listed(q, on or clock.today()), cursor=cursor, limit=limit, by=("code",))
    response["Cache-Control"] = PUBLIC_FOR
    return {"items": [_listed(version) for version in found], "next_cursor": after}


@router.get("/procedures/{code}", response=ProcedureDetail)
@guard(READ)
def procedure(request: HttpRequest, response: HttpResponse, code: Code, on: On = None) -> ProcedureDetail:
    """What a procedure asks for, how long it takes, its form and its steps; 404 when it is not law on that day."""
    version = queries.procedure(code, on or clock.today())
    response["Cache-Control"] = PUBLIC_FOR
    response["ETag"] = etag(version.content_hash[:16])
    return _detail(version, version.spec)


def _listed(version: ProcedureVersion) -> ProcedureOut:
    return ProcedureOut(**{name: getattr(version, name) for name in ProcedureOut.model_fields})


def _detail(version: ProcedureVersion, spec: ProcedureSpec) -> ProcedureDetail:
    return ProcedureDetail(
        **_listed(version).dict(),
        title=spec.title,
        summary=spec.summary,
        online_level=FactOut.of(spec.online_level, spec.online_level.text),
        deadline=_deadline(spec.deadline),
        fee=_fee(spec.fee),
        who=_facts(spec.who),
        legal_basis=_facts(spec.legal_basis),
        components=[_component(component) for component in spec.components],
        topics=_topics(spec),
        steps=_steps(spec),
        refusal_reasons=[_reason(reason) for reason in spec.refusal_reasons],
        result=FactOut.of(spec.result, spec.result.title),
    )


def _facts(stated: tuple[Sourced, ...]) -> list[FactOut]:
    return [FactOut.of(each, each.text) for each in stated]


def _deadline(deadline: Deadline) -> DeadlineOut:
    fact = FactOut.of(deadline, deadline.text).dict()
    return DeadlineOut(**fact, kind=deadline.kind, value=deadline.value, cutoff=deadline.cutoff)


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
