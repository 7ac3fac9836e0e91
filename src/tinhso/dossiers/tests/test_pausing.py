"""What stops the legal time of a dossier, lets it run on, or moves its end: who may, what is told, what is refused."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tinhso.dossiers import actions, clocks, queries
from tinhso.dossiers.actions import Point
from tinhso.dossiers.clocks import DueState
from tinhso.dossiers.events import Extended, FeeAsked, FeeSettled, PaperIssued, Resumed, Suspended
from tinhso.dossiers.models import Dossier, Draft, Extension, Paper, Pause
from tinhso.dossiers.reckoning import reckon
from tinhso.dossiers.statuses import WORDS, NationalStatus, national_status
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.dossiers.tests.terms import given_term
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401  the fixture
from tinhso.dossiers.tests.test_receipt import poppler, text_of
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Stale
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.notify import inbox
from tinhso.kernel.policy import Actor

TEN = "2026-11-09T10:00:00+07:00"
NEXT_MORNING = "2026-11-10T08:00:00+07:00"


@pytest.fixture
def received(sent: Dossier, receiver: Actor) -> Dossier:
    """Received on Monday at 08:00, due the same day at 17:00."""
    return actions.receive(receiver, sent.id, version=now_at(sent))


@pytest.fixture
def long(mother: Actor, receiver: Actor, fill: Callable[..., Draft]) -> Dossier:
    """Received on Monday at 08:00 under a term of three working days: due on Thursday."""
    given_term(kind="working_days", value=3)
    dossier = actions.submit(mother, fill(mother).id, "long")
    return actions.receive(receiver, dossier.id, version=now_at(dossier))


def due(dossier: Dossier) -> str:
    at = Dossier.objects.get(id=dossier.id).due_at
    return f"{clock.local(at):%d/%m %H:%M}" if at else ""


def status(dossier: Dossier) -> NationalStatus:
    return national_status(Dossier.objects.get(id=dossier.id))


def test_a_suspended_dossier_stands_and_its_remainder_runs_on(received: Dossier, leader: Actor) -> None:
    with clock.pinned(TEN):
        actions.suspend(leader, received.id, reason="Chờ tòa án", version=now_at(received))
    assert (due(received), status(received)) == ("", NationalStatus.STOPPED)
    assert clocks.due(Dossier.objects.get(id=received.id)).state == DueState.PAUSED
    with clock.pinned(NEXT_MORNING):
        actions.resume(leader, received.id, note="Đã có bản án", version=now_at(received))
    # five hours were left at ten: three until eleven, two from one o'clock
    assert (due(received), status(received)) == ("10/11 15:00", NationalStatus.RECEIVED)


def test_a_payment_stands_under_six_and_the_receipt_lets_it_run_on(
    received: Dossier, receiver: Actor, clerk: Actor, mother: Actor
) -> None:
    with clock.pinned(TEN):
        actions.ask_fee(receiver, received.id, amount=8000, reason="Lệ phí trích lục", version=now_at(received))
    assert (due(received), status(received)) == ("", NationalStatus.FEE_DUE)
    with clock.pinned(NEXT_MORNING):
        actions.settle_fee(clerk, received.id, receipt_number="BL 0017", version=now_at(received))
    assert due(received) == "10/11 15:00"
    shown = [(entry.title, entry.detail) for entry in queries.timeline(mother, received.id)]
    assert ("Chờ nộp phí, lệ phí", "Lệ phí trích lục: 8.000 đồng") in [(t, d.replace("\xa0", " ")) for t, d in shown]
    assert ("Hết dừng: Chờ nộp phí, lệ phí", "Biên lai số BL 0017") in shown


def test_the_events_of_a_payment_carry_amount_and_receipt_number(
    received: Dossier, receiver: Actor, clerk: Actor
) -> None:
    actions.ask_fee(receiver, received.id, amount=50_000, reason="Phí", version=now_at(received))
    actions.settle_fee(clerk, received.id, receipt_number="7", version=now_at(received))
    told = [h.event for h in history(f"dossier:{received.id}") if isinstance(h.event, FeeAsked | FeeSettled)]
    asked, settled = told
    assert isinstance(settled, FeeSettled)
    assert (asked.amount, settled.amount, settled.receipt_number) == (50_000, 50_000, "7")
    assert asked.pause == settled.pause


def test_waiting_for_the_applicant_stands_and_is_shown_with_its_reason(
    received: Dossier, specialist: Actor, mother: Actor
) -> None:
    actions.await_applicant(specialist, received.id, reason="Bà xin hẹn lại buổi xác minh", version=now_at(received))
    assert status(received) == NationalStatus.STOPPED
    seen = queries.dossier(mother, received.id)
    assert [(p.cause, p.reason) for p in seen.pauses] == [("applicant", "Bà xin hẹn lại buổi xác minh")]
    actions.applicant_ready(specialist, received.id, version=now_at(received))
    assert due(received) == "09/11 17:00"


def test_a_steps_own_time_stands_with_the_whole(received: Dossier, leader: Actor) -> None:
    def own() -> str:
        at = received.steps.get(ended_at=None).due_at
        return f"{clock.local(at):%d/%m %H:%M}" if at else ""

    assert own() == "09/11 10:00"  # the drawing gives the check two hours
    with clock.pinned("2026-11-09T09:00:00+07:00"):
        actions.suspend(leader, received.id, reason="Chờ", version=now_at(received))
    assert own() == ""
    with clock.pinned(NEXT_MORNING):
        actions.resume(leader, received.id, note="Xong", version=now_at(received))
    assert own() == "10/11 09:00"


def test_after_an_answer_the_step_has_its_own_time_again(
    received: Dossier, specialist: Actor, mother: Actor, leader: Actor
) -> None:
    actions.request_supplement(specialist, received.id, [Point("Chụp lại")], version=now_at(received))
    with clock.pinned(NEXT_MORNING):
        actions.answer_supplement(mother, received.id, text="Đây", version=now_at(received))
        step = received.steps.get(ended_at=None)
        assert step.due_at == clock.now() + timedelta(hours=2)
        actions.suspend(leader, received.id, reason="Chờ", version=now_at(received))
    with clock.pinned("2026-11-10T09:00:00+07:00"):
        actions.resume(leader, received.id, note="Xong", version=now_at(received))
        step.refresh_from_db()
        assert step.due_at == clock.now() + timedelta(hours=2)


def test_while_it_stands_no_step_ends(received: Dossier, specialist: Actor, leader: Actor) -> None:
    actions.suspend(leader, received.id, reason="Chờ", version=now_at(received))
    for act in (
        lambda: actions.propose(specialist, received.id, version=now_at(received)),
        lambda: actions.refuse(specialist, received.id, "not_competent", text="x", version=now_at(received)),
        lambda: actions.request_supplement(specialist, received.id, [Point("x")], version=now_at(received)),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert "đang dừng" in str(refused.value.detail)
    assert {"propose", "refuse", "request_supplement"}.isdisjoint(queries.dossier(specialist, received.id).acts)
    assert "resume" in queries.dossier(leader, received.id).acts


def test_one_reason_at_a_time_and_none_before_receipt(sent: Dossier, receiver: Actor, leader: Actor) -> None:
    with pytest.raises(Conflict):
        actions.suspend(leader, sent.id, reason="x", version=now_at(sent))
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.suspend(leader, sent.id, reason="x", version=now_at(sent))
    with pytest.raises(Conflict):
        actions.ask_fee(receiver, sent.id, amount=1000, reason="Phí", version=now_at(sent))
    with pytest.raises(Conflict):
        actions.settle_fee(receiver, sent.id, receipt_number="1", version=now_at(sent))


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda a, d: actions.suspend(a, d.id, reason=" ", version=now_at(d)), "reason"),
        (lambda a, d: actions.ask_fee(a, d.id, amount=0, reason="Phí", version=now_at(d)), "amount"),
        (lambda a, d: actions.ask_fee(a, d.id, amount=10**11, reason="Phí", version=now_at(d)), "amount"),
        (lambda a, d: actions.ask_fee(a, d.id, amount=1000, reason="", version=now_at(d)), "reason"),
        (lambda a, d: actions.extend(a, d.id, until=None, reason="Đông", version=now_at(d)), "until"),
        (lambda a, d: actions.extend(a, d.id, until=date(2026, 11, 9), reason="Đông", version=now_at(d)), "until"),
        (lambda a, d: actions.extend(a, d.id, until=date(2026, 11, 14), reason="Đông", version=now_at(d)), "until"),
        (lambda a, d: actions.extend(a, d.id, until=date(2062, 11, 10), reason="Đông", version=now_at(d)), "until"),
        (lambda a, d: actions.extend(a, d.id, until=date(2026, 11, 10), reason="", version=now_at(d)), "reason"),
    ],
)
def test_what_is_missing_or_impossible_is_said_at_its_field(
    received: Dossier, leader: Actor, receiver: Actor, act: Callable[[Actor, Dossier], Any], said: str
) -> None:
    both = actor_of("hontre.phochutich", grants=leader.grants | receiver.grants)
    with pytest.raises(Invalid) as refused:
        act(both, received)
    assert set(refused.value.fields) == {said}
    assert not Pause.objects.exists()
    assert not Extension.objects.exists()


def test_who_may_stop_extend_and_take_money(
    calls: Callable[[Actor], Caller],  # noqa: F811
    received: Dossier,
    receiver: Actor,
    specialist: Actor,
    leader: Actor,
    clerk: Actor,
    mother: Actor,
    stranger: Actor,
) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "suspension": {"reason": "x"},
        "wait": {"reason": "x"},
        "fee-requests": {"amount": 1000, "reason": "Phí"},
        "extension": {"until": "2026-11-11", "reason": "x"},
    }
    allowed = {"suspension": leader, "wait": specialist, "fee-requests": receiver, "extension": leader}
    elsewhere = {
        "suspension": actor_of("rachgia.phochutich"),
        "wait": actor_of("rachgia.hotich"),
        "fee-requests": actor_of("rachgia.tiepnhan"),
        "extension": actor_of("rachgia.phochutich"),
    }
    for path, body in bodies.items():
        answers = {
            who.name: calls(who).send("POST", f"/dossiers/{received.id}/{path}", body, now_at(received)).status_code
            for who in (receiver, specialist, leader, clerk, mother, stranger)
            if who != allowed[path]
        }
        assert set(answers.values()) == {403}, (path, answers)
        other = calls(elsewhere[path]).send("POST", f"/dossiers/{received.id}/{path}", body, now_at(received))
        assert other.status_code == 404, path
    done = calls(specialist).send("POST", f"/dossiers/{received.id}/wait", bodies["wait"], now_at(received))
    assert (done.status_code, done.json()["status"]) == (200, 8)
    done = calls(specialist).send("POST", f"/dossiers/{received.id}/wait-end", {"text": ""}, now_at(received))
    assert (done.status_code, done.json()["status"]) == (200, 2)


def test_withdrawing_ends_what_stood(received: Dossier, leader: Actor, mother: Actor) -> None:
    actions.suspend(leader, received.id, reason="Chờ", version=now_at(received))
    actions.withdraw(mother, received.id, version=now_at(received))
    assert Pause.objects.get(dossier=received).ended_at is not None
    assert status(received) == NationalStatus.WITHDRAWAL
    with pytest.raises(Conflict):
        actions.resume(leader, received.id, note="x", version=now_at(received))


def test_the_applicant_is_told_of_each_stop_and_of_the_new_hour(
    received: Dossier, receiver: Actor, clerk: Actor, mother: Actor
) -> None:
    with clock.pinned(TEN):
        actions.ask_fee(receiver, received.id, amount=8000, reason="Lệ phí", version=now_at(received))
    run_waiting()
    assert inbox(mother)[0].title == f"Hồ sơ {received.code} chờ nộp phí, lệ phí"
    with clock.pinned(NEXT_MORNING):
        actions.settle_fee(clerk, received.id, receipt_number="7", version=now_at(received))
        run_waiting()
    assert inbox(mother)[0].body == "Hẹn trả kết quả trước 15:00, 10/11/2026."


def test_an_extension_of_a_longer_term_must_come_a_day_before_its_end(long: Dossier, leader: Actor) -> None:
    assert due(long) == "12/11 17:00"
    with clock.pinned("2026-11-12T07:30:00+07:00"), pytest.raises(Conflict) as refused:
        actions.extend(leader, long.id, until=date(2026, 11, 16), reason="Đông hồ sơ", version=now_at(long))
    assert "12/11/2026" in str(refused.value.detail)
    with clock.pinned("2026-11-11T16:59:00+07:00"):
        assert "extend" in queries.dossier(leader, long.id).acts
        actions.extend(leader, long.id, until=date(2026, 11, 16), reason="Đông hồ sơ", version=now_at(long))
    assert due(long) == "16/11 17:00"


def test_a_short_term_may_be_extended_at_once_and_also_when_it_is_late(received: Dossier, leader: Actor) -> None:
    with clock.pinned("2026-11-10T08:00:00+07:00"):
        actions.extend(leader, received.id, until=date(2026, 11, 11), reason="Mất điện", version=now_at(received))
    assert due(received) == "11/11 17:00"


def test_a_second_new_date_is_refused(received: Dossier, leader: Actor) -> None:
    actions.extend(leader, received.id, until=date(2026, 11, 11), reason="Mất điện", version=now_at(received))
    with pytest.raises(Conflict) as refused:
        actions.extend(leader, received.id, until=date(2026, 11, 12), reason="Vẫn mất", version=now_at(received))
    assert "một lần" in str(refused.value.detail)
    assert "extend" not in queries.dossier(leader, received.id).acts


def test_a_new_date_is_not_promised_while_the_time_stands(received: Dossier, leader: Actor) -> None:
    actions.suspend(leader, received.id, reason="Chờ", version=now_at(received))
    with pytest.raises(Conflict):
        actions.extend(leader, received.id, until=date(2026, 11, 11), reason="x", version=now_at(received))


def test_the_apology_is_printed_told_and_handed_to_the_applicant_alone(
    received: Dossier, leader: Actor, mother: Actor, stranger: Actor
) -> None:
    actions.extend(leader, received.id, until=date(2026, 11, 11), reason="Máy chủ mất điện", version=now_at(received))
    run_waiting()
    made = Paper.objects.get(dossier=received, kind="apology")
    content = queries.issued_file(mother, made.id).content
    printed = text_of(content)
    for words in (
        received.code,
        "gia hạn thời gian giải quyết",  # the form of Circular 03/2025: received after 15/09/2025
        "Máy chủ mất điện",
        "17:00, ngày 09/11/2026",
        "17:00, ngày 11/11/2026",
        "chưa đối chiếu",
        leader.name,
    ):
        assert words.lower() in printed.lower(), words
    assert "Pages: 1" in " ".join(poppler("pdfinfo", content).split())
    assert inbox(mother)[0].title.startswith("Xin lỗi bạn")
    with pytest.raises(NotFound):
        queries.issued_file(stranger, made.id)
    told = [h.event for h in history(f"dossier:{received.id}") if isinstance(h.event, Extended | PaperIssued)]
    assert [type(event) for event in told] == [Extended, PaperIssued]


def test_an_ineligible_dossier_goes_back_within_three_working_days_of_its_receipt(
    long: Dossier, specialist: Actor
) -> None:
    (step,) = [s for s in queries.dossier(specialist, long.id).steps if s.open]
    assert step.return_by == clock.parse("2026-11-12T17:00:00+07:00")


def test_after_one_request_only_its_unmet_points_may_be_repeated_and_refused_in_words(
    received: Dossier, specialist: Actor, mother: Actor
) -> None:
    actions.request_supplement(specialist, received.id, [Point("Chụp rõ hơn")], version=now_at(received))
    assert status(received) == NationalStatus.SUPPLEMENT
    actions.answer_supplement(mother, received.id, text="Đây", version=now_at(received))
    with pytest.raises(Invalid) as refused:
        actions.request_supplement(specialist, received.id, [Point("Thêm điều mới")], version=now_at(received))
    assert "Điều 17, 19.4" in str(refused.value.detail)


def test_every_national_status_has_the_words_of_the_list() -> None:
    listed = Path(__file__).with_name("national_statuses.json")
    assert {int(s["code"]): s["name"] for s in json.loads(listed.read_text())} == {int(s): w for s, w in WORDS.items()}


@pytest.mark.parametrize(
    ("phase", "stopped", "status"),
    [
        ("submitted", "", 1),
        ("received", "", 2),
        ("not_accepted", "", 3),
        ("processing", "", 4),
        ("supplement", "supplement", 5),
        ("processing", "fee", 6),
        ("signed", "fee", 6),
        ("withdrawn", "", 7),
        ("withdrawn", "suspension", 7),
        ("processing", "suspension", 8),
        ("received", "applicant", 8),
        ("signed", "", 9),
        ("refused", "", 9),
        ("returned", "", 10),
    ],
)
def test_each_of_the_ten_statuses_follows_from_phase_and_stop(phase: str, stopped: str, status: int) -> None:
    happened = [{"at": TEN, "what": "received"}]
    happened += [{"at": TEN, "what": "stopped", "cause": stopped}] if stopped else []
    assert int(national_status(Dossier(phase=phase, happenings=happened))) == status


def test_the_three_statuses_that_reports_count_as_paused_are_those_whose_time_stands(
    received: Dossier, receiver: Actor, clerk: Actor, specialist: Actor, leader: Actor
) -> None:
    assert status(received) == NationalStatus.RECEIVED
    for stop, run_on, shown in (
        (
            lambda: actions.ask_fee(receiver, received.id, amount=1, reason="Phí", version=now_at(received)),
            lambda: actions.settle_fee(clerk, received.id, receipt_number="1", version=now_at(received)),
            6,
        ),
        (
            lambda: actions.suspend(leader, received.id, reason="Chờ", version=now_at(received)),
            lambda: actions.resume(leader, received.id, note="Xong", version=now_at(received)),
            8,
        ),
    ):
        stop()
        assert (int(status(received)), due(received)) == (shown, "")
        run_on()
        assert due(received) == "09/11 17:00"
    actions.request_supplement(specialist, received.id, [Point("Rõ hơn")], version=now_at(received))
    assert (int(status(received)), due(received)) == (5, "")


def test_the_trail_alone_gives_every_due_time_that_pages_show(
    received: Dossier,
    long: Dossier,
    leader: Actor,
    receiver: Actor,
    clerk: Actor,
    specialist: Actor,
    mother: Actor,
) -> None:
    with clock.pinned(TEN):
        actions.suspend(leader, received.id, reason="Chờ", version=now_at(received))
        actions.ask_fee(receiver, long.id, amount=1000, reason="Phí", version=now_at(long))
    with clock.pinned(NEXT_MORNING):
        actions.resume(leader, received.id, note="Xong", version=now_at(received))
        actions.settle_fee(clerk, long.id, receipt_number="7", version=now_at(long))
        actions.extend(leader, long.id, until=date(2026, 11, 17), reason="Đông", version=now_at(long))
        actions.request_supplement(specialist, received.id, [Point("Rõ hơn")], version=now_at(received))
        actions.answer_supplement(mother, received.id, text="Đây", version=now_at(received))
        shown = {row.dossier: row.due.at for row in queries.inbox(specialist)[0]}
        assert shown.keys() == {received.id, long.id}
        for dossier in Dossier.objects.select_related("procedure_version"):
            told = clocks.replayed(history(f"dossier:{dossier.id}"))
            assert told == clocks.happenings(dossier)
            from_the_trail = reckon(told, dossier.deadline, dossier.calendar).due
            assert from_the_trail == shown[dossier.id] == dossier.due_at == queries.dossier(mother, dossier.id).due.at


def test_pausing_and_extending_stand_in_the_trail_without_their_words(received: Dossier, leader: Actor) -> None:
    actions.suspend(leader, received.id, reason="Lý do riêng tư", version=now_at(received))
    actions.resume(leader, received.id, note="Xong riêng tư", version=now_at(received))
    told = [h for h in history(f"dossier:{received.id}") if isinstance(h.event, Suspended | Resumed)]
    assert [type(h.event) for h in told] == [Suspended, Resumed]
    assert {h.envelope.actor_account for h in told} == {leader.account}
    assert "riêng tư" not in str([h.event for h in told])
    with pytest.raises(Denied):
        actions.extend(
            actor_of("hontre.hotich"), received.id, until=date(2026, 11, 12), reason="x", version=now_at(received)
        )


def test_what_was_seen_before_somebody_elses_act_stops_nothing(
    received: Dossier, leader: Actor, receiver: Actor
) -> None:
    seen = now_at(received)
    actions.ask_fee(receiver, received.id, amount=1000, reason="Phí", version=seen)
    with pytest.raises(Stale):
        actions.suspend(leader, received.id, reason="Chờ", version=seen)
    assert Pause.objects.filter(dossier=received).count() == 1


def test_dossiers_from_before_get_what_happened_to_them_from_their_own_rows(
    received: Dossier, long: Dossier, specialist: Actor, mother: Actor
) -> None:
    with clock.pinned(TEN):
        actions.request_supplement(specialist, received.id, [Point("Rõ hơn")], version=now_at(received))
        actions.request_supplement(specialist, long.id, [Point("Rõ hơn")], version=now_at(long))
    with clock.pinned(NEXT_MORNING):
        actions.answer_supplement(mother, received.id, text="Đây", version=now_at(received))
    before = {d.id: clocks.happenings(d) for d in Dossier.objects.all()}
    Dossier.objects.update(happenings=[])
    with connection.cursor() as cursor:
        cursor.execute(import_module("tinhso.dossiers.migrations.0003_clock")._FILL)
    assert {d.id: clocks.happenings(d) for d in Dossier.objects.all()} == before
