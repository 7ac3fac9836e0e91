"""The acts about the result: signed, sealed, handed out, revoked, issued anew; and the workers behind."""

from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.proof.lives import clerk
from tests.proof.lives.trying import CUT, WHICH, WHO, Trying, Which, when
from tests.proof.lives.watching import told_at_last, torn_reaction
from tinhso.dossiers import actions, queries, signature
from tinhso.dossiers.models import Result, SigningSession
from tinhso.dossiers.verification import verify_result
from tinhso.kernel.errors import Unavailable
from tinhso.kernel.jobs import run_waiting
from tinhso.vault.models import Holding


class Issuing(Trying):
    """Nothing is in force without both signatures, and what is in force verifies."""

    @when(lambda f: f.may("sign"))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def sign(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)

        def then() -> None:
            f.results.append(clerk.Result())
            f.holder, f.working = self.tried, True

        act = lambda a, v: actions.sign(a, f.id, version=v)  # noqa: E731
        self._try(f, self._role(f, "leader"), who, act, f.may("sign") and f.under_way is None, then, cut)

    @precondition(lambda self: any(f.under_way for f in self.files))
    @rule(n=WHICH, silent=st.sampled_from([False, False, True]))
    def make_signature(self, n: Which, silent: bool) -> None:
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

    @when(lambda f: f.under_way is not None and not f.under_way.sealing)
    @rule(n=WHICH, who=WHO, cut=CUT)
    def seal(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        result = f.under_way

        def then() -> None:
            assert result is not None
            result.sealing = True

        may = result is not None and result.state == "signing" and not result.sealing
        act = lambda a, v: actions.seal(a, f.id, version=v)  # noqa: E731
        self._try(f, "clerk", who, act, may, then, cut, holding=False)

    @when(lambda f: f.may("return_result") and f.in_force is not None)
    @rule(n=WHICH, who=WHO, cut=CUT)
    def hand_out(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        may = f.may("return_result") and f.in_force is not None
        act = lambda a, v: actions.return_result(a, f.id, version=v)  # noqa: E731
        self._try(f, "clerk", who, act, may, lambda: f.close("returned"), cut)

    @precondition(lambda self: any(f.issued for f in self.files))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def revoke(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        result = f.in_force

        def then() -> None:
            assert result is not None
            result.state = "revoked"

        act = lambda a, v: actions.revoke_result(a, f.id, reason="Sai", version=v)  # noqa: E731
        self._try(f, "leader", who, act, result is not None, then, cut, holding=False)

    @precondition(lambda self: any(f.issued for f in self.files))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def reissue(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        act = lambda a, v: actions.reissue_result(a, f.id, reason="Hỏng", version=v)  # noqa: E731
        then = lambda: f.results.append(clerk.Result(over=f.results[-1]))  # noqa: E731
        self._try(f, "leader", who, act, bool(f.results) and f.under_way is None, then, cut, holding=False)

    @rule(breaks=st.sampled_from([False, False, True]))
    def the_workers_do_what_waits(self, breaks: bool) -> None:
        """Messages, vault, sums; once, also when what keeps the result in the vault breaks and is tried again."""
        with self._pinned():
            with torn_reaction("dossiers.keep_result") if breaks else nullcontext():
                run_waiting(1000)
            told_at_last()
            run_waiting(1000)
        self._caught_up()
        for f in self.files:
            kept = Holding.objects.filter(dossier=f.id).order_by("origin").values_list("origin", "state")
            ended = Result.objects.filter(dossier=f.id, state__in=["active", "revoked", "superseded"]).order_by("id")
            assert list(kept) == list(ended.values_list("id", "state"))

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


def _silent(key: str) -> Any:
    raise Unavailable("no answer")
