"""The acts about a dossier's time and money: it stands, runs on, and is promised anew."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.proof.lives import clerk
from tests.proof.lives.trying import CUT, WHICH, WHO, Trying, Which, when
from tinhso.dossiers import actions
from tinhso.dossiers.models import Pause
from tinhso.dossiers.tests.articles import works
from tinhso.kernel.policy import Actor

#: Which charge of a dossier.
FEE = st.integers(0, 2)
#: An act about whichever dossier it is.
About = Callable[[clerk.File], Callable[[Actor, int], Any]]


class TimeAndMoney(Trying):
    """Suspended and resumed, the applicant's own waits, fees, the one apology."""

    @when(lambda f: f.runs and not f.results)
    @rule(n=WHICH, who=WHO, cut=CUT)
    def suspend(self, n: Which, who: str, cut: bool) -> None:
        act = lambda f: lambda a, v: actions.suspend(a, f.id, reason="Chờ", version=v)  # noqa: E731
        self._stop(n, "leader", "suspension", who, act, cut)

    @when(lambda f: "suspension" in f.paper.stopped)
    @rule(n=WHICH, who=WHO, cut=CUT)
    def resume(self, n: Which, who: str, cut: bool) -> None:
        act = lambda f: lambda a, v: actions.resume(a, f.id, note="Rồi", version=v)  # noqa: E731
        self._run_on(n, "leader", "suspension", who, act, cut)

    @when(lambda f: f.runs and not f.results)
    @rule(n=WHICH, who=WHO, cut=CUT)
    def await_applicant(self, n: Which, who: str, cut: bool) -> None:
        act = lambda f: lambda a, v: actions.await_applicant(a, f.id, reason="Chờ", version=v)  # noqa: E731
        self._stop(n, "specialist", "applicant", who, act, cut)

    @when(lambda f: "applicant" in f.paper.stopped)
    @rule(n=WHICH, who=WHO, cut=CUT)
    def applicant_ready(self, n: Which, who: str, cut: bool) -> None:
        act = lambda f: lambda a, v: actions.applicant_ready(a, f.id, version=v)  # noqa: E731
        self._run_on(n, "specialist", "applicant", who, act, cut)

    def _stop(
        self,
        n: Which,
        role: str,
        why: str,
        who: str,
        act: About,
        cut: bool,
    ) -> None:
        f = self._of(n)
        may = f.received and not f.over and not f.paper.stopped and not f.results
        self._try(f, role, who, act(f), may, lambda: f.stop(why, self.now), cut, holding=False)

    def _run_on(
        self,
        n: Which,
        role: str,
        why: str,
        who: str,
        act: About,
        cut: bool,
    ) -> None:
        f = self._of(n)
        may = not f.over and why in f.paper.stopped
        self._try(f, role, who, act(f), may, lambda: f.run_on(why, self.now), cut, holding=False)

    # money

    @when(lambda f: f.runs)
    @rule(n=WHICH, who=WHO, cut=CUT, computed=st.booleans())
    def ask_fee(self, n: Which, who: str, cut: bool, computed: bool) -> None:
        """By hand, or the charge that the table computed without an amount that was verified."""
        f = self._of(n)
        asked: list[Pause] = []
        row = next((one for one in f.fees if one.computed), None) if computed else None

        def then() -> None:
            f.stop("fee", self.now)
            f.asker = self.tried
            if row is None:
                f.fees.append(clerk.Fee(asked[-1].fees.get().id))
            else:
                row.state, row.holds = "waiting", True

        def act(actor: Actor, version: int) -> None:
            fee = row and row.id
            asked.append(actions.ask_fee(actor, f.id, amount=8000, reason="Phí", version=version, fee=fee))

        may = f.received and not f.over and not f.paper.stopped and f.under_way is None
        may = may and (row is None or row.state == "open")
        self._try(f, "receiver", who, act, may, then, cut, holding=False)

    @when(lambda f: "fee" in f.paper.stopped)
    @rule(n=WHICH, who=WHO, cut=CUT)
    def settle_fee(self, n: Which, who: str, cut: bool) -> None:
        """Paid elsewhere; another says so than who asked."""
        f = self._of(n)
        receipt = f"KB {f.id}"

        def then() -> None:
            f.run_on("fee", self.now)
            for fee in f.fees:
                fee.state = "paid" if fee.state == "waiting" and fee.holds else fee.state

        act = lambda a, v: actions.settle_fee(a, f.id, receipt_number=receipt, version=v)  # noqa: E731
        may = not f.over and "fee" in f.paper.stopped and self._key(f, "receiver", who) != f.asker
        self._try(f, "receiver", who, act, may, then, cut, holding=False)

    @when(lambda f: any(fee.state in ("open", "free") and fee.grounds for fee in f.fees))
    @rule(n=WHICH, k=FEE, who=WHO, cut=CUT, back=st.booleans())
    def exempt(self, n: Which, k: int, who: str, cut: bool, back: bool) -> None:
        """A ground of exemption was seen proven, or is taken back."""
        f = self._of(n)
        if not f.fees:
            return
        fee = f.fees[k % len(f.fees)]
        claim = "" if back else (fee.grounds or ("Người quen",))[k % max(1, len(fee.grounds))]

        def then() -> None:
            fee.state = fee.computed if back else "free"

        act = lambda a, v: actions.exempt(a, f.id, fee.id, claim=claim, note="Giấy số 12", version=v)  # noqa: E731
        may = not f.over and fee.state in ("open", "free") and (back or bool(fee.grounds))
        self._try(f, "receiver", who, act, may, then, cut, holding=False)

    @precondition(lambda self: any(f.fees for f in self.files))
    @rule(n=WHICH, k=FEE, who=WHO, cut=CUT)
    def drop_fee(self, n: Which, k: int, who: str, cut: bool) -> None:
        f = self._of(n)
        if not f.fees:
            return
        fee = f.fees[k % len(f.fees)]

        def then() -> None:
            fee.state = "dropped"
            self._settled(f, fee)

        act = lambda a, v: actions.drop_fee(a, f.id, fee.id, reason="Thôi", version=v)  # noqa: E731
        may = not f.over and fee.state in ("open", "waiting")
        self._try(f, "receiver", who, act, may, then, cut, holding=False)

    @precondition(lambda self: any(f.fees for f in self.files))
    @rule(n=WHICH, k=FEE, who=WHO, cut=CUT)
    def collect(self, n: Which, k: int, who: str, cut: bool) -> None:
        """The cashier takes the money, once: the same hands again get the same receipt."""
        f = self._of(n)
        if not f.fees:
            return
        fee = f.fees[k % len(f.fees)]

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
    def void_receipt(self, n: Which, who: str, cut: bool, refund: bool) -> None:
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
                fee.state, fee.holds = "waiting", not f.over and not f.paper.stopped and f.under_way is None
                if fee.holds:
                    f.stop("fee", self.now)
                    f.asker = self.tried

        act = lambda a, v: actions.void_receipt(a, payment, reason="Nhầm", refund=refund)  # noqa: E731
        self._try(f, "leader", who, act, True, then, cut, holding=False, versioned=False)

    def _settled(self, f: clerk.File, fee: clerk.Fee) -> None:
        if fee.holds and not f.over:
            f.run_on("fee", self.now)

    @when(lambda f: f.of.verified and f.runs and not f.extended)
    @rule(n=WHICH, who=WHO, cut=CUT, days=st.integers(0, 12))
    def extend(self, n: Which, who: str, cut: bool, days: int) -> None:
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
