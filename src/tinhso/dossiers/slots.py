"""The slots in which an agency can be visited by appointment: its own opening hours, cut as the pack says."""

from datetime import date, datetime, timedelta
from uuid import UUID

from tinhso.dossiers import counter_rules
from tinhso.kernel import clock
from tinhso.places import queries as places


def slots_of(agency_id: UUID, day: date) -> list[datetime]:
    """When the slots of a day begin, from the agency's own opening hours; empty on a day off."""
    length = timedelta(minutes=counter_rules.rules().appointments.slot_minutes)
    starts = []
    for opens, closes in places.calendar_for(agency_id).sessions(day):
        at = opens
        while at + length <= closes:
            starts.append(at)
            at += length
    return starts


def bookable(starts_at: datetime) -> bool:
    """Whether that slot lies far enough ahead and not too far."""
    rules, now = counter_rules.rules().appointments, clock.now()
    if starts_at > now + timedelta(days=rules.days_ahead + 1):
        return False  # before any local time is reckoned: the last days of the calendar have none
    last = clock.today() + timedelta(days=rules.days_ahead)
    return starts_at >= now + timedelta(minutes=rules.notice_minutes) and clock.local(starts_at).date() <= last
