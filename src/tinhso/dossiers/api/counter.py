"""The counter: numbers drawn and called, appointments, and who stands there."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import State, state_of
from tinhso.dossiers.models import Appointment, Ticket
from tinhso.dossiers.policies import BOOK, COUNTER, QUEUE
from tinhso.dossiers.queries import AppointmentFacts, JointFacts, Queue, Screen, Slot, TicketFacts
from tinhso.kernel.http import Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.people.actions import SeenIdentity

router = Router()


class DrawIn(Sent):
    agency: UUID
    window: str = Field(max_length=1, description="letter of the service window")


class CallIn(Sent):
    """``place`` is the table to go to, as shown on the screen; ``at_table`` the number that is done with: when another
    one was called to that table meanwhile, 409."""

    agency: UUID
    windows: list[str] = Field(max_length=26)
    place: str = Field(max_length=20)
    at_table: UUID | None = None


class PlaceIn(Sent):
    place: str = Field(max_length=20)


class BookIn(Sent):
    agency: UUID
    starts_at: AwareDatetime
    procedure: str = Field(default="", max_length=20)


class AdmitIn(Sent):
    window: str = Field(max_length=1)


class SeenIn(Sent):
    """What the official reads on the identity paper of the person who stands there."""

    agency: UUID
    kind: str = Field(max_length=20, description="cccd, personal_number, cmnd or passport")
    number: str = Field(max_length=30)
    full_name: str = Field(max_length=200)
    birth_date: date
    sex: str = Field(default="", max_length=8)
    residence: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=20)
    papers_seen: bool
    ticket: UUID | None = None


class PresenceOut(Schema):
    id: UUID
    agency: UUID
    kind: str
    seen_at: datetime


class CounterDraftIn(Sent):
    procedure: str = Field(max_length=20)


class CounterJointIn(Sent):
    joined: str = Field(max_length=60, description="key of a joined procedure")
    without: list[str] = Field(default_factory=list, max_length=10, description="optional parts that are not wanted")
    results: Literal["together", "each"] = "together"


class DraftOut(Schema):
    id: UUID
    version: int


@router.get("/queues/{agency}", response=Screen, summary="Numbers called now and how many wait; no names")
@guard(QUEUE)
def screen(request: ActedRequest, agency: UUID) -> Any:
    return queries.screen(agency)


@router.get("/queues/{agency}/desk", response=Queue, summary="Today's numbers for an official of that counter")
@guard(COUNTER)
def desk_queue(request: ActedRequest, agency: UUID) -> Any:
    return queries.queue(request.actor, agency)


@router.post("/tickets", response={201: TicketFacts}, summary="Draw a number for somebody at the counter")
@guard(COUNTER)
def draw(request: ActedRequest, body: DrawIn) -> Any:
    return Status(201, _told(request, actions.draw(request.actor, body.agency, body.window)))


@router.post("/tickets/next", response={200: TicketFacts, 204: None}, summary="Call the next number; 204: nobody waits")
@guard(COUNTER)
def call_next(request: ActedRequest, body: CallIn) -> Any:
    at_table = str(body.at_table) if body.at_table else None
    called = actions.call_next(request.actor, body.agency, body.windows, body.place, at_table=at_table)
    return Status(204, None) if called is None else Status(200, _told(request, called))


@router.post("/tickets/{ticket}/call", response=TicketFacts, summary="Call this number, out of turn or once absent")
@guard(COUNTER)
def call(request: ActedRequest, ticket: UUID, body: PlaceIn) -> Any:
    return _told(request, actions.call(request.actor, ticket, body.place))


@router.post("/tickets/{ticket}/recall", response=TicketFacts, summary="Call one's number once more")
@guard(COUNTER)
def recall(request: ActedRequest, ticket: UUID) -> Any:
    return _told(request, actions.recall(request.actor, ticket))


@router.post("/tickets/{ticket}/skip", response=TicketFacts, summary="Nobody came")
@guard(COUNTER)
def skip(request: ActedRequest, ticket: UUID) -> Any:
    return _told(request, actions.skip(request.actor, ticket))


@router.post("/tickets/{ticket}/finish", response=TicketFacts, summary="The person has been served")
@guard(COUNTER)
def finish(request: ActedRequest, ticket: UUID) -> Any:
    return _told(request, actions.finish(request.actor, ticket))


@router.get("/queues/{agency}/slots", response=list[Slot], summary="Slots of a day at an agency and the places left")
@guard(QUEUE)
def slots(request: ActedRequest, agency: UUID, day: date) -> Any:
    return queries.slots(agency, day)


@router.get("/appointments", response=Page[AppointmentFacts], summary="My appointments, the latest first")
@guard(BOOK)
def my_appointments(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.my_appointments(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.post("/appointments", response={201: AppointmentFacts}, summary="Take a place in a slot")
@guard(BOOK)
def book(request: ActedRequest, body: BookIn) -> Any:
    made = actions.book(request.actor, body.agency, body.starts_at, body.procedure)
    return Status(201, _appointment(made))


@router.post("/appointments/{appointment}/cancellation", response=AppointmentFacts, summary="Give the place back")
@guard(BOOK)
def cancel(request: ActedRequest, appointment: UUID) -> Any:
    return _appointment(actions.cancel(request.actor, appointment))


@router.get("/queues/{agency}/appointments", response=list[AppointmentFacts], summary="Who comes to this counter today")
@guard(COUNTER)
def today(request: ActedRequest, agency: UUID) -> Any:
    return queries.appointments_today(request.actor, agency)


@router.post("/appointments/{appointment}/arrival", response={201: TicketFacts}, summary="They came: a number")
@guard(COUNTER)
def admit(request: ActedRequest, appointment: UUID, body: AdmitIn) -> Any:
    return Status(201, _told(request, actions.admit(request.actor, appointment, body.window)))


@router.post("/presences", response={201: PresenceOut}, summary="The official saw the person and their identity paper")
@guard(COUNTER)
def identify(request: ActedRequest, body: SeenIn) -> Any:
    seen = SeenIdentity(
        full_name=body.full_name,
        birth_date=body.birth_date,
        sex=body.sex,
        kind=body.kind,
        number=body.number,
        residence=body.residence,
    )
    made = actions.identify(
        request.actor,
        body.agency,
        seen,
        papers_seen=body.papers_seen,
        phone=body.phone,
        ticket=body.ticket,
    )
    return Status(201, PresenceOut(id=made.id, agency=made.agency_id, kind=made.kind, seen_at=made.seen_at))


@router.post("/presences/{presence}/drafts", response={201: DraftOut}, summary="Begin an application for that person")
@guard(COUNTER)
def start(request: ActedRequest, presence: UUID, body: CounterDraftIn) -> Any:
    return Status(201, actions.start_draft(request.actor, body.procedure, _agency(request, presence), presence))


@router.post("/presences/{presence}/joints", response={201: JointFacts}, summary="Begin a joined form for that person")
@guard(COUNTER)
def start_joint(request: ActedRequest, presence: UUID, body: CounterJointIn) -> Any:
    begun = actions.start_joint(
        request.actor,
        body.joined,
        _agency(request, presence),
        without=body.without,
        return_each=body.results == "each",
        presence_id=presence,
    )
    return Status(201, queries.joint(request.actor, begun.id))


@router.post("/joints/{joint_id}/reception", response={201: JointFacts}, summary="File it at the counter, take it in")
@guard(COUNTER)
def file_joint_at_counter(request: ActedRequest, joint_id: UUID) -> Any:
    actions.file_joint_at_counter(request.actor, joint_id)
    return Status(201, queries.joint(request.actor, joint_id))


@router.post("/drafts/{draft_id}/reception", response={201: State}, summary="File it at the counter and take it in")
@guard(COUNTER)
def file_at_counter(request: ActedRequest, draft_id: UUID, response: HttpResponse) -> Any:
    return Status(201, state_of(actions.file_at_counter(request.actor, draft_id, f"draft:{draft_id}"), response))


def _agency(request: ActedRequest, presence: UUID) -> UUID:
    return queries.visit(request.actor, presence).agency


def _told(request: ActedRequest, row: Ticket) -> TicketFacts:
    return queries.ticket(request.actor, row.id)


def _appointment(row: Appointment) -> AppointmentFacts:
    return queries.appointment_facts(row)
