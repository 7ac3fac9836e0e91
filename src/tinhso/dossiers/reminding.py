"""Telling people about their appointments, when made and once more when close."""

from datetime import timedelta

from django.db import transaction

from tinhso.dossiers import counter_rules
from tinhso.dossiers.models import Appointment, AppointmentState
from tinhso.kernel import clock
from tinhso.kernel.notify import notify
from tinhso.places import queries as places


def remind() -> None:
    """Tell those whose appointment is close, once each."""
    now = clock.now()
    until = now + timedelta(hours=counter_rules.rules().appointments.remind_hours)
    while True:
        with transaction.atomic():
            due = list(
                Appointment.objects.select_for_update(skip_locked=True)
                .filter(state=AppointmentState.BOOKED, reminded_at=None, starts_at__gt=now, starts_at__lte=until)
                .order_by("starts_at")[:200]
            )
            for row in due:
                tell(row, "dossiers.appointment_soon")
            Appointment.objects.filter(id__in=[row.id for row in due]).update(reminded_at=now)
        if not due:
            return


def tell(row: Appointment, kind: str) -> None:
    """Tell whoever booked: the hour and the agency, nothing of the matter."""
    agency = places.names([row.agency_id]).get(row.agency_id, "")
    context = {"at": f"{clock.local(row.starts_at):%H:%M, %d/%m/%Y}", "agency": agency}
    notify([row.account_id], kind, context, subject=f"appointment:{row.id}")
