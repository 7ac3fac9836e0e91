"""The acts that move a dossier along its process."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.proof.lives import clerk
from tests.proof.lives.office import holds
from tests.proof.lives.trying import CUT, WHICH, WHO, Trying, Which, when
from tinhso.dossiers import actions
from tinhso.dossiers.actions import Point
from tinhso.dossiers.models import Dossier, FeeDue, Refusal
from tinhso.kernel.policy import Actor


class AlongTheProcess(Trying):
    """Received, claimed, handed over, asked about, passed, sent back, refused, withdrawn."""

    @when(lambda f: f.may("accept"))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def receive(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        act = lambda a, v: actions.receive(a, f.id, version=v)  # noqa: E731
        self._try(f, "receiver", who, act, f.may("accept"), lambda: self._received(f), cut)

    def _received(self, f: clerk.File) -> None:
        f.end("accept", self.now)
        f.received = True
        f.paper.begin(self.now)
        computed = list(FeeDue.objects.filter(dossier=f.id).order_by("number").values_list("id", "code", "state"))
        assert [code for _id, code, _state in computed] == [charge.code for charge in f.of.charges]
        for (id, _code, state), charge in zip(computed, f.of.charges, strict=True):
            assert state in ("open", "free")  # no amount of the pack is verified
            f.fees.append(clerk.Fee(id, state, holds=False, computed=state, grounds=charge.grounds))

    @when(lambda f: bool(f.task))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def claim(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        may = not f.over and f.box.role != "applicant" and not f.holder

        def then() -> None:
            f.holder, f.working = self.tried, f.received

        act = lambda a, v: actions.claim(a, f.id, version=v)  # noqa: E731
        self._try(f, self._role(f), who, act, may, then, cut, holding=False)

    @when(lambda f: bool(f.task))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def hand_over(self, n: Which, who: str, cut: bool) -> None:
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

    @when(lambda f: f.may("supplement"))
    @rule(n=WHICH, who=WHO, cut=CUT, new=st.booleans())
    def ask_papers(self, n: Which, who: str, cut: bool, new: bool) -> None:
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

    @when(lambda f: f.may("answer"))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def answer(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        may = f.may("answer") and "papers" in f.paper.stopped and holds(f.of.code, self.now)

        def then() -> None:
            f.end("answer", self.now)
            f.paper.complete(self.now)
            f.working = f.received

        act = lambda a, v: actions.answer_supplement(a, f.id, text="Đây", version=v)  # noqa: E731
        self._try(f, "applicant", who, act, may, then, cut)

    @when(lambda f: f.may("propose") or f.may("pass"))
    @rule(n=WHICH, who=WHO, cut=CUT, said=st.sampled_from([True] * 5 + [False]))
    def propose(self, n: Which, who: str, cut: bool, said: bool) -> None:
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

    @when(lambda f: f.may("send_back"))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def send_back(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        act = lambda a, v: actions.send_back(a, f.id, note="Xem lại", version=v)  # noqa: E731
        may = f.may("send_back") and f.under_way is None
        self._try(f, self._role(f), who, act, may, lambda: f.end("send_back", self.now), cut)

    @when(lambda f: f.may("refuse"), after=12)
    @rule(n=WHICH, who=WHO, cut=CUT)
    def refuse(self, n: Which, who: str, cut: bool) -> None:
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

    @when(lambda f: not f.over and not f.results, after=12)
    @rule(n=WHICH, who=WHO, cut=CUT)
    def withdraw(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)

        def then() -> None:
            f.close("withdrawn")
            self._let_go(f)

        act = lambda a, v: actions.withdraw(a, f.id, version=v)  # noqa: E731
        self._try(f, "applicant", who, act, not f.over and not f.results, then, cut)

    @when(lambda f: bool(f.over) and not f.rated)
    @rule(n=WHICH, who=WHO, cut=CUT, stars=st.integers(1, 5))
    def rate(self, n: Which, who: str, cut: bool, stars: int) -> None:
        """Once, when it has ended."""
        f = self._of(n)

        def then() -> None:
            f.rated = True

        act = lambda a, v: actions.rate(a, f.id, stars=stars, version=v)  # noqa: E731
        self._try(f, "applicant", who, act, bool(f.over) and not f.rated, then, cut, unseen=True)

    def _let_go(self, f: clerk.File) -> None:
        for fee in f.fees:
            fee.state = "dropped" if fee.state in ("open", "waiting") else fee.state
