"""The acts about what another agency is asked: content, its share of the time, its answer."""

from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.proof.lives.trying import CUT, WHICH, WHO, Trying, Which, when
from tests.proof.lives.watching import PowerCut
from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Opinion
from tinhso.dossiers.tests.articles import walk
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound, Problem

#: Who tries to answer: mostly the agency that is asked.
ANSWERS = st.sampled_from(["asked"] * 6 + ["specialist", "leader", "stranger", "applicant"])


class Opinions(Trying):
    """Asked within the time of the whole, answered once by who is asked, of no use once there is a result."""

    @when(lambda f: f.runs and not f.issued and not f.under_way and not f.question)
    @rule(n=WHICH, who=WHO, cut=CUT, hours=st.integers(1, 16))
    def ask_opinion(self, n: Which, who: str, cut: bool, hours: int) -> None:
        f = self._of(n)
        asked: list[Opinion] = []
        ends, whole = walk(self.now, hours * 60), f.paper.due if f.of.verified else None
        may = f.received and not f.over and not f.paper.stopped and not f.issued and not f.question
        may = may and f.under_way is None and not (whole is not None and self.now < whole < ends)

        def then() -> None:
            f.question, f.question_ends = asked[-1].id, ends

        where = self.office.elsewhere["specialist"]
        (grant,) = where.grants
        question = actions.Question("Có ý kiến gì?", hours, "hours", agency=grant.scope)
        act = lambda a, v: asked.append(actions.ask_opinion(a, f.id, question, version=v))  # noqa: E731
        self._try(f, "specialist", who, act, may, then, cut, holding=False)

    @precondition(lambda self: any(f.question for f in self.files))
    @rule(n=WHICH, who=WHO, cut=CUT)
    def take_back_opinion(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        if f.question is None:
            return
        one = f.question
        act = lambda a, v: actions.take_back_opinion(a, f.id, one, reason="Đã rõ", version=v)  # noqa: E731
        self._try(f, "specialist", who, act, not f.over and not f.issued, lambda: f.forget(), cut, holding=False)

    @precondition(lambda self: any(f.question for f in self.files))
    @rule(n=WHICH, who=ANSWERS, cut=CUT)
    def give_opinion(self, n: Which, who: str, cut: bool) -> None:
        f = self._of(n)
        if f.question is None:
            return
        one, people = f.question, self.office.people
        actor = {
            "asked": self.office.elsewhere["specialist"],
            "specialist": people["specialist"],
            "leader": people["leader"],
            "stranger": self.office.stranger,
            "applicant": self.office.applicant,
        }[who]
        answer = actions.Answer("agrees", "Không có.")
        act: Callable[[], object] = lambda: actions.give_opinion(actor, one, answer)  # noqa: E731
        may = who == "asked" and not f.over and not f.issued
        if cut or not may:
            expected = PowerCut if may else Problem if who == "asked" else NotFound
            with pytest.raises(expected), self._pinned():
                self._nothing(act, cut=cut)
            return
        with self._pinned():
            waiting, _more = queries.opinions_waiting(actor, limit=50)
            (mine,) = [row for row in waiting if row.id == one]
            assert mine.due.at == f.question_ends.replace(tzinfo=clock.LOCAL)
            act()
        f.version += 1
        f.forget()
        self.tally["give_opinion"] += 1
