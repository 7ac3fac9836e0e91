"""Appointments at the counter: a place in a slot of the opening hours. No place is given twice."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import counter_rules
from tinhso.dossiers.events import AppointmentEnded, AppointmentMade
from tinhso.dossiers.models import Appointment, AppointmentState
from tinhso.dossiers.policies import BOOK, account_of
from tinhso.dossiers.reminding import tell
from tinhso.dossiers.slots import bookable, slots_of
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, TooMany
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.kernel.throttle import spend
from tinhso.people import queries as people
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures


def book(actor: Actor, agency_id: UUID, starts_at: datetime, procedure: str = "") -> Appointment:
    """Take a place in the slot. Raises Invalid, Conflict (full; a slot of one's own at that time), TooMany."""
    BOOK.require(actor)
    account, rules = account_of(actor), counter_rules.rules().appointments
    agency, today = places.agency(agency_id), clock.today()
    if agency.valid_from > today or (agency.valid_to is not None and agency.valid_to < today):
        raise Invalid(fields={"agency": _("Cơ quan này không còn tiếp nhận. Chọn cơ quan khác.")})
    if not bookable(starts_at) or starts_at not in slots_of(agency_id, clock.local(starts_at).date()):
        raise Invalid(fields={"slot": _("Giờ này không đặt được. Chọn một khung giờ còn chỗ trong danh sách.")})
    name = procedures.procedure(procedure, today).name if procedure else ""
    words = _("Hôm nay bạn đã đặt và hủy quá nhiều lần. Đợi %(minutes)d phút rồi đặt tiếp.")
    spend(f"appointments:{account}", rules.bookings_a_day, timedelta(days=1), words=words)
    with transaction.atomic():
        people.hold_account(account)  # its limit is counted under this lock
        ahead = Appointment.objects.filter(
            account_id=account, state=AppointmentState.BOOKED, starts_at__gte=clock.now()
        )
        others = list(ahead.values_list("starts_at", flat=True))
        if starts_at in others:
            raise Conflict(_("Bạn đã có một lịch hẹn vào giờ này."))
        if len(others) >= rules.open_per_account:
            raise TooMany(
                _("Bạn đang có %(n)d lịch hẹn chưa tới. Hủy bớt một lịch rồi đặt lịch mới.") % {"n": len(others)}
            )
        row = _seated(
            Appointment(
                agency_id=agency_id,
                account_id=account,
                name=people.account_names([account]).get(account, ""),
                procedure=procedure,
                procedure_name=name,
                starts_at=starts_at,
            )
        )
        emit(
            actor,
            AppointmentMade(appointment=row.id, agency=agency_id, starts_at=starts_at, seat=row.seat),
            subject=f"appointment:{row.id}",
        )
        tell(row, "dossiers.appointment_made")
    return row


def _seated(row: Appointment) -> Appointment:
    """The row written on the first free place of its slot. Raises Conflict when there is none: the database lets no two
    rows have one place, however many ask at once."""
    same = Appointment.objects.filter(agency_id=row.agency_id, starts_at=row.starts_at).exclude(
        state=AppointmentState.CANCELLED
    )
    taken = set(same.values_list("seat", flat=True))
    for seat in range(1, counter_rules.rules().appointments.per_slot + 1):
        if seat in taken:
            continue
        row.seat = seat
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            continue
        return row
    raise Conflict(_("Khung giờ này vừa hết chỗ. Chọn khung giờ khác."))


@transaction.atomic
def cancel(actor: Actor, appointment_id: UUID) -> Appointment:
    """Give the place back; doing it again changes nothing. Somebody else's: NotFound. Raises Conflict (one came)."""
    row = Appointment.objects.select_for_update().filter(id=appointment_id).first()
    if row is None:
        raise NotFound
    BOOK.require(actor, row)
    if row.state == AppointmentState.CAME:
        raise Conflict(_("Bạn đã tới theo lịch hẹn này nên không hủy được nữa."))
    if row.state == AppointmentState.BOOKED:
        row.state, row.ended_at = AppointmentState.CANCELLED, clock.now()
        row.save(update_fields=["state", "ended_at"])
        emit(actor, AppointmentEnded(appointment=row.id, state=row.state), subject=f"appointment:{row.id}")
    return row
