"""Random applicants, officials and clocks: whatever they try, in whatever order, the articles hold.

After every act: the due time equals the articles' own computation (`articles.Paper`, minute by minute), the trail
alone gives the same, paused time was not counted, nothing acted on a closed dossier, every event stands in the audit
trail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tinhso.dossiers import actions, clocks
from tinhso.dossiers.actions import Point
from tinhso.dossiers.models import Dossier, Draft, Pause, Phase, Step
from tinhso.dossiers.reckoning import reckon
from tinhso.dossiers.statuses import national_status
from tinhso.dossiers.tests.articles import Paper, Term, works
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.tests.terms import given_term
from tinhso.kernel import clock
from tinhso.kernel.errors import Problem
from tinhso.kernel.events import history
from tinhso.kernel.models import AuditRecord
from tinhso.kernel.policy import Actor

MONDAY, LAST = datetime(2026, 11, 9, 8), datetime(2026, 12, 18)
TERMS = (Term("same_day", three_o_clock=True), Term("working_days", 3), Term("calendar_days", 15))
#: The national status of each reason for which the time stands.
STANDS = {"papers": 5, "fee": 6, "suspension": 8, "applicant": 8}


@dataclass
class Office:
    """Who takes part, and a draft for each term."""

    mother: Actor
    receiver: Actor
    specialist: Actor
    leader: Actor
    drafts: dict[Term, Draft]


class Life(RuleBasedStateMachine):
    """One dossier from the sending to its end. Each act is tried whenever drawn: what the law forbids must refuse."""

    office: ClassVar[Office]

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.now, self.extended, self.asked, self.refused = MONDAY, False, 0, 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    @initialize(term=st.sampled_from(TERMS))
    def send(self, term: Term) -> None:
        self.paper, self.stage = Paper(term), "sent"
        with self._pinned():
            self.dossier = actions.submit(self.office.mother, self.office.drafts[term].id, "once")

    # the clock

    @rule(minutes=st.sampled_from([1, 7, 59, 180, 61 * 8, 24 * 60, 3 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now = min(self.now + timedelta(minutes=minutes), LAST)

    # acts

    @rule()
    def receive(self) -> None:
        may = self.stage == "sent" and not self.paper.stopped
        if self._did("receiver", lambda a, v: actions.receive(a, self.dossier.id, version=v), may):
            self.stage = "checked"
            self.paper.begin(self.now)

    @rule(new=st.booleans())
    def ask_papers(self, new: bool) -> None:
        """The receiver before receipt, the specialist after it; the second time only for a point of the first."""
        who = "receiver" if self.stage == "sent" else "specialist"
        point = Point("Điều mới") if new or not self.asked else Point("Vẫn thiếu", number=1)
        may = self.stage in ("sent", "checked") and not self.paper.stopped and not (self.asked and new)
        if self._did(who, lambda a, v: actions.request_supplement(a, self.dossier.id, [point], version=v), may):
            self.asked += 1
            self.paper.stop(self.now, "papers")

    @rule()
    def answer_papers(self) -> None:
        may = "papers" in self.paper.stopped and self.stage != "over"
        if self._did("mother", lambda a, v: actions.answer_supplement(a, self.dossier.id, text="Đây", version=v), may):
            self.paper.complete(self.now)

    @rule()
    def propose(self) -> None:
        may = self.stage == "checked" and not self.paper.stopped
        if self._did("specialist", lambda a, v: actions.propose(a, self.dossier.id, version=v), may):
            self.stage = "proposed"

    @rule()
    def send_back(self) -> None:
        may = self.stage == "proposed" and not self.paper.stopped
        if self._did("leader", lambda a, v: actions.send_back(a, self.dossier.id, note="Xem lại", version=v), may):
            self.stage = "checked"

    @rule()
    def refuse(self) -> None:
        who = "receiver" if self.stage == "sent" else "specialist"
        may = self.stage in ("sent", "checked") and not self.paper.stopped
        act = lambda a, v: actions.refuse(a, self.dossier.id, "not_competent", text="Sai nơi", version=v)  # noqa: E731
        if self._did(who, act, may):
            self.stage = "over"

    @rule()
    def withdraw(self) -> None:
        if self._did("mother", lambda a, v: actions.withdraw(a, self.dossier.id, version=v), self.stage != "over"):
            self.stage = "over"

    @rule()
    def suspend(self) -> None:
        self._stop("leader", "suspension", lambda a, v: actions.suspend(a, self.dossier.id, reason="Chờ", version=v))

    @rule()
    def resume(self) -> None:
        self._run_on("leader", "suspension", lambda a, v: actions.resume(a, self.dossier.id, note="Rồi", version=v))

    @rule()
    def await_applicant(self) -> None:
        act = lambda a, v: actions.await_applicant(a, self.dossier.id, reason="Chờ", version=v)  # noqa: E731
        self._stop("specialist", "applicant", act)

    @rule()
    def applicant_ready(self) -> None:
        self._run_on("specialist", "applicant", lambda a, v: actions.applicant_ready(a, self.dossier.id, version=v))

    @rule()
    def ask_fee(self) -> None:
        act = lambda a, v: actions.ask_fee(a, self.dossier.id, amount=8000, reason="Phí", version=v)  # noqa: E731
        self._stop("receiver", "fee", act)

    @rule()
    def settle_fee(self) -> None:
        act = lambda a, v: actions.settle_fee(a, self.dossier.id, receipt_number="1", version=v)  # noqa: E731
        self._run_on("leader", "fee", act)

    @rule(days=st.integers(1, 12))
    def extend(self, days: int) -> None:
        due = self.paper.due
        day = (due or self.now).date() + timedelta(days=days)
        late = due is not None and self.paper.term.kind != "same_day" and self.now.date() >= due.date()
        may = due is not None and self.stage != "over" and not self.extended and not late
        may = may and works(day) and day >= self.now.date()
        act = lambda a, v: actions.extend(a, self.dossier.id, until=day, reason="Đông", version=v)  # noqa: E731
        if self._did("leader", act, may):
            self.extended = True
            self.paper.promise(day)

    # what holds

    @invariant()
    def the_articles_hold(self) -> None:
        dossier = Dossier.objects.select_related("procedure_version").get(id=self.dossier.id)
        told = history(f"dossier:{dossier.id}")
        with self._pinned():
            due = dossier.due_at.astimezone(clock.LOCAL).replace(tzinfo=None) if dossier.due_at else None
            assert due == self.paper.due
            replayed = clocks.replayed(told)
            assert replayed == clocks.happenings(dossier)
            assert reckon(replayed, dossier.deadline, dossier.calendar).due == dossier.due_at
            status = int(national_status(dossier))
        audited = AuditRecord.objects.filter(event__in=[h.envelope.id for h in told])
        assert audited.count() == len(told)
        assert Pause.objects.filter(dossier=dossier, ended_at=None).count() <= 1
        if self.stage == "over":
            assert dossier.closed
            assert not Step.objects.filter(dossier=dossier, ended_at=None).exists()
        else:
            why = next(iter(self.paper.stopped), None)
            assert status == STANDS[why] if why else status in (1, 2, 4)
        if not self.paper.stopped and self.stage != "over" and dossier.received_at is None:
            assert dossier.phase == Phase.SUBMITTED

    def _pinned(self) -> Any:
        return clock.pinned(self.now.replace(tzinfo=clock.LOCAL))

    def _did(self, who: str, act: Callable[[Actor, int], object], may: bool) -> bool:
        """Try the act; it succeeds exactly when it may. A refused one leaves nothing behind."""
        version, events = now_at(self.dossier), len(history(f"dossier:{self.dossier.id}"))
        try:
            with self._pinned(), transaction.atomic():
                act(getattr(self.office, who), version)
        except Problem:
            assert not may
            assert now_at(self.dossier) == version
            assert len(history(f"dossier:{self.dossier.id}")) == events
            return False
        assert may
        return True

    def _stop(self, who: str, why: str, act: Callable[[Actor, int], object]) -> None:
        received = self.stage in ("checked", "proposed")
        if self._did(who, act, received and not self.paper.stopped):
            self.paper.stop(self.now, why)

    def _run_on(self, who: str, why: str, act: Callable[[Actor, int], object]) -> None:
        if self._did(who, act, self.stage != "over" and why in self.paper.stopped):
            self.paper.run_on(self.now, why)


@pytest.fixture
def office(mother: Actor, receiver: Actor, specialist: Actor, leader: Actor, fill: Callable[..., Draft]) -> Office:
    drafts = {}
    for term in TERMS:
        given_term(kind=term.kind, value=term.value, cutoff="15:00" if term.three_o_clock else None)
        drafts[term] = fill(mother)
    return Office(mother, receiver, specialist, leader, drafts)


def _live(office: Office, lives: int, acts: int) -> None:
    Life.office = office
    examples = settings(
        max_examples=lives, stateful_step_count=acts, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Life, settings=examples)


def test_a_few_lives_of_dossiers_keep_to_the_articles(office: Office) -> None:
    _live(office, 4, 15)


@pytest.mark.proof
def test_many_lives_of_dossiers_keep_to_the_articles(office: Office) -> None:
    _live(office, 60, 30)
