"""How an act is tried: by whom, whether it may be, and that nothing changes when it may not."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition

from tests.proof.lives import clerk
from tests.proof.lives.office import Office
from tests.proof.lives.watching import PowerCut, Rows, not_audited_once, numbers_with_gaps, power_cut
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, NotFound, Problem
from tinhso.kernel.policy import Actor

#: A dossier, or the number of one.
Which = int | clerk.File
#: Which dossier; who tries (the right one mostly); whether the power is cut in the act; which day a promise names.
WHICH = st.integers(0, 2)
WHO = st.sampled_from(["right"] * 8 + ["second", "second", "colleague", "elsewhere", "stranger", "applicant"])
CUT = st.sampled_from([False] * 7 + [True])


def when(fits: Callable[[clerk.File], bool], *, after: int = 0) -> Callable[[Any], Any]:
    """The rule is drawn when it fits one of the dossiers, every fourth time whatever they are. ``after``: not before so
    many steps, so that not every life ends young."""
    return precondition(lambda self: self.steps >= after and (self.steps % 4 == 0 or any(fits(f) for f in self.files)))


class Trying(RuleBasedStateMachine):
    """Up to three dossiers of one process at one office, on the clerk's paper; what all rules stand on."""

    office: ClassVar[Office]
    codes: ClassVar[list[str]]
    #: how often each act was done, refused, torn off; how many dossiers there were of each procedure
    tally: ClassVar[Counter[str]]
    filed: ClassVar[Counter[str]]
    now: datetime
    tried: str

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.files: list[clerk.File] = []
        self.steps = 0
        self.again: Callable[[], None] | None = None
        self.rows = Rows()
        self.held: object = None

    def teardown(self) -> None:
        try:
            assert not_audited_once() == []
            assert numbers_with_gaps() == []
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    def _of(self, n: Which) -> clerk.File:
        """One that is not over, mostly."""
        if isinstance(n, clerk.File):
            return n
        going = [f for f in self.files if not f.over and self.steps % 4]
        return (going or self.files)[n % len(going or self.files)]

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
        unseen: bool = False,
    ) -> None:
        """It is done exactly when the law, the process and the person allow it; else no row changes. ``unseen``: the
        version does not tell that it was done."""
        actor = self._actor(f, role, who)
        key = self._key(f, role, who)
        right = actor is (self.office.applicant if role == "applicant" else self.office.people.get(key))
        outside = not right and (who in ("elsewhere", "stranger") or (who == "applicant") or role == "applicant")
        if holding and f.holder and f.holder != key and role != "applicant":
            may = False
        may = may and right
        version = f.version

        def once() -> None:
            act(actor, version)

        if cut or not may:
            expected = PowerCut if may else NotFound if outside else Problem
            with pytest.raises(expected) as refused, self._pinned():
                self._nothing(once, cut=cut)
            self.tally["torn off" if may else "refused"] += 1
            if f.over and right and versioned and not may:
                assert isinstance(refused.value, Conflict)
            return
        self.tried = key
        with self._pinned():
            once()
        self.tally[act.__qualname__.split(".")[1]] += 1
        f.version += 0 if unseen else 1
        then()
        self.again = once if versioned and not unseen else None

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
