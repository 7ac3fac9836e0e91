"""What the counter shows: the numbers of the day, who stands there, today's appointments, copies under way."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, F, Min, Q

from tinhso.dossiers import counter_rules
from tinhso.dossiers.fees import OUTSTANDING
from tinhso.dossiers.joined.filling import part_of
from tinhso.dossiers.models import (
    Appointment,
    AppointmentState,
    CertifiedCopy,
    Dossier,
    Draft,
    FeeDue,
    Joint,
    Paper,
    Presence,
    Ticket,
    TicketState,
)
from tinhso.dossiers.pack import Made, kinds_made
from tinhso.dossiers.policies import BOOK, COUNTER, account_of
from tinhso.dossiers.queries.inbox import prepare
from tinhso.dossiers.seen import note
from tinhso.dossiers.slots import bookable, slots_of
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.places import queries as places
from tinhso.procedures.spec import ProcedureSpec
from tinhso.vault import queries as vault
from tinhso.vault.queries import Reusable

#: States in which a place of a slot is taken.
TAKEN = (AppointmentState.BOOKED, AppointmentState.CAME)
#: How many waiting numbers a page lists.
LISTED = 40


@dataclass(frozen=True)
class Called:
    """A number on the public screen."""

    number: str
    place: str
    calls: int
    called_at: datetime


@dataclass(frozen=True)
class WindowState:
    """A service window today: who waits, how long people waited until called (minutes, None: nobody was called)."""

    code: str
    name: str
    waiting: int
    oldest: datetime | None
    average_minutes: int | None


@dataclass(frozen=True)
class Screen:
    """What hangs in the hall: no names."""

    agency: UUID
    agency_name: str
    called: list[Called]
    windows: list[WindowState]


@dataclass(frozen=True)
class TicketFacts:
    id: UUID
    number: str
    window: str
    state: str
    state_words: str
    issued_at: datetime
    appointed_at: datetime | None
    place: str
    called_at: datetime | None
    calls: int
    called_by_name: str
    mine: bool
    waited_minutes: int | None


@dataclass(frozen=True)
class Queue:
    """The official's view of today's numbers at an agency."""

    agency: UUID
    agency_name: str
    windows: list[WindowState]
    own: TicketFacts | None
    waiting: list[TicketFacts]
    others: list[TicketFacts]


@dataclass(frozen=True)
class Slot:
    starts_at: datetime
    left: int


@dataclass(frozen=True)
class AppointmentFacts:
    id: UUID
    agency: UUID
    agency_name: str
    starts_at: datetime
    procedure: str
    procedure_name: str
    state: str
    state_words: str
    name: str
    upcoming: bool


@dataclass(frozen=True)
class JointFiled:
    """A joined filing sent from the counter: its first dossier, and the receipt's paper where one was made."""

    id: UUID
    name: str
    code: str
    first: UUID
    receipt: UUID | None


@dataclass(frozen=True)
class Visit:
    """A person at the counter and what is being done for them."""

    id: UUID
    agency: UUID
    agency_name: str
    name: str
    birth_date: date | None
    kind: str
    number_end: str
    seen_at: datetime
    ended_at: datetime | None
    ticket: str
    ticket_id: UUID | None
    drafts: list[tuple[UUID, str, datetime]]
    #: with the receipt's paper, where one was made, and whether something is to be decided or paid
    dossiers: list[tuple[Dossier, UUID | None, bool]]
    joints: list[JointFiled]
    copies: list[CertifiedCopy]


def screen(agency_id: UUID) -> Screen:
    """Who is called where, the latest first, and how many wait; for everybody. Four queries."""
    agency, day = places.agency(agency_id), clock.today()
    rows = Ticket.objects.filter(agency_id=agency_id, day=day, state=TicketState.CALLED).order_by("-called_at")[:12]
    called = [Called(row.words, row.place, row.calls, row.called_at) for row in rows if row.called_at is not None]
    return Screen(agency_id, agency.name, called, _windows(agency_id, agency.code, day))


def ticket_ahead(ticket: Ticket) -> int:
    """How many of the same window drew before and still wait."""
    return Ticket.objects.filter(
        agency_id=ticket.agency_id,
        day=ticket.day,
        window=ticket.window,
        state=TicketState.WAITING,
        number__lt=ticket.number,
    ).count()


def queue(actor: Actor, agency_id: UUID) -> Queue:
    """Today's numbers for a receiver of that agency. Somebody else's agency: NotFound. Five queries."""
    COUNTER.require(actor, agency_id)
    agency, day = places.agency(agency_id), clock.today()
    today = Ticket.objects.filter(agency_id=agency_id, day=day)
    waiting = [_ticket(row, actor) for row in today.filter(state=TicketState.WAITING).order_by("issued_at")[:LISTED]]
    moved = today.filter(state__in=(TicketState.CALLED, TicketState.SKIPPED)).order_by("-called_at")[:LISTED]
    others = [_ticket(row, actor) for row in moved]
    own = next((row for row in others if row.mine and row.state == TicketState.CALLED), None)
    windows = _windows(agency_id, agency.code, day)
    return Queue(agency_id, agency.name, windows, own, waiting, [row for row in others if row is not own])


def ticket(actor: Actor, ticket_id: UUID) -> TicketFacts:
    """One number of one's own agency."""
    row = Ticket.objects.filter(id=ticket_id).first()
    if row is None:
        raise NotFound
    COUNTER.require(actor, row)
    return _ticket(row, actor)


def _windows(agency_id: UUID, code: str, day: date) -> list[WindowState]:
    waits = Q(state=TicketState.WAITING)
    counted: dict[str, dict[str, Any]] = {
        row["window"]: dict(row)
        for row in Ticket.objects.filter(agency_id=agency_id, day=day)
        .values("window")
        .annotate(
            waiting=Count("id", filter=waits),
            oldest=Min("issued_at", filter=waits),
            average=Avg(F("first_called_at") - F("issued_at"), filter=Q(first_called_at__isnull=False)),
        )
    }
    return [
        WindowState(
            code=window.code,
            name=window.name,
            waiting=counted.get(window.code, {}).get("waiting", 0),
            oldest=counted.get(window.code, {}).get("oldest"),
            average_minutes=_minutes(counted.get(window.code, {}).get("average")),
        )
        for window in counter_rules.windows_of(code)
    ]


def _ticket(row: Ticket, actor: Actor) -> TicketFacts:
    waited = (row.first_called_at or clock.now()) - row.issued_at
    return TicketFacts(
        id=row.id,
        number=row.words,
        window=row.window,
        state=row.state,
        state_words=str(row.get_state_display()),
        issued_at=row.issued_at,
        appointed_at=row.appointed_at,
        place=row.place,
        called_at=row.called_at,
        calls=row.calls,
        called_by_name=row.called_by_name,
        mine=row.called_by_id is not None and row.called_by_id == actor.account,
        waited_minutes=_minutes(waited),
    )


def _minutes(length: timedelta | None) -> int | None:
    return None if length is None else max(0, round(length.total_seconds() / 60))


def slots(agency_id: UUID, day: date) -> list[Slot]:
    """The slots of a day that can be booked now, with how many places are left; full ones too. Three queries."""
    places.agency(agency_id)
    starts = [at for at in slots_of(agency_id, day) if bookable(at)]
    if not starts:
        return []
    rows = Appointment.objects.filter(agency_id=agency_id, starts_at__in=starts, state__in=TAKEN)
    taken = dict(rows.values_list("starts_at").annotate(n=Count("id")))
    most = counter_rules.rules().appointments.per_slot
    return [Slot(at, max(0, most - taken.get(at, 0))) for at in starts]


def days_open(agency_id: UUID) -> list[date]:
    """The working days on which appointments can be made."""
    calendar, today = places.calendar_for(agency_id), clock.today()
    ahead = counter_rules.rules().appointments.days_ahead
    days = [today + timedelta(days=n) for n in range(ahead + 1)]
    return [
        day for day in days if calendar.is_working_day(day) and any(bookable(at) for at in slots_of(agency_id, day))
    ]


def my_appointments(
    actor: Actor, cursor: str | None = None, limit: int = 20
) -> tuple[list[AppointmentFacts], str | None]:
    """One's own, the latest first; two queries."""
    BOOK.require(actor)
    rows, following = paged(
        Appointment.objects.filter(account_id=account_of(actor)), cursor=cursor, limit=limit, by=("-starts_at", "-id")
    )
    return _appointments(rows), following


def appointments_today(actor: Actor, agency_id: UUID) -> list[AppointmentFacts]:
    """Who comes today, in order; two queries. Another agency's: NotFound."""
    COUNTER.require(actor, agency_id)
    begins = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Appointment.objects.filter(
        agency_id=agency_id, starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1), state__in=TAKEN
    )
    return _appointments(list(rows.order_by("starts_at", "seat")[:200]))


def appointment_facts(row: Appointment) -> AppointmentFacts:
    """One appointment that its owner just made or cancelled."""
    return _appointments([row])[0]


def _appointments(rows: list[Appointment]) -> list[AppointmentFacts]:
    names, now = places.names({row.agency_id for row in rows}), clock.now()
    return [
        AppointmentFacts(
            id=row.id,
            agency=row.agency_id,
            agency_name=names.get(row.agency_id, ""),
            starts_at=row.starts_at,
            procedure=row.procedure,
            procedure_name=row.procedure_name,
            state=row.state,
            state_words=str(row.get_state_display()),
            name=row.name,
            upcoming=row.state == AppointmentState.BOOKED and row.starts_at > now,
        )
        for row in rows
    ]


def visit(actor: Actor, presence_id: UUID) -> Visit:
    """A person at one's own counter; each look goes to the disclosure log. Somebody else's: NotFound."""
    row = Presence.objects.select_related("ticket").filter(id=presence_id).first()
    if row is None:
        raise NotFound
    COUNTER.require(actor, row)
    note(actor, row, ["full_name", "birth_date", "identifier"])
    person = people.person(row.person_id)
    first = Q(joint_part=None) | Q(joint_part__number=1)
    # theirs from an earlier visit too: who comes back goes on with the same form
    own = Draft.objects.filter(first, presence__person=row.person_id, account_id=row.seen_by_id, submitted_at=None)
    drafts = own.order_by("-id").defer("data", "sources")[:20]
    alone = Dossier.objects.filter(presence=row, joint_part=None).defer("data", "sources")
    dossiers = list(alone.order_by("-id")[:20])
    prepare(dossiers)
    kinds = [kind.id for kind in kinds_made(Made.RECEIVED)]
    receipts = dict(Paper.objects.filter(dossier__in=dossiers, kind__in=kinds).values_list("dossier_id", "id"))
    owing = set(FeeDue.objects.filter(dossier__in=dossiers, state__in=OUTSTANDING).values_list("dossier_id", flat=True))
    return Visit(
        id=row.id,
        agency=row.agency_id,
        agency_name=places.names([row.agency_id]).get(row.agency_id, ""),
        name=person.full_name,
        birth_date=person.birth_date,
        kind=str(row.get_kind_display()),
        number_end=row.number[-4:],
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        ticket=row.ticket.words if row.ticket else "",
        ticket_id=row.ticket_id,
        drafts=[
            (d.id, d.procedure_version.name if (part := part_of(d)) is None else part.joint.spec.name, d.saved_at)
            for d in drafts.select_related("procedure_version", "joint_part__joint")
        ],
        dossiers=[(dossier, receipts.get(dossier.id), dossier.id in owing) for dossier in dossiers],
        joints=_joints(row),
        copies=list(row.copies.defer("prepared").order_by("-id")[:20]),
    )


def _joints(presence: Presence) -> list[JointFiled]:
    """Joined filings sent from this presence, the latest first; two queries."""
    rows = list(
        Joint.objects.filter(presence=presence, submitted_at__isnull=False, parts__number=1)
        .annotate(first=F("parts__dossier_id"))
        .order_by("-id")[:20]
    )
    about = {f"joint:{row.id}": row.id for row in rows}
    receipts = {about[paper.about]: paper.id for paper in Paper.objects.filter(about__in=about)} if rows else {}
    return [JointFiled(row.id, row.spec.name, row.code, row.first, receipts.get(row.id)) for row in rows]


def my_visits(actor: Actor) -> list[tuple[UUID, str, datetime]]:
    """Who stands at one's counter now: today's, not yet left, the latest first; two queries."""
    COUNTER.require(actor)
    begins = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = list(
        Presence.objects.filter(seen_by_id=account_of(actor), ended_at=None, seen_at__gte=begins).order_by("-seen_at")[
            :10
        ]
    )
    names = people.names({row.person_id for row in rows})
    return [(row.id, names.get(row.person_id, ""), row.seen_at) for row in rows]


def held_papers(actor: Actor, presence_id: UUID, spec: ProcedureSpec) -> dict[str, list[Reusable]]:
    """For each paper of the procedure, by code, what the state holds of that kind for the person at the counter;
    nothing once they left."""
    row = Presence.objects.filter(id=presence_id).first()
    if row is None:
        raise NotFound
    COUNTER.require(actor, row)
    kinds = {c.held for c in spec.components if c.held}
    if not kinds or not row.there:
        return {}
    held = vault.held_of(row.person_id, kinds)
    if held:
        note(actor, row, sorted({f"vault:{one.kind}" for one in held}))
    found = {c.code: [one for one in held if one.kind == c.held] for c in spec.components if c.held}
    return {code: some for code, some in found.items() if some}
