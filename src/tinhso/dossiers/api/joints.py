"""Joined filings: what can be done together, one form, one code; and the office's word for agencies outside."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Status

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import (
    JoinedProcedure,
    NewJoint,
    NewOutsideAnswer,
    NewReturn,
    NewText,
    NewWithdrawal,
    handed_out,
    joined_of,
)
from tinhso.dossiers.joined.spec import every
from tinhso.dossiers.policies import JOINT, OUTSIDE
from tinhso.dossiers.queries import DraftFacts, JointFacts, MyJoint, OutsidePart, OutsideRow
from tinhso.kernel import clock
from tinhso.kernel.http import Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.policy import PUBLIC, ActedRequest, guard

router = Router()


@router.get("/joined-procedures", response=list[JoinedProcedure], summary="Procedures that can be filed together today")
@guard(PUBLIC)
def joined_procedures(request: ActedRequest) -> Any:
    return [joined_of(one) for one in every() if one.holds(clock.today())]


@router.post("/joints", response={201: JointFacts}, summary="Begin a joined form; each part with a form has a draft")
@guard(JOINT)
def start_joint(request: ActedRequest, body: NewJoint) -> Any:
    each = body.results == "each"
    joint = actions.start_joint(request.actor, body.joined, body.agency, without=body.without, return_each=each)
    return Status(201, queries.joint(request.actor, joint.id))


@router.get("/joints", response=Page[MyJoint], summary="One's own joined filings")
@guard(JOINT)
def my_joints(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.my_joints(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.get("/joints/{joint_id}", response=JointFacts, summary="One joined filing with every part and its own date")
@guard(JOINT)
def one_joint(request: ActedRequest, joint_id: UUID) -> Any:
    return queries.joint(request.actor, joint_id)


@router.post("/joints/{joint_id}/submit", response={201: JointFacts}, summary="Send the whole form, once")
@guard(JOINT)
def submit_joint(request: ActedRequest, joint_id: UUID) -> Any:
    actions.submit_joint(request.actor, joint_id)
    return Status(201, queries.joint(request.actor, joint_id))


@router.post("/joints/{joint_id}/return-choice", response=JointFacts, summary="All results at once, or each when ready")
@guard(JOINT)
def choose_return(request: ActedRequest, joint_id: UUID, body: NewReturn) -> Any:
    actions.choose_return(request.actor, joint_id, each=body.results == "each")
    return queries.joint(request.actor, joint_id)


@router.post(
    "/joints/{joint_id}/withdrawal", response=JointFacts, summary="Take back one part, or all that still can be"
)
@guard(JOINT)
def withdraw(request: ActedRequest, joint_id: UUID, body: NewWithdrawal) -> Any:
    if body.part:
        actions.withdraw_part(request.actor, joint_id, body.part, reason=body.reason)
    else:
        actions.withdraw_joint(request.actor, joint_id, reason=body.reason)
    return queries.joint(request.actor, joint_id)


@router.post(
    "/joints/{joint_id}/parts/{part}/draft",
    response={201: DraftFacts},
    summary="A part that could never begin, as an application of its own",
)
@guard(JOINT)
def file_separately(request: ActedRequest, joint_id: UUID, part: str) -> Any:
    draft = actions.file_separately(request.actor, joint_id, part)
    return Status(201, queries.draft(request.actor, draft.id))


@router.get("/outside-parts", response=Page[OutsideRow], summary="Parts to hand to agencies outside, or to be answered")
@guard(OUTSIDE)
def outside_parts(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.outside_rows(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.get("/outside-parts/{outside_id}", response=OutsidePart, summary="What is to be handed over")
@guard(OUTSIDE)
def outside_part(request: ActedRequest, outside_id: UUID) -> Any:
    return queries.outside_part(request.actor, outside_id)


@router.get("/outside-parts/{outside_id}/papers/{outside_paper}", summary="A paper that is to be handed over")
@guard(OUTSIDE)
def outside_paper(request: ActedRequest, outside_id: UUID, outside_paper: UUID) -> HttpResponse:
    return handed_out(queries.outside_paper(request.actor, outside_id, outside_paper))


@router.post("/outside-parts/{outside_id}/sending", response=OutsidePart, summary="It was handed over: its time runs")
@guard(OUTSIDE)
def send_outside(request: ActedRequest, outside_id: UUID, body: NewText) -> Any:
    actions.send_outside(request.actor, outside_id, note=body.text)
    return queries.outside_part(request.actor, outside_id)


@router.post("/outside-parts/{outside_id}/answer", response=OutsidePart, summary="What the agency outside answered")
@guard(OUTSIDE)
def answer_outside(request: ActedRequest, outside_id: UUID, body: NewOutsideAnswer) -> Any:
    actions.answer_outside(request.actor, outside_id, done=body.done, reference=body.reference, text=body.text)
    return queries.outside_part(request.actor, outside_id)
