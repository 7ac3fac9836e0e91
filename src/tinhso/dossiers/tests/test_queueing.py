"""Numbers at the counter, and appointments: order, one caller a number, one place a person, limits."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tinhso.dossiers import actions, counter_rules, queries, reminding
from tinhso.dossiers.models import Appointment, Ticket, TicketState
from tinhso.dossiers.tests.conftest import MONDAY, actor_of
from tinhso.kernel import clock
from tinhso.kernel.clock import LOCAL
from tinhso.kernel.errors import Conflict, Invalid, NotFound, TooMany
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import EventRecord
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.places.models import Agency

TUESDAY = datetime(2026, 11, 10, 8, 0, tzinfo=LOCAL)


@pytest.fixture
def second(agency: Agency) -> Actor:
    """Another receiver at the same counter."""
    return replace(actor_of("hontre.hotich"), grants=actor_of("hontre.tiepnhan").grants)


def test_numbers_run_from_one_each_window_and_day(agency: Agency, receiver: Actor) -> None:
    drawn = [actions.draw(receiver, agency.pk, w).words for w in "AABA"]
    assert drawn == ["A001", "A002", "B001", "A003"]
    with clock.pinned("2026-11-10T07:05:00+07:00"):
        assert actions.draw(receiver, agency.pk, "A").words == "A001"


def test_the_next_is_who_drew_first_and_the_wait_is_measured(agency: Agency, receiver: Actor) -> None:
    first = actions.draw(receiver, agency.pk, "A")
    actions.draw(receiver, agency.pk, "A")
    with clock.pinned("2026-11-09T08:12:00+07:00"):
        called = actions.call_next(receiver, agency.pk, ["A"], "2")
        assert called is not None
        assert called.id == first.id
        shown = queries.screen(agency.pk)
    assert [(c.number, c.place) for c in shown.called] == [("A001", "2")]
    window = next(w for w in shown.windows if w.code == "A")
    assert (window.waiting, window.average_minutes) == (1, 12)
    moved = EventRecord.objects.filter(type="vn.tinhso.dossiers.ticket-moved").latest("created_at")
    assert moved.data["waited"] == 12 * 60


def test_recall_skip_call_again_and_finish(agency: Agency, receiver: Actor) -> None:
    actions.draw(receiver, agency.pk, "A")
    called = actions.call_next(receiver, agency.pk, ["A"], "1")
    assert called is not None
    assert actions.recall(receiver, called.id).calls == 2
    assert actions.skip(receiver, called.id).state == TicketState.SKIPPED
    assert actions.call_next(receiver, agency.pk, ["A"], "1") is None
    assert actions.call(receiver, called.id, "1").state == TicketState.CALLED
    assert actions.finish(receiver, called.id).state == TicketState.DONE
    with pytest.raises(Conflict):
        actions.call(receiver, called.id, "1")


def test_calling_the_next_finishes_who_was_at_the_table(agency: Agency, receiver: Actor) -> None:
    for _n in range(2):
        actions.draw(receiver, agency.pk, "A")
    one = actions.call_next(receiver, agency.pk, ["A"], "1")
    actions.call_next(receiver, agency.pk, ["A"], "1")
    assert one is not None
    assert Ticket.objects.get(id=one.id).state == TicketState.DONE


def test_a_second_click_or_an_old_page_sends_nobody_away(agency: Agency, receiver: Actor) -> None:
    for _n in range(3):
        actions.draw(receiver, agency.pk, "A")
    one = actions.call_next(receiver, agency.pk, ["A"], "1", at_table="")
    assert one is not None
    with pytest.raises(Conflict) as refused:
        actions.call_next(receiver, agency.pk, ["A"], "1", at_table="")
    assert "A001" in refused.value.detail
    waiting = Ticket.objects.get(state=TicketState.WAITING, number=2)
    with pytest.raises(Conflict):
        actions.call(receiver, waiting.id, "1", at_table=str(waiting.id))
    assert Ticket.objects.get(id=one.id).state == TicketState.CALLED
    two = actions.call_next(receiver, agency.pk, ["A"], "1", at_table=str(one.id))
    assert two is not None
    assert (two.id, Ticket.objects.get(id=one.id).state) == (waiting.id, TicketState.DONE)


def test_the_second_official_is_told_who_called_first(agency: Agency, receiver: Actor, second: Actor) -> None:
    drawn = actions.draw(receiver, agency.pk, "A")
    actions.call(receiver, drawn.id, "1")
    with pytest.raises(Conflict) as told:
        actions.call(second, drawn.id, "2")
    assert "Lý Thị Cẩm Tú" in str(told.value.detail)
    for act in (actions.recall, actions.skip, actions.finish):
        with pytest.raises(Conflict):
            act(second, drawn.id)
    assert Ticket.objects.get(id=drawn.id).place == "1"


@pytest.mark.parametrize("login", ["rachgia.tiepnhan", "hontre.hotich", "hontre.phochutich", "me.hontre@vidu.vn"])
def test_another_agencys_number_is_not_there(agency: Agency, receiver: Actor, login: str) -> None:
    drawn = actions.draw(receiver, agency.pk, "A")
    other = actor_of(login)
    for act in (actions.recall, actions.skip, actions.finish):
        with pytest.raises(NotFound):
            act(other, drawn.id)
    with pytest.raises(NotFound):
        actions.call(other, drawn.id, "1")
    with pytest.raises(NotFound):
        actions.call_next(other, agency.pk, ["A"], "1")
    with pytest.raises(NotFound):
        actions.draw(other, agency.pk, "A")
    with pytest.raises(NotFound):
        queries.queue(other, agency.pk)
    with pytest.raises(NotFound):
        queries.appointments_today(other, agency.pk)


def test_a_window_or_table_that_is_not_there_is_refused(agency: Agency, receiver: Actor) -> None:
    for window in ("Z", "", "AA", "a"):
        with pytest.raises(Invalid):
            actions.draw(receiver, agency.pk, window)
    with pytest.raises(Invalid):
        actions.call_next(receiver, agency.pk, ["A"], "  ")


def test_the_kiosk_draws_for_its_own_agency_and_only_with_its_address(agency: Agency, receiver: Actor) -> None:
    token = actions.kiosk_token(receiver, agency.pk)
    assert actions.draw_at_kiosk(token, "A").agency_id == agency.pk
    for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), str(agency.pk), "", f"{uuid4()}:x:y"):
        with pytest.raises(NotFound):
            actions.draw_at_kiosk(forged, "A")
    for _n in range(counter_rules.rules().tickets.kiosk_a_minute - 1):
        actions.draw_at_kiosk(token, "A")
    with pytest.raises(TooMany):
        actions.draw_at_kiosk(token, "A")


def test_slots_are_the_opening_hours_cut_and_none_on_a_day_off(agency: Agency, cast: None) -> None:
    sessions = places.calendar_for(agency.pk).sessions(TUESDAY.date())
    found = [slot.starts_at for slot in queries.slots(agency.pk, TUESDAY.date())]
    assert found[0] == sessions[0][0]
    assert all(any(a <= at and at + timedelta(minutes=30) <= b for a, b in sessions) for at in found)
    assert len(found) == sum(int((b - a) / timedelta(minutes=30)) for a, b in sessions)
    assert queries.slots(agency.pk, datetime(2026, 11, 15).date()) == []
    assert all(at.starts_at >= clock.now() + timedelta(hours=1) for at in queries.slots(agency.pk, clock.today()))


def test_a_place_is_booked_given_back_and_seen_by_the_counter(
    agency: Agency, mother: Actor, stranger: Actor, receiver: Actor
) -> None:
    made = actions.book(mother, agency.pk, TUESDAY, "1.001193")
    assert made.procedure_name == "Đăng ký khai sinh"
    assert next(s.left for s in queries.slots(agency.pk, TUESDAY.date()) if s.starts_at == TUESDAY) == 1
    with pytest.raises(NotFound):
        actions.cancel(stranger, made.id)
    with clock.pinned("2026-11-10T07:30:00+07:00"):
        assert [row.id for row in queries.appointments_today(receiver, agency.pk)] == [made.id]
    actions.cancel(mother, made.id)
    assert actions.cancel(mother, made.id).state == "cancelled"
    assert next(s.left for s in queries.slots(agency.pk, TUESDAY.date()) if s.starts_at == TUESDAY) == 2
    run_waiting()


@pytest.mark.parametrize(
    "at",
    [
        TUESDAY + timedelta(minutes=10),
        TUESDAY.replace(hour=12),
        TUESDAY + timedelta(days=5),
        TUESDAY - timedelta(days=1),
        TUESDAY + timedelta(days=60),
    ],
)
def test_an_hour_that_is_no_slot_is_refused(agency: Agency, mother: Actor, at: datetime) -> None:
    with pytest.raises(Invalid):
        actions.book(mother, agency.pk, at)


def test_one_account_cannot_fill_the_calendar(agency: Agency, mother: Actor) -> None:
    rules = counter_rules.rules().appointments
    for n in range(rules.open_per_account):
        actions.book(mother, agency.pk, TUESDAY + timedelta(minutes=30 * n))
    with pytest.raises(TooMany):
        actions.book(mother, agency.pk, TUESDAY + timedelta(hours=2))
    for row in list(Appointment.objects.all()):
        actions.cancel(mother, row.id)
    for _n in range(rules.bookings_a_day - rules.open_per_account - 1):
        actions.cancel(mother, actions.book(mother, agency.pk, TUESDAY).id)
    with pytest.raises(TooMany):
        actions.book(mother, agency.pk, TUESDAY)


def test_who_has_an_appointment_goes_first_once_the_hour_came(agency: Agency, mother: Actor, receiver: Actor) -> None:
    made = actions.book(mother, agency.pk, TUESDAY)
    with clock.pinned("2026-11-10T07:50:00+07:00"):
        early = actions.draw(receiver, agency.pk, "A")
        theirs = actions.admit(receiver, made.id, "A")
        with pytest.raises(Conflict):
            actions.admit(receiver, made.id, "A")
        first = actions.call_next(receiver, agency.pk, ["A"], "1")
        assert first is not None
        assert first.id == early.id
        actions.draw(receiver, agency.pk, "A")
    with clock.pinned("2026-11-10T08:01:00+07:00"):
        later = actions.draw(receiver, agency.pk, "A")
        following = actions.call_next(receiver, agency.pk, ["A"], "1")
    assert following is not None
    assert following.id == theirs.id != later.id
    with pytest.raises(Conflict):
        actions.cancel(mother, made.id)


def test_nobody_admits_for_another_agency_or_day(agency: Agency, mother: Actor, receiver: Actor) -> None:
    made = actions.book(mother, agency.pk, TUESDAY)
    with pytest.raises(NotFound):
        actions.admit(actor_of("rachgia.tiepnhan"), made.id, "A")
    with pytest.raises(Conflict):
        actions.admit(receiver, made.id, "A")


def test_each_is_reminded_once(agency: Agency, mother: Actor) -> None:
    made = actions.book(mother, agency.pk, TUESDAY)
    reminding.remind()
    with clock.pinned("2026-11-09T20:00:00+07:00"):
        reminding.remind()
    made.refresh_from_db()
    assert made.reminded_at is not None
    assert made.reminded_at == datetime.fromisoformat(MONDAY)
