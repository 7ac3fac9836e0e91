"""Numbers at the counter: drawn, called, called again, skipped, done with. Each number has one caller at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext as _

from tinhso.dossiers import counter_rules
from tinhso.dossiers.events import AppointmentEnded, TicketDrawn, TicketMoved
from tinhso.dossiers.models import Appointment, AppointmentState, Ticket, TicketState
from tinhso.dossiers.policies import COUNTER
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, TooMany
from tinhso.kernel.events import emit
from tinhso.kernel.ids import new_id
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.kernel.throttle import spend
from tinhso.places import queries as places

#: A kiosk's address opens the kiosk of one agency for as long, by real time: a working day.
KIOSK_SALT, KIOSK_LIFE = "tinhso.dossiers.kiosk", timedelta(hours=14)

_NEXT = """
INSERT INTO dossiers_ticketcounter (id, created_at, agency_id, day, "window", last) VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (agency_id, day, "window") DO UPDATE SET last = dossiers_ticketcounter.last + 1
RETURNING last
"""


def draw(actor: Actor, agency_id: UUID, window: str) -> Ticket:
    """Give somebody who stands at the counter the next number. Raises NotFound, Invalid, TooMany."""
    COUNTER.require(actor, agency_id)
    return _draw(actor, agency_id, window)


def kiosk_token(actor: Actor, agency_id: UUID) -> str:
    """What opens the kiosk of this agency on a device without a log-in."""
    COUNTER.require(actor, agency_id)
    return signing.dumps(str(agency_id), salt=KIOSK_SALT, compress=False)


def agency_of_kiosk(token: str) -> UUID:
    """The agency whose kiosk it is. Raises NotFound: forged, or of another day."""
    try:
        return UUID(signing.loads(token, salt=KIOSK_SALT, max_age=KIOSK_LIFE))
    except (signing.BadSignature, ValueError):
        raise NotFound(_("Máy lấy số này đã hết phiên. Nhờ cán bộ quầy mở lại.")) from None


def draw_at_kiosk(token: str, window: str) -> Ticket:
    """The next number for whoever stands at the kiosk. Raises NotFound, Invalid, TooMany."""
    agency = agency_of_kiosk(token)
    words = _("Máy vừa phát quá nhiều số. Đợi %(minutes)d phút, hoặc hỏi cán bộ quầy.")
    spend(f"kiosk:{agency}", counter_rules.rules().tickets.kiosk_a_minute, timedelta(minutes=1), words=words)
    return _draw(SYSTEM, agency, window)


@transaction.atomic
def admit(actor: Actor, appointment_id: UUID, window: str) -> Ticket:
    """Who has an appointment today came: a number that goes first once the hour has come. Raises Conflict."""
    row = Appointment.objects.select_for_update().filter(id=appointment_id).first()
    if row is None:
        raise NotFound
    COUNTER.require(actor, row)
    if row.state != AppointmentState.BOOKED:
        raise Conflict(_("Lịch hẹn này đã được ghi: %(state)s.") % {"state": row.get_state_display()})
    if clock.local(row.starts_at).date() != clock.today():
        raise Conflict(_("Lịch hẹn này không phải của hôm nay."))
    row.state, row.ended_at = AppointmentState.CAME, clock.now()
    row.save(update_fields=["state", "ended_at"])
    emit(actor, AppointmentEnded(appointment=row.id, state=row.state), subject=f"appointment:{row.id}")
    return _draw(actor, row.agency_id, window, row)


@transaction.atomic
def _draw(actor: Actor, agency_id: UUID, window: str, appointment: Appointment | None = None) -> Ticket:
    agency = places.agency(agency_id)
    day, now = clock.today(), clock.now()
    if not agency.valid_from <= day or (agency.valid_to is not None and agency.valid_to < day):
        raise Invalid(_("Cơ quan này không còn tiếp nhận."))
    if window not in {w.code for w in counter_rules.windows_of(agency.code)}:
        raise Invalid(fields={"window": _("Chọn một quầy dịch vụ trong danh sách.")})
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [new_id(), now, agency_id, day, window])
        (number,) = cursor.fetchone()
    if number > counter_rules.rules().tickets.a_day:
        raise TooMany(_("Quầy này hôm nay đã hết số. Mời bạn đặt lịch hẹn hoặc quay lại ngày mai."))
    ticket = Ticket.objects.create(
        agency_id=agency_id,
        day=day,
        window=window,
        number=number,
        issued_at=now,
        appointment=appointment,
        appointed_at=appointment.starts_at if appointment else None,
    )
    emit(
        actor,
        TicketDrawn(ticket=ticket.id, agency=agency_id, window=window, number=number),
        subject=f"ticket:{ticket.id}",
    )
    return ticket


@transaction.atomic
def call_next(
    actor: Actor, agency_id: UUID, windows: list[str], place: str, *, at_table: str | None = None
) -> Ticket | None:
    """Call the next number of these windows to one's table; None when nobody waits.

    Whoever was at the table is done: ``at_table`` is the id of the number that the official sees there, empty when
    none; another one was called meanwhile (an old page, a second click) and is not sent away: Conflict. None: not
    asked. Appointments whose hour came go first, then the order of drawing. Two officials never get one number: a row
    that another is calling is passed over.
    """
    COUNTER.require(actor, agency_id)
    place = _place(place)
    _done_with_own(actor, at_table)
    now = clock.now()
    due = Case(When(appointed_at__lte=now, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = (
        Ticket.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(agency_id=agency_id, day=clock.today(), window__in=windows, state=TicketState.WAITING)
        .order_by(due, "issued_at", "id")
        .first()
    )
    if found is not None:
        _call(actor, found, place)
    return found


def call(actor: Actor, ticket_id: UUID, place: str, *, at_table: str | None = None) -> Ticket:
    """Call this number: out of its turn, or one that was absent; ``at_table`` as in `call_next`. Raises Conflict naming
    who called it first."""
    with _held(actor, ticket_id) as ticket:
        place = _place(place)
        _refuse(ticket, TicketState.WAITING, TicketState.SKIPPED)
        _done_with_own(actor, at_table)
        _call(actor, ticket, place)
    return ticket


def recall(actor: Actor, ticket_id: UUID) -> Ticket:
    """Call one's number again: the screen shows it anew."""
    with _held(actor, ticket_id) as ticket:
        _own(actor, ticket)
        _call(actor, ticket, ticket.place)
    return ticket


def skip(actor: Actor, ticket_id: UUID) -> Ticket:
    """Nobody came; the number may be called later today."""
    return _end(actor, ticket_id, TicketState.SKIPPED)


def finish(actor: Actor, ticket_id: UUID) -> Ticket:
    """The person has been served."""
    return _end(actor, ticket_id, TicketState.DONE)


def _end(actor: Actor, ticket_id: UUID, state: TicketState) -> Ticket:
    with _held(actor, ticket_id) as ticket:
        _own(actor, ticket)
        _settle(actor, ticket, state)
    return ticket


@contextmanager
def _held(actor: Actor, ticket_id: UUID) -> Iterator[Ticket]:
    """The ticket, locked, of an agency where the actor receives. Another agency's is not there."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().filter(id=ticket_id).first()
        if ticket is None:
            raise NotFound
        COUNTER.require(actor, ticket)
        if ticket.day != clock.today():
            raise Conflict(_("Số này không phải của hôm nay."))
        yield ticket


def _call(actor: Actor, ticket: Ticket, place: str) -> None:
    now = clock.now()
    ticket.state, ticket.place, ticket.called_at, ticket.calls = TicketState.CALLED, place, now, ticket.calls + 1
    ticket.first_called_at = ticket.first_called_at or now
    ticket.called_by_id, ticket.called_by_name, ticket.ended_at = actor.account, actor.name, None
    try:
        with transaction.atomic():
            ticket.save()
    except IntegrityError:
        raise Conflict(_("Bạn vừa gọi một số khác ở cửa sổ khác. Tải lại trang.")) from None
    _tell(actor, ticket)


def _settle(actor: Actor, ticket: Ticket, state: TicketState) -> None:
    ticket.state, ticket.ended_at = state, clock.now()
    ticket.save(update_fields=["state", "ended_at"])
    _tell(actor, ticket)


def _done_with_own(actor: Actor, at_table: str | None) -> None:
    for row in Ticket.objects.select_for_update().filter(called_by_id=actor.account, state=TicketState.CALLED):
        if at_table is not None and str(row.id) != at_table:
            raise Conflict(
                _("Bàn bạn đang có số %(number)s, vừa gọi xong. Bấm lại nếu muốn gọi tiếp.") % {"number": row.words}
            )
        _settle(actor, row, TicketState.DONE)


def _tell(actor: Actor, ticket: Ticket) -> None:
    waited = ticket.first_called_at - ticket.issued_at if ticket.first_called_at else None
    moved = TicketMoved(
        ticket=ticket.id,
        agency=ticket.agency_id,
        state=ticket.state,
        place=ticket.place,
        calls=ticket.calls,
        waited=int(waited.total_seconds()) if waited is not None else None,
    )
    emit(actor, moved, subject=f"ticket:{ticket.id}")


def _own(actor: Actor, ticket: Ticket) -> None:
    _refuse(ticket, TicketState.CALLED)
    if ticket.called_by_id != actor.account:
        raise Conflict(_("%(name)s đang gọi số %(number)s.") % {"name": ticket.called_by_name, "number": ticket.words})


def _refuse(ticket: Ticket, *states: TicketState) -> None:
    if ticket.state in states:
        return
    if ticket.state == TicketState.CALLED:
        raise Conflict(
            _("%(name)s đã gọi số %(number)s trước bạn.") % {"name": ticket.called_by_name, "number": ticket.words}
        )
    raise Conflict(
        _("Số %(number)s: %(state)s.") % {"number": ticket.words, "state": str(ticket.get_state_display()).lower()}
    )


def _place(typed: str) -> str:
    place = sentence(typed, longest=20)
    if not place:
        raise Invalid(fields={"place": _("Ghi số bàn của bạn, người dân nhìn theo đó mà tới.")})
    return place
