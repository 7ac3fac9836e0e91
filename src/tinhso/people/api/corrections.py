"""Names and days of birth that were typed wrongly, over HTTP: proposed at the counter, decided by a leader."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Router, Schema, Status

from tinhso.kernel.http.days import Day
from tinhso.kernel.http.paging import Cursor, Limit, Page
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.people import actions, queries
from tinhso.people.actions import SeenIdentity
from tinhso.people.models import Correction, IdentifierKind, Sex
from tinhso.people.policies import DECIDE_CORRECTION, SEE_CORRECTIONS, VERIFY_IDENTITY
from tinhso.people.queries import ShownCorrection

router = Router(tags=["people"])


class NewCorrection(Sent):
    """What stands on the original paper, and why what is known of its number is wrong."""

    agency_id: UUID
    kind: IdentifierKind
    number: str = Field(max_length=30)
    full_name: str = Field(max_length=200)
    birth_date: Day
    sex: Sex | None = None
    reason: str = Field(max_length=300)
    papers_seen: bool = Field(description="original papers and the person were compared")


class ProposedCorrection(Schema):
    """It waits for a leader of the agency until then."""

    id: UUID
    expires_at: datetime


class CorrectionOut(Schema):
    """A proposal. `state`: open, approved, refused, withdrawn. What was known before is told to leaders alone."""

    id: UUID
    agency_id: UUID
    kind: IdentifierKind
    number: str
    full_name: str
    birth_date: date
    name_before: str
    birth_before: date | None
    reason: str
    state: str
    proposed_by_name: str
    created_at: datetime
    expires_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    may_decide: bool
    may_withdraw: bool


def _told(shown: ShownCorrection) -> CorrectionOut:
    row = shown.it
    return CorrectionOut(
        id=row.pk,
        agency_id=row.agency_id,
        kind=IdentifierKind(row.kind),
        number=row.number,
        full_name=row.full_name,
        birth_date=row.birth_date,
        name_before=shown.name_before,
        birth_before=shown.birth_before,
        reason=row.reason,
        state=row.state,
        proposed_by_name=row.proposed_by_name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
        may_decide=shown.decides,
        may_withdraw=shown.withdraws,
    )


@router.get("/person-corrections", response=Page[CorrectionOut], summary="Wrong names and days of birth")
@guard(SEE_CORRECTIONS)
def corrections(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    """Those of the agencies where the caller receives or leads, the newest first."""
    rows, following = queries.corrections(request.actor, cursor, limit)
    return {"items": [_told(row) for row in rows], "next_cursor": following}


@router.post("/person-corrections", response={201: ProposedCorrection}, summary="Propose to correct a name")
@guard(VERIFY_IDENTITY)
def propose_correction(request: ActedRequest, body: NewCorrection) -> Status[Correction]:
    """Changes nothing until a leader of the agency approves, within seven days."""
    seen = SeenIdentity(
        full_name=body.full_name, birth_date=body.birth_date, sex=body.sex or "", kind=body.kind, number=body.number
    )
    made = actions.propose_correction(
        request.actor, body.agency_id, seen, reason=body.reason, papers_seen=body.papers_seen
    )
    return Status(201, made)


@router.post("/person-corrections/{correction}/approval", response={204: None}, summary="Approve, as a leader")
@guard(DECIDE_CORRECTION)
def approve_correction(request: ActedRequest, correction: UUID) -> Status[None]:
    """The person's name and day of birth are those of the paper now; what was issued keeps what it said."""
    actions.approve_correction(request.actor, correction)
    return Status(204, None)


@router.post(
    "/person-corrections/{correction}/refusal", response={204: None}, summary="Do not approve; or withdraw one's own"
)
@guard(SEE_CORRECTIONS)
def refuse_correction(request: ActedRequest, correction: UUID) -> Status[None]:
    actions.refuse_correction(request.actor, correction)
    return Status(204, None)
