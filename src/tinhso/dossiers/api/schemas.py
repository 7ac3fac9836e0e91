"""What the API takes and gives besides the frozen facts of `queries`."""

from datetime import date
from typing import Any, BinaryIO, Literal, cast
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Schema
from ninja.files import UploadedFile
from pydantic import Field

from tinhso.dossiers.joined.spec import Joined
from tinhso.dossiers.models import Dossier, Phase
from tinhso.dossiers.queries import Download
from tinhso.dossiers.statuses import national_status
from tinhso.kernel.http import etag
from tinhso.kernel.http.days import Day
from tinhso.kernel.http.sent import Sent


class NewDraft(Sent):
    procedure: str = Field(max_length=20, description="code of the procedure, such as 0.000000")
    agency: UUID


class NewPoint(Sent):
    text: str = Field(max_length=2000)
    component: str = Field("", max_length=100)
    number: int | None = Field(None, description="in a repeat: the point of the first request that it cites")


class NewSupplement(Sent):
    points: list[NewPoint] = Field(min_length=1, max_length=50)
    reason: str = Field("", max_length=4000)
    answer_by: date | None = None


class NewAnswer(Sent):
    text: str = Field("", max_length=4000)
    topics: dict[str, dict[str, Any]] = Field(default_factory=dict, description="corrected topics, whole")


class NewHandOver(Sent):
    to_account: UUID
    note: str = Field("", max_length=4000)


class NewRefusal(Sent):
    reason: str = Field(max_length=100, description="code of a refusal reason of the procedure")
    text: str = Field(max_length=4000)


class NewText(Sent):
    text: str = Field("", max_length=4000)


class NewReason(Sent):
    reason: str = Field("", max_length=4000)


class NewFee(Sent):
    amount: int = Field(gt=0, description="đồng")
    reason: str = Field(max_length=500, description="what is to be paid")


class NewPayment(Sent):
    amount: int = Field(description="in đồng, as the fee says; another amount is refused")
    method: Literal["cash", "transfer"]
    reference: str = Field("", max_length=100, description="the bank's, of a transfer")
    payer: str = Field("", max_length=255, description="who pays; empty: the applicant")


class NewVoid(Sent):
    reason: str = Field(max_length=500)
    refund: bool = Field(False, description="the money goes back (noted, not done); else the fee is due again")


class NewExemption(Sent):
    claim: str = Field("", max_length=500, description="one of `claims`; empty takes it back")
    note: str = Field(max_length=500, description="the paper that was seen")


class NewSettlement(Sent):
    receipt_number: str = Field(min_length=1, max_length=50)


class NewExtension(Sent):
    until: date = Field(description="a working day after the present due date")
    reason: str = Field(max_length=4000)


class NewHandOverList(Sent):
    agency: UUID
    dossiers: list[UUID] = Field(min_length=1, max_length=200)
    to: str = Field(min_length=1, max_length=200, description="who takes them over: a unit, another agency")


class NewTrackingBook(Sent):
    agency: UUID
    year: int = Field(ge=2000, le=2100)
    since: Day | None = None
    until: Day | None = None
    state: Literal["open", "late", "done"] | None = None
    format: Literal["pdf", "xlsx"] = "pdf"


class NewRating(Sent):
    stars: int = Field(ge=1, le=5)
    comment: str = Field("", max_length=4000)
    marks: dict[int, int] = Field(
        default_factory=dict, max_length=9, description="number of a criterion → points of the answer chosen"
    )


class NewRatingReply(Sent):
    outcome: Literal["answered", "mended", "unfounded"]
    text: str = Field(min_length=1, max_length=2000)


class NewJoint(Sent):
    joined: str = Field(max_length=60, description="key of a joined procedure")
    agency: UUID
    without: list[str] = Field(default_factory=list, max_length=10, description="optional parts that are not wanted")
    results: Literal["together", "each"] = "together"


class NewReturn(Sent):
    results: Literal["together", "each"]


class NewWithdrawal(Sent):
    part: str = Field("", max_length=30, description="key of the part; empty: all that can be taken back")
    reason: str = Field("", max_length=4000)


class NewOutsideAnswer(Sent):
    done: bool
    reference: str = Field("", max_length=100, description="the number on what the agency sent")
    text: str = Field("", max_length=4000)


class JoinedPart(Schema):
    key: str
    name: str
    procedure: str
    after: list[str]
    optional: bool
    outside: str


class JoinedProcedure(Schema):
    """What can be filed together; ``outside`` of a part names an agency outside the province's system."""

    key: str
    name: str
    title: str
    source: str
    verified: bool
    parts: list[JoinedPart]


def joined_of(one: Joined) -> JoinedProcedure:
    parts = [
        JoinedPart(
            key=part.key,
            name=part.name,
            procedure=part.procedure,
            after=list(part.after),
            optional=part.optional,
            outside=part.outside.party if part.outside else "",
        )
        for part in one.parts
    ]
    return JoinedProcedure(
        key=one.key, name=one.name, title=one.title, source=one.source, verified=one.verified, parts=parts
    )


class TrackedBy(Sent):
    code: str = Field(max_length=60)
    last4: str = Field(min_length=4, max_length=4, pattern=r"^[0-9]{4}$")


class State(Schema):
    """Where a dossier stands after an act; the same version is in the ETag."""

    id: UUID
    code: str
    version: int
    phase: str
    phase_words: str
    status: int
    status_words: str


class Count(Schema):
    count: int


def state_of(dossier: Dossier, response: HttpResponse) -> State:
    """The answer to an act, with the ETag that the next act must send."""
    response["ETag"] = etag(dossier.version)
    status = national_status(dossier)
    return State(
        id=dossier.id,
        code=dossier.code,
        version=dossier.version,
        phase=dossier.phase,
        phase_words=str(Phase(dossier.phase).label),
        status=int(status),
        status_words=status.words,
    )


def content_of(upload: UploadedFile) -> BinaryIO:
    """What was uploaded, as a stream."""
    return cast(BinaryIO, upload.file)


def handed_out(download: Download) -> HttpResponse:
    """A file as an attachment that no browser may run or guess at."""
    response = HttpResponse(download.content, content_type=download.media_type)
    response["Content-Disposition"] = content_disposition_header(True, download.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
