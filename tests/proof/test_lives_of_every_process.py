"""Random applicants, officials, clocks, faults and retries through every process of the pack: whatever is tried, in
whatever order, by whomever, the articles hold.

After every rule: the due time of the whole and of the step equal the clerk's own (`lives.clerk`: the articles, minute by
minute, over the drawing as XML), so paused time was not counted; the trail alone gives the same; the version rose by one
for each act and each version has an event; an act that was refused, torn off or done again changed no row; nothing acts
on a closed dossier; a result in force has signatures that verify. At the end: every event stands in the audit trail
exactly once, no book has a gap.

How many lives: `TINHSO_LIVES` for each process (default 5), of `TINHSO_ACTS` acts (default 40). A failure prints the acts
that led to it; with `TINHSO_SHRINK=yes` it looks some minutes for the fewest.
"""

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.proof.lives import clerk
from tests.proof.lives.office import Office, file, holds, known, level, mornings, office
from tests.proof.lives.watching import PowerCut, Rows, not_audited_once, numbers_with_gaps, power_cut
from tinhso.dossiers import actions, clocks, jobs, queries, signature
from tinhso.dossiers.actions import Point
from tinhso.dossiers.models import Dossier, Pause, Refusal, Result, SigningSession, Step
from tinhso.dossiers.reckoning import reckon
from tinhso.dossiers.statuses import national_status
from tinhso.dossiers.tests.articles import DAY, MINUTE, Paper, works
from tinhso.dossiers.tests.test_each_procedure import CODES, COMMON
from tinhso.dossiers.verification import verify_result
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, NotFound, Problem, Stale, Unavailable
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import AuditRecord
from tinhso.kernel.policy import Actor
from tinhso.kernel.signing import service
from tinhso.kernel.signing.check import inspect
from tinhso.vault.models import Holding

pytestmark = pytest.mark.proof

LIVES, ACTS = int(os.environ.get("TINHSO_LIVES", "5")), int(os.environ.get("TINHSO_ACTS", "40"))
SHRINK = os.environ.get("TINHSO_SHRINK") == "yes"

#: Which dossier; who tries (the right one mostly); whether the power is cut in the act; which day a promise names.
WHICH = st.integers(0, 1)
WHO = st.sampled_from(
    ["right"] * 8 + ["second", "second", "colleague", "elsewhere", "stranger", "applicant"]
)
CUT = st.sampled_from([False] * 7 + [True])


class Lives(RuleBasedStateMachine):
    """Up to two dossiers of one procedure at one office."""

    office: ClassVar[Office]
    codes: ClassVar[list[str]]

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.files: list[clerk.File] = []
        self.again: Callable[[], None] | None = None
        self.rows = Rows()

    def teardown(self) -> None:
        try:
            assert not_audited_once() == []
            assert numbers_with_gaps() == []
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    @initialize(data=st.data(), counter=st.booleans())
    def first(self, data: st.DataObject, counter: bool) -> None:
        self.code = data.draw(st.sampled_from(self.codes), label="procedure")
        self.now = data.draw(st.sampled_from(mornings(self.code)), label="morning")
        self._file(counter)

    @precondition(lambda self: len(self.files) == 1)
    @rule(counter=st.booleans())
    def another(self, counter: bool) -> None:
        """A second one, which takes the next numbers of the same books."""
        if holds(self.code, self.now):
            self._file(counter)

    def _file(self, counter: bool) -> None:
        of = known(self.code)
        with self._pinned():
            dossier, send = file(self.office, self.code, counter=counter)
            before = self.rows.mark()
            assert send().id == dossier.id
        assert self.rows.mark() == before
        kept = clerk.File(dossier.id, of, self.now, Paper(of.term), of.way.first)
        self.files.append(kept)
        if counter:
            self._received(kept)
            kept.version += 1

    # the clock

    @rule(minutes=st.sampled_from([1, 7, 59, 180, 61 * 8, 24 * 60, 3 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(at=st.sampled_from([time(7), time(11), time(14, 59), time(15), time(15, 1), time(16, 59), time(17)]))
    def until(self, at: time) -> None:
        """The edges of the law's day."""
        self.now = max(self.now, datetime.combine(self.now.date(), at))

    @rule()
    def next_morning(self) -> None:
        self.now = datetime.combine(self.now.date() + DAY, time(7))

    # the way of the process

    @rule(n=WHICH)
    def go_on(self, n: int) -> None:
        """What comes next, by whoever is right: so that lives come to their end."""
        f = self._of(n)
        if f.over or f.held:
            return
        kind = f.box.kind
        if kind == "receive":
            self.receive(n, "right", False)
        elif kind == "supplement":
            self.answer(n, "right", False)
        elif kind == "sign":
            if f.under_way is None:
                self.sign(n, "right", False)
            self.make_signature(n, False)
        elif kind == "seal_return":
            if f.under_way is not None:
                if not f.under_way.sealing and f.under_way.state == "signing":
                    self.seal(n, "right", False)
                self.make_signature(n, False)
            self.hand_out(n, "right", False)
        else:
            if kind == "post" and f.step_due is not None:
                self.now = max(self.now, f.step_due)
            self.propose(n, "right", False, True)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def receive(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        act = lambda a, v: actions.receive(a, f.id, version=v)  # noqa: E731
        self._try(f, "receiver", who, act, f.may("accept"), lambda: self._received(f), cut)

    def _received(self, f: clerk.File) -> None:
        f.end("accept", self.now)
        f.received = True
        f.paper.begin(self.now)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def claim(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        may = not f.over and f.box.role != "applicant" and not f.holder

        def then() -> None:
            f.holder, f.working = self.tried, f.received

        act = lambda a, v: actions.claim(a, f.id, version=v)  # noqa: E731
        self._try(f, self._role(f), who, act, may, then, cut, holding=False)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def hand_over(self, n: int, who: str, cut: bool) -> None:
        """To the other one of the two who share the lane; who is alone there can only take it."""
        f = self._of(n)
        role = self._role(f)
        pair = [key for key in (role, f"{role}2") if key in self.office.people]
        to = next((key for key in pair if key != self._key(f, role, who)), role)
        may = not f.over and f.box.role != "applicant"

        def act(actor: Actor, version: int) -> None:
            account = self.office.people[to].account
            assert account is not None
            actions.hand_over(actor, f.id, account, version=version)

        def then() -> None:
            f.holder, f.working = to, f.received

        self._try(f, role, who, act, may, then, cut)

    @rule(n=WHICH, who=WHO, cut=CUT, new=st.booleans())
    def ask_papers(self, n: int, who: str, cut: bool, new: bool) -> None:
        """Once; the second time only for a point of the first (art. 17, 19.4)."""
        f = self._of(n)
        point = Point("Điều mới") if new or not f.asked else Point("Vẫn thiếu", number=1)
        may = f.may("supplement") and not (f.asked and new)

        def then() -> None:
            f.end("supplement", self.now)
            f.stop("papers", self.now)
            f.asked += 1

        act = lambda a, v: actions.request_supplement(a, f.id, [point], version=v)  # noqa: E731
        self._try(f, self._role(f), who, act, may, then, cut)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def answer(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        may = f.may("answer") and "papers" in f.paper.stopped and holds(self.code, self.now)

        def then() -> None:
            f.end("answer", self.now)
            f.paper.complete(self.now)
            f.working = f.received

        act = lambda a, v: actions.answer_supplement(a, f.id, text="Đây", version=v)  # noqa: E731
        self._try(f, "applicant", who, act, may, then, cut)

    @rule(n=WHICH, who=WHO, cut=CUT, said=st.sampled_from([True] * 5 + [False]))
    def propose(self, n: int, who: str, cut: bool, said: bool) -> None:
        """A step passes; whoever also puts it to the leader does so at once. A visit and a posting end with a record, a
        posting only when it has hung its time, a result that prints an answer needs one."""
        f = self._of(n)
        outcome = next((one for one in ("propose", "pass") if not f.over and one in f.box.leads), "propose")
        may = f.may(outcome)
        puts, follows = outcome == "propose", False
        if may and outcome == "pass":
            after = f.of.way.tasks[f.box.leads["pass"]]
            puts = follows = "propose" in after.leads and after.role == f.box.role
        if may and f.box.kind in ("inspect", "post"):
            hung = f.box.kind != "post" or f.step_due is None or self.now >= f.step_due
            may = hung and said
        may = may and (said or not (puts and f.of.answered))

        def then() -> None:
            f.end(outcome, self.now)
            if follows:
                f.end("propose", self.now)
            f.working = True

        text = "Đồng ý việc này" if said else ""
        act = lambda a, v: actions.propose(a, f.id, text=text, version=v)  # noqa: E731
        self._try(f, self._role(f), who, act, may, then, cut)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def send_back(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        act = lambda a, v: actions.send_back(a, f.id, note="Xem lại", version=v)  # noqa: E731
        may = f.may("send_back") and f.under_way is None
        self._try(f, self._role(f), who, act, may, lambda: f.end("send_back", self.now), cut)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def refuse(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        due = f.paper.due

        def act(actor: Actor, version: int) -> None:
            ground = Dossier.objects.get(id=f.id).procedure_version.spec.refusal_reasons[0].code
            actions.refuse(actor, f.id, ground, text="Không đủ điều kiện", version=version)

        def then() -> None:
            f.close("refused")
            self._let_go(f)
            assert Refusal.objects.get(dossier=f.id).in_time == (due is None or self.now <= due)

        self._try(f, self._role(f), who, act, f.may("refuse"), then, cut)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def withdraw(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)

        def then() -> None:
            f.close("withdrawn")
            self._let_go(f)

        act = lambda a, v: actions.withdraw(a, f.id, version=v)  # noqa: E731
        self._try(f, "applicant", who, act, not f.over and not f.results, then, cut)

    def _let_go(self, f: clerk.File) -> None:
        for fee in f.fees:
            fee.state = "dropped" if fee.state == "waiting" else fee.state

    # the time stands and runs on

    @rule(n=WHICH, who=WHO, cut=CUT)
    def suspend(self, n: int, who: str, cut: bool) -> None:
        act = lambda f: lambda a, v: actions.suspend(a, f.id, reason="Chờ", version=v)  # noqa: E731
        self._stop(n, "leader", "suspension", who, act, cut)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def resume(self, n: int, who: str, cut: bool) -> None:
        act = lambda f: lambda a, v: actions.resume(a, f.id, note="Rồi", version=v)  # noqa: E731
        self._run_on(n, "leader", "suspension", who, act, cut)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def await_applicant(self, n: int, who: str, cut: bool) -> None:
        act = lambda f: lambda a, v: actions.await_applicant(a, f.id, reason="Chờ", version=v)  # noqa: E731
        self._stop(n, "specialist", "applicant", who, act, cut)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def applicant_ready(self, n: int, who: str, cut: bool) -> None:
        act = lambda f: lambda a, v: actions.applicant_ready(a, f.id, version=v)  # noqa: E731
        self._run_on(n, "specialist", "applicant", who, act, cut)

    def _stop(
        self, n: int, role: str, why: str, who: str, act: Callable[[clerk.File], Callable[[Actor, int], Any]], cut: bool
    ) -> None:
        f = self._of(n)
        may = f.received and not f.over and not f.paper.stopped and not f.results
        self._try(f, role, who, act(f), may, lambda: f.stop(why, self.now), cut, holding=False)

    def _run_on(
        self, n: int, role: str, why: str, who: str, act: Callable[[clerk.File], Callable[[Actor, int], Any]], cut: bool
    ) -> None:
        f = self._of(n)
        may = not f.over and why in f.paper.stopped
        self._try(f, role, who, act(f), may, lambda: f.run_on(why, self.now), cut, holding=False)

    # money

    @rule(n=WHICH, who=WHO, cut=CUT)
    def ask_fee(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        asked: list[Pause] = []

        def then() -> None:
            f.stop("fee", self.now)
            f.fees.append(clerk.Fee(asked[-1].fees.get().id))

        def act(actor: Actor, version: int) -> None:
            asked.append(actions.ask_fee(actor, f.id, amount=8000, reason="Phí", version=version))

        may = f.received and not f.over and not f.paper.stopped
        self._try(f, "receiver", who, act, may, then, cut, holding=False)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def settle_fee(self, n: int, who: str, cut: bool) -> None:
        """Paid elsewhere."""
        f = self._of(n)

        def then() -> None:
            f.run_on("fee", self.now)
            for fee in f.fees:
                fee.state = "paid" if fee.state == "waiting" and fee.holds else fee.state

        act = lambda a, v: actions.settle_fee(a, f.id, receipt_number="1", version=v)  # noqa: E731
        may = not f.over and "fee" in f.paper.stopped
        self._try(f, "receiver", who, act, may, then, cut, holding=False)

    @precondition(lambda self: any(f.fees for f in self.files))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def drop_fee(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        if not f.fees:
            return
        fee = f.fees[-1]

        def then() -> None:
            fee.state = "dropped"
            self._settled(f, fee)

        act = lambda a, v: actions.drop_fee(a, f.id, fee.id, reason="Thôi", version=v)  # noqa: E731
        self._try(f, "receiver", who, act, not f.over and fee.state == "waiting", then, cut, holding=False)

    @precondition(lambda self: any(f.fees for f in self.files))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def collect(self, n: int, who: str, cut: bool) -> None:
        """The cashier takes the money, once: the same hands again get the same receipt."""
        f = self._of(n)
        if not f.fees:
            return
        fee = f.fees[-1]

        def act(actor: Actor, _version: int) -> None:
            taken.append(actions.collect(actor, fee.id, actions.Money(8000, "cash")).id)

        def then() -> None:
            fee.state, fee.payment = "paid", taken[-1]
            self._settled(f, fee)

        taken: list[Any] = []
        if fee.payment is not None:  # it was taken: nothing happens, whoever asks
            self._nothing(lambda: act(self.office.people["cashier"], 0))
            assert taken == [fee.payment]
            return
        may = fee.state == "waiting" and f.over != "withdrawn"
        self._try(f, "cashier", who, act, may, then, cut, holding=False, versioned=False)

    @precondition(lambda self: any(f.fees for f in self.files))
    @rule(n=WHICH, who=WHO, cut=CUT, refund=st.booleans())
    def void_receipt(self, n: int, who: str, cut: bool, refund: bool) -> None:
        """By somebody else; the charge is due again, and the time stands for it when it can."""
        f = self._of(n)
        fee = next((one for one in f.fees if one.payment is not None), None)
        if fee is None:
            return
        payment = fee.payment
        assert payment is not None

        def then() -> None:
            fee.payment = None
            if refund:
                fee.state, fee.holds = "refunded", False
            else:
                fee.state, fee.holds = "waiting", not f.over and not f.paper.stopped
                if fee.holds:
                    f.stop("fee", self.now)

        act = lambda a, v: actions.void_receipt(a, payment, reason="Nhầm", refund=refund)  # noqa: E731
        self._try(f, "leader", who, act, True, then, cut, holding=False, versioned=False)

    def _settled(self, f: clerk.File, fee: clerk.Fee) -> None:
        if fee.holds and not f.over:
            f.run_on("fee", self.now)

    # apology, and what is issued

    @rule(n=WHICH, who=WHO, cut=CUT, days=st.integers(0, 12))
    def extend(self, n: int, who: str, cut: bool, days: int) -> None:
        f = self._of(n)
        due, today = f.paper.due, self.now.date()
        day = (due or self.now).date() + timedelta(days=days)
        may = due is not None and f.of.verified and not f.over and not f.issued and not f.extended
        may = may and not f.late_for_apology(today)
        may = may and due is not None and day > due.date() and day >= today and works(day)

        def then() -> None:
            f.extended = True
            f.paper.promise(day)

        act = lambda a, v: actions.extend(a, f.id, until=day, reason="Đông việc", version=v)  # noqa: E731
        self._try(f, "leader", who, act, may, then, cut, holding=False)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def sign(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)

        def then() -> None:
            f.results.append(clerk.Result())
            f.holder, f.working = self.tried, True

        act = lambda a, v: actions.sign(a, f.id, version=v)  # noqa: E731
        self._try(f, self._role(f, "leader"), who, act, f.may("sign") and f.under_way is None, then, cut)

    @precondition(lambda self: any(f.under_way for f in self.files))
    @rule(n=WHICH, silent=st.sampled_from([False, False, True]))
    def make_signature(self, n: int, silent: bool) -> None:
        """The job; ``silent``: the signer does not answer, the order stays and is carried out later."""
        f = self._of(n)
        open_ones = SigningSession.objects.exclude(state="done").filter(signature__result__dossier=f.id)
        session = open_ones.values_list("id", flat=True).first()
        if session is None:
            return
        if silent:
            with pytest.MonkeyPatch.context() as patch, self._pinned():
                patch.setattr(signature, "signer", _silent)
                with pytest.raises(Unavailable):
                    signature.make(session)
            return
        with self._pinned():
            signature.make(session)
            before = self.rows.mark()
            signature.make(session)  # a job runs at least once
        assert self.rows.mark() == before
        f.version += 1
        result = f.under_way
        assert result is not None
        if result.sealing:
            result.state = "active"
            if result.over is not None and result.over.state == "active":
                result.over.state = "superseded"
            self._verifies(f)
        else:
            result.state = "signing"
            if not f.over and "sign" in f.box.leads:
                f.end("sign", self.now)

    def _verifies(self, f: clerk.File) -> None:
        with self._pinned():
            checked = verify_result(queries.result_file(self.office.applicant, f.id).content)
        assert checked.valid, checked.refusals
        assert {one.role for one in checked.signatures} == {"person", "seal"}

    @rule(n=WHICH, who=WHO, cut=CUT)
    def seal(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        result = f.under_way

        def then() -> None:
            assert result is not None
            result.sealing = True

        may = result is not None and result.state == "signing" and not result.sealing
        act = lambda a, v: actions.seal(a, f.id, version=v)  # noqa: E731
        self._try(f, "clerk", who, act, may, then, cut, holding=False)

    @rule(n=WHICH, who=WHO, cut=CUT)
    def hand_out(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        may = f.may("return_result") and f.in_force is not None
        act = lambda a, v: actions.return_result(a, f.id, version=v)  # noqa: E731
        self._try(f, "clerk", who, act, may, lambda: f.close("returned"), cut)

    @precondition(lambda self: any(f.issued for f in self.files))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def revoke(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        result = f.in_force

        def then() -> None:
            assert result is not None
            result.state = "revoked"

        act = lambda a, v: actions.revoke_result(a, f.id, reason="Sai", version=v)  # noqa: E731
        self._try(f, "leader", who, act, result is not None, then, cut, holding=False)

    @precondition(lambda self: any(f.issued for f in self.files))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def reissue(self, n: int, who: str, cut: bool) -> None:
        f = self._of(n)
        act = lambda a, v: actions.reissue_result(a, f.id, reason="Hỏng", version=v)  # noqa: E731
        then = lambda: f.results.append(clerk.Result(over=f.results[-1]))  # noqa: E731
        self._try(f, "leader", who, act, bool(f.results) and f.under_way is None, then, cut, holding=False)

    # retries, and what runs behind

    @precondition(lambda self: self.again is not None)
    @rule()
    def the_same_click_again(self) -> None:
        """With the version that was on the screen then: refused as stale, and nothing changes."""
        assert self.again is not None
        with pytest.raises(Stale), self._pinned():
            self._nothing(self.again)

    @rule()
    def the_workers_do_what_waits(self) -> None:
        """Messages, vault, sums; twice is once."""
        with self._pinned():
            for _attempt in range(5):
                try:
                    run_waiting(1000)
                except Unavailable:
                    continue
                break
        self._caught_up()
        for f in self.files:
            kept = dict(Holding.objects.filter(dossier=f.id).values_list("origin", "state"))
            ended = Result.objects.filter(dossier=f.id, state__in=["active", "revoked", "superseded"])
            assert kept == dict(ended.values_list("id", "state"))

    def _caught_up(self) -> None:
        """The workers made the signatures that were ordered: the clerk notes it."""
        for f in self.files:
            result = f.under_way
            made = set() if result is None else self._made(f)
            if result is not None and "person" in made and result.state == "preparing":
                result.state = "signing"
                f.version += 1
                if not f.over and "sign" in f.box.leads:
                    f.end("sign", self.now)
            if result is not None and "seal" in made:
                result.state = "active"
                f.version += 1
                if result.over is not None and result.over.state == "active":
                    result.over.state = "superseded"
                self._verifies(f)

    def _made(self, f: clerk.File) -> set[str]:
        last = Result.objects.filter(dossier=f.id).order_by("-id")[0]
        return set(last.signatures.exclude(signed_at=None).values_list("kind", flat=True))

    # what holds

    @invariant()
    def the_articles_hold(self) -> None:
        for f in self.files:
            dossier = Dossier.objects.select_related("procedure_version").get(id=f.id)
            told = history(f"dossier:{f.id}")
            assert dossier.version == f.version
            assert _naive(dossier.due_at) == f.paper.due
            assert int(national_status(dossier)) == f.status
            assert dossier.closed == bool(f.over)
            replayed = clocks.replayed(told)
            assert replayed == clocks.happenings(dossier)
            assert reckon(replayed, dossier.deadline, dossier.calendar).due == dossier.due_at
            waiting = Step.objects.filter(dossier=f.id, ended_at=None)
            holder = self.office.people[f.holder].account if f.holder else None
            expected = [(f.task, holder, f.step_due)] if f.task else []
            assert [(s.task, s.holder_id, _naive(s.due_at)) for s in waiting] == expected
            stands = set(Pause.objects.filter(dossier=f.id, ended_at=None).values_list("cause", flat=True))
            assert stands == (set() if f.over else f.paper.stopped - {"papers"})
            versions = [getattr(one.event, "version", 0) for one in told]
            assert {v for v in versions if v} == set(range(1, f.version + 1))
            assert AuditRecord.objects.filter(event__in=[one.envelope.id for one in told]).count() == len(told)
            rows = list(Result.objects.filter(dossier=f.id).order_by("id"))
            assert [row.state for row in rows] == [one.state for one in f.results]
            for row in rows:
                assert (row.file_id is None) == (row.state == "preparing")
                made = set(row.signatures.exclude(signed_at=None).values_list("kind", flat=True))
                assert row.state in ("preparing", "signing") or made == {"person", "seal"}

    # how an act is tried

    def _of(self, n: int) -> clerk.File:
        return self.files[n % len(self.files)]

    def _role(self, f: clerk.File, otherwise: str = "specialist") -> str:
        """Whose the step is now."""
        return otherwise if f.over or f.box.role == "applicant" else f.box.role

    def _key(self, f: clerk.File, role: str, who: str) -> str:
        """Of the two who share a lane: the one who holds the step, or else the first."""
        if who == "second" and f"{role}2" in self.office.people:
            return f"{role}2"
        return f.holder if f.holder in (role, f"{role}2") else role

    def _actor(self, f: clerk.File, role: str, who: str) -> Actor:
        if who in ("applicant", "stranger"):
            return self.office.applicant if who == "applicant" else self.office.stranger
        if role == "applicant":
            return self.office.applicant if who == "right" else self.office.people["specialist"]
        if who == "elsewhere":
            return self.office.elsewhere[role]
        if who == "colleague":
            return self.office.people["clerk" if role != "clerk" else "specialist"]
        return self.office.people[self._key(f, role, who)]

    def _try(
        self,
        f: clerk.File,
        role: str,
        who: str,
        act: Callable[[Actor, int], Any],
        may: bool,
        then: Callable[[], Any],
        cut: bool,
        *,
        holding: bool = True,
        versioned: bool = True,
    ) -> None:
        """It is done exactly when the law, the process and the person allow it; else no row changes."""
        actor = self._actor(f, role, who)
        key = self._key(f, role, who)
        right = actor is (self.office.applicant if role == "applicant" else self.office.people.get(key))
        outside = not right and (who in ("elsewhere", "stranger") or (who == "applicant") or role == "applicant")
        if holding and f.holder and f.holder != key and role != "applicant":
            may = False
        may = may and right
        version = f.version
        once = lambda: act(actor, version)  # noqa: E731
        if cut or not may:
            expected = PowerCut if may else NotFound if outside else Problem
            with pytest.raises(expected) as refused, self._pinned():
                self._nothing(once, cut=cut)
            if f.over and right and versioned and not may:
                assert isinstance(refused.value, Conflict)
            return
        self.tried = key
        with self._pinned():
            once()
        f.version += 1
        then()
        self.again = once if versioned else None

    def _nothing(self, act: Callable[[], Any], *, cut: bool = False) -> None:
        """Whatever comes of it, no row is other than before."""
        before = self.rows.mark()
        try:
            if cut:
                with power_cut():
                    act()
            else:
                act()
        finally:
            assert self.rows.mark() == before

    def _pinned(self) -> Any:
        return clock.pinned(self.now.replace(tzinfo=clock.LOCAL))


def _silent(key: str) -> Any:
    raise Unavailable("no answer")


def _naive(at: datetime | None) -> datetime | None:
    return None if at is None else clock.local(at).replace(tzinfo=None)


CODES_OF: dict[str, list[str]] = {}
for one in [*CODES, *COMMON]:
    CODES_OF.setdefault(known(one).process, []).append(one)


@pytest.fixture
def _checked_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Signatures are checked in this process: the one apart, for strangers' files, has tests of its own."""
    monkeypatch.setattr(service, "check_apart", inspect)
    return None


def test_every_process_of_the_pack_lives() -> None:
    assert sorted(CODES_OF) == clerk.processes()


@pytest.mark.parametrize("agency_level", ["commune", "province"])
@pytest.mark.parametrize("process", clerk.processes())
def test_whatever_is_tried_the_articles_hold(db: None, _checked_here: None, process: str, agency_level: str) -> None:
    codes = [code for code in CODES_OF[process] if level(code) == agency_level]
    if not codes:
        pytest.skip("no procedure of the process at this level")
    with clock.pinned("2025-09-15T08:00:00+07:00"):
        Lives.office = office(agency_level)
    Lives.codes = codes
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=ACTS,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink] if SHRINK else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
