"""`/api/v1/operations` for operators, `/api/v1/service-notices` for everybody."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from tinhso.kernel import operating
from tinhso.kernel.http import IF_MATCH, Page, etag
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.http.versions import version_sent
from tinhso.kernel.models import NoticeKind, ServiceNotice, Severity
from tinhso.kernel.operating import OPERATE, WATCH, notices
from tinhso.kernel.operating.retrying import LARGEST_JOB, MOST
from tinhso.kernel.operating.shown import Told, told_as
from tinhso.kernel.operating.state import HouseState
from tinhso.kernel.policy import PUBLIC, ActedRequest, guard

router = Router(tags=["operations"])


class RetryIn(Sent):
    """Jobs by number and parked deliveries by id, 500 in all."""

    jobs: list[Annotated[int, Field(ge=1, le=LARGEST_JOB)]] = Field(default=[], max_length=MOST)
    deliveries: list[UUID] = Field(default=[], max_length=MOST)


class RetriedOut(Schema):
    jobs: list[int]
    deliveries: list[UUID]
    passed_over: int = Field(description="asked for, but no longer failed")


class NoticeIn(Sent):
    """Plain text; it is shown as it stands, never as markup."""

    kind: NoticeKind
    severity: Severity
    title_vi: str = Field(max_length=200)
    title_en: str = Field(default="", max_length=200)
    text_vi: str = Field(default="", max_length=4000)
    text_en: str = Field(default="", max_length=4000)
    services: str = Field(default="", max_length=300)
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None


class NoticeOut(NoticeIn):
    """A notice as operators see it."""

    id: UUID
    state: str
    published_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    version: int
    caution: str = Field(description="what stands against publishing it as it is")


@router.get("/operations/state", response=HouseState, summary="How the house runs, and what to do about each trouble")
@guard(WATCH)
def state(request: ActedRequest) -> Any:
    return operating.state(request.actor)


@router.post("/operations/retries", response={201: RetriedOut}, summary="Another try for failed jobs and parked events")
@guard(OPERATE)
def retry(request: ActedRequest, body: RetryIn) -> Any:
    return Status(201, operating.retry(request.actor, jobs=body.jobs, parked=body.deliveries))


@router.get("/service-notices", response=Page[Told], summary="What the public is told about the service itself")
@guard(PUBLIC)
def service_notices(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    rows, following = notices.told(cursor, limit)
    return {"items": [told_as(row) for row in rows], "next_cursor": following}


@router.get("/operations/notices", response=Page[NoticeOut], summary="Notices with drafts, the latest first")
@guard(WATCH)
def every_notice(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    rows, following = notices.every(request.actor, cursor, limit)
    return {"items": [_out(row) for row in rows], "next_cursor": following}


@router.post("/operations/notices", response={201: NoticeOut}, summary="Draft a notice")
@guard(OPERATE)
def draft(request: ActedRequest, response: HttpResponse, body: NoticeIn) -> Any:
    return Status(201, _marked(response, notices.draft(request.actor, _words(body))))


@router.put("/operations/notices/{notice}", response=NoticeOut, openapi_extra=IF_MATCH, summary="Change words or times")
@guard(OPERATE)
def change(request: ActedRequest, response: HttpResponse, notice: UUID, body: NoticeIn) -> Any:
    return _marked(response, notices.change(request.actor, notice, _words(body), version_sent(request)))


@router.post("/operations/notices/{notice}/publish", response=NoticeOut, openapi_extra=IF_MATCH, summary="Publish")
@guard(OPERATE)
def publish(request: ActedRequest, response: HttpResponse, notice: UUID) -> Any:
    return _marked(response, notices.publish(request.actor, notice, version_sent(request)))


@router.post("/operations/notices/{notice}/end", response=NoticeOut, openapi_extra=IF_MATCH, summary="It is over")
@guard(OPERATE)
def end(request: ActedRequest, response: HttpResponse, notice: UUID) -> Any:
    return _marked(response, notices.end(request.actor, notice, version_sent(request)))


@router.post("/operations/notices/{notice}/withdraw", response=NoticeOut, openapi_extra=IF_MATCH, summary="Withdraw")
@guard(OPERATE)
def withdraw(request: ActedRequest, response: HttpResponse, notice: UUID) -> Any:
    return _marked(response, notices.withdraw(request.actor, notice, version_sent(request)))


def _words(body: NoticeIn) -> notices.Words:
    return notices.Words(**body.dict())


def _marked(response: HttpResponse, row: ServiceNotice) -> dict[str, Any]:
    response["ETag"] = etag(row.version)
    return _out(row)


def _out(row: ServiceNotice) -> dict[str, Any]:
    names = NoticeOut.model_fields.keys() - {"caution"}
    return {**{name: getattr(row, name) for name in names}, "caution": notices.caution(row)}
