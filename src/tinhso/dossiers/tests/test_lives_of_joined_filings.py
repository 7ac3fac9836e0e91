"""Random lives of joined filings: whatever is done to the parts, in whatever order, by the applicant, the office or the
agencies outside, each part begins exactly when what it waits for is done, runs on a clock of its own, and nothing is
handed out before its time.

The model reads the pack's YAML itself and counts the due times with `articles`. How many lives: `TINHSO_LIVES` for each
joined procedure (default 12), of `TINHSO_ACTS` acts (default 60).
"""

import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
import yaml
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.proof.lives import clerk
from tests.proof.lives.watching import not_audited_once, numbers_with_gaps

from tinhso.dossiers import actions, queries
from tinhso.dossiers.joined import moving
from tinhso.dossiers.models import Dossier, Joint, JointPart, Paper
from tinhso.dossiers.tests import articles, joined
from tinhso.dossiers.tests.conftest import actor_of
from tinhso.dossiers.tests.test_counter import known_mother, present
from tinhso.dossiers.tests.test_joined_counter import filled
from tinhso.kernel import clock
from tinhso.kernel.errors import Problem
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency

pytestmark = pytest.mark.proof

LIVES, ACTS = int(os.environ.get("TINHSO_LIVES", "12")), int(os.environ.get("TINHSO_ACTS", "60"))
UNIT = "31108"
OPTIONAL = {joined.BIRTH: ["residence", "card"], joined.DEATH: ["removal", "funeral"]}
OVER = ("done", "refused", "withdrawn", "dropped")
WHICH = st.integers(0, 2)


@dataclass
class Part:
    """One part as the model sees it. ``paper``: its own clock, for a part that is a dossier."""

    key: str
    after: list[str]
    outside: bool
    paper: articles.Paper | None
    state: str = "waiting"
    received: bool = False
    sent: bool = False
    returned: bool = False


@dataclass
class Model:
    parts: list[Part]
    each: bool = False
    received: bool = False

    def of(self, key: str) -> Part:
        return next(part for part in self.parts if part.key == key)

    def follow(self, now: datetime) -> None:
        """What waits begins or falls; what begins after the counter received the whole is received with it."""
        known = {part.key for part in self.parts}
        for part in self.parts:
            before = [self.of(key).state for key in part.after if key in known]
            if part.state == "waiting" and any(state in ("refused", "withdrawn", "dropped") for state in before):
                part.state = "dropped"
            elif part.state == "waiting" and all(state == "done" for state in before):
                part.state = "open"
            if part.state == "open" and part.paper is not None and self.received and not part.received:
                part.received = True
                part.paper.begin(now)

    @property
    def carrier(self) -> Part | None:
        """The part whose hand-out is that of all: the first dossier with a result."""
        return next((part for part in self.parts if part.paper is not None and part.state == "done"), None)

    def may_hand_out(self, part: Part) -> bool:
        if part.state != "done" or part.returned or part.paper is None:
            return False
        return self.each or (self.carrier is part and all(other.state in OVER for other in self.parts))

    @property
    def over(self) -> bool:
        return all(p.state in OVER and (p.paper is None or p.state != "done" or p.returned) for p in self.parts)


def read(key: str, chosen: list[str]) -> Model:
    """The pack's own file, with the chosen parts."""
    facts = yaml.safe_load((clerk.PACK / "joined" / key / "joined.yaml").read_text(encoding="utf-8"))
    parts = []
    for one in facts["parts"]:
        if one.get("optional") and one["key"] not in chosen:
            continue
        outside = "outside" in one
        term = None if outside else clerk.procedure(one["procedure"], UNIT).term
        parts.append(Part(one["key"], one.get("after", []), outside, None if term is None else articles.Paper(term)))
    return Model(parts)


class JoinedLives(RuleBasedStateMachine):
    """One joined filing, worked on at random."""

    key: ClassVar[str]
    agency: ClassVar[Agency]
    tally: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.now = datetime(2026, 11, 9, 8)

    def teardown(self) -> None:
        try:
            assert not_audited_once() == []
            assert numbers_with_gaps() == []
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    @initialize(data=st.data(), each=st.booleans(), counter=st.booleans())
    def filed(self, data: st.DataObject, each: bool, counter: bool) -> None:
        optional = OPTIONAL[self.key]
        chosen = data.draw(st.lists(st.sampled_from(optional), min_size=1, unique=True), label="parts")
        counter = counter and self.key == joined.DEATH
        self.model = read(self.key, optional if counter else chosen)
        self.applicant = actor_of("me.hontre@vidu.vn")
        with self._pinned():
            if counter:
                receiver = actor_of("hontre.tiepnhan")
                self.joint = filled(receiver, self.agency, present(receiver, self.agency, known_mother()))
                actions.file_joint_at_counter(receiver, self.joint.id)
                self.model.received = True
            else:
                form = joined.birth if self.key == joined.BIRTH else joined.death
                without = [part for part in optional if part not in chosen]
                self.joint = form(self.applicant, self.agency, without=without, return_each=each)
                actions.submit_joint(self.applicant, self.joint.id)
                self.model.each = each
        self._follow()

    # the clock and the workers

    @rule(minutes=st.sampled_from([1, 59, 180, 8 * 60, 24 * 60, 3 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def moved_on_again(self) -> None:
        """A reaction runs at least once: again nothing changes."""
        before = list(Dossier.objects.order_by("id").values()), list(JointPart.objects.order_by("id").values())
        with self._pinned():
            moving.advance(self.joint.id)
        after = list(Dossier.objects.order_by("id").values()), list(JointPart.objects.order_by("id").values())
        assert after == before

    # the office

    @rule(n=WHICH)
    def receive(self, n: int) -> None:
        part = self._dossier(n)
        may = part.state == "open" and not part.received

        def then() -> None:
            self.model.received = part.received = True
            assert part.paper is not None
            part.paper.begin(self.now)

        self._try("received", may, part, lambda one: joined.receive(one), then)

    def work(self, n: int) -> None:
        part = self._dossier(n)
        may = part.state == "open" and part.received

        def then() -> None:
            part.state = "done"

        self._try("issued", may, part, lambda one: joined.issue(one), then)

    # twice, for in each life some rules are left out by lot
    works = rule(n=WHICH)(work)
    works_too = rule(n=WHICH)(work)

    @rule(n=WHICH, times=st.integers(0, 3))
    def refuse(self, n: int, times: int) -> None:
        if times:
            return  # not every life ends young
        part = self._dossier(n)

        def then() -> None:
            part.state = "refused"

        self._try("refused", part.state == "open", part, lambda one: joined.refuse(one), then)

    @rule(n=WHICH)
    def hand_out(self, n: int) -> None:
        part = self._dossier(n)

        def then() -> None:
            part.returned = True
            for other in self.model.parts if not self.model.each and part is self.model.carrier else ():
                other.returned = other.returned or (other.paper is not None and other.state == "done")

        self._try("handed out", self.model.may_hand_out(part), part, lambda one: joined.hand_out(one), then)

    @rule(n=WHICH)
    def send_outside(self, n: int) -> None:
        part = self._outside(n)
        if part is None:
            return

        def then() -> None:
            part.sent = True

        row = JointPart.objects.get(joint=self.joint, key=part.key)
        act = lambda: actions.send_outside(actor_of("hontre.tiepnhan"), row.id)  # noqa: E731
        self._do("sent outside", part.state == "open" and not part.sent, act, then)

    @rule(n=WHICH, done=st.booleans())
    def answer_outside(self, n: int, done: bool) -> None:
        part = self._outside(n)
        if part is None:
            return

        def then() -> None:
            part.state = "done" if done else "refused"

        row = JointPart.objects.get(joint=self.joint, key=part.key)
        office = actor_of("hontre.tiepnhan")
        act = lambda: actions.answer_outside(office, row.id, done=done, reference="1/CT", text="Thiếu")  # noqa: E731
        self._do("answered outside", part.state == "open" and part.sent, act, then)

    # the applicant

    @rule(n=WHICH, times=st.integers(0, 4))
    def withdraw(self, n: int, times: int) -> None:
        if times:
            return
        part = self.model.parts[n % len(self.model.parts)]

        def then() -> None:
            part.state = "withdrawn"

        act = lambda: actions.withdraw_part(self.applicant, self.joint.id, part.key)  # noqa: E731
        self._do("withdrawn", part.state in ("waiting", "open") and not part.sent, act, then)

    @rule(each=st.booleans())
    def choose(self, each: bool) -> None:
        act = lambda: actions.choose_return(self.applicant, self.joint.id, each=each)  # noqa: E731
        may = not self.model.over

        def then() -> None:
            self.model.each = each
            carrier = self.model.carrier
            if not each and carrier is not None and carrier.returned:
                for part in self.model.parts:
                    part.returned = part.returned or (part.paper is not None and part.state == "done")

        self._do("chose", may, act, then)

    # what holds

    @invariant()
    def the_whole_holds(self) -> None:
        joint = Joint.objects.get(id=self.joint.id)
        rows = {row.key: row for row in JointPart.objects.filter(joint=joint).select_related("dossier")}
        assert {key: row.state for key, row in rows.items()} == {p.key: p.state for p in self.model.parts}
        first = rows[self.model.parts[0].key].dossier
        assert first is not None
        assert joint.code == first.code
        assert (joint.closed_at is not None) == self.model.over
        for part in self.model.parts:
            dossier = rows[part.key].dossier
            began = rows[part.key].began_at is not None
            assert (dossier is not None) == (began and not part.outside)
            if dossier is None or part.paper is None:
                continue
            assert (dossier.received_at is not None) == part.received
            due = part.paper.due if part.state in ("open", "done") and not part.returned else None
            if due is not None:
                assert dossier.due_at is not None
                assert clock.local(dossier.due_at).replace(tzinfo=None) == due
            assert (dossier.phase == "returned") == part.returned
            assert dossier.results.filter(state="active").exists() == (part.state == "done")
        assert Paper.objects.filter(about=f"joint:{joint.id}").count() <= 1
        assert [part.state for part in queries.joint(self.applicant, joint.id).parts] == [
            part.state for part in self.model.parts
        ]

    # how

    def _dossier(self, n: int) -> Part:
        own = [part for part in self.model.parts if part.paper is not None]
        going = [part for part in own if part.state == "open"]
        return (going or own)[n % len(going or own)]

    def _outside(self, n: int) -> Part | None:
        those = [part for part in self.model.parts if part.outside]
        return those[n % len(those)] if those else None

    def _try(self, name: str, may: bool, part: Part, act: Callable[[Dossier], Any], then: Callable[[], None]) -> None:
        row = JointPart.objects.select_related("dossier").get(joint=self.joint, key=part.key)
        if row.dossier is None:
            assert not may
            return
        dossier = row.dossier
        self._do(name, may, lambda: act(dossier), then)

    def _do(self, name: str, may: bool, act: Callable[[], Any], then: Callable[[], None]) -> None:
        """It is done exactly when the model allows it."""
        if not may:
            with pytest.raises(Problem), self._pinned(), transaction.atomic():
                act()
            self.tally["refused to do"] += 1
            return
        with self._pinned():
            act()
        then()
        self.tally[name] += 1
        self._follow()

    def _follow(self) -> None:
        with self._pinned():
            run_waiting(1000)
        self.model.follow(self.now)

    def _pinned(self) -> Any:
        return clock.pinned(self.now.replace(tzinfo=clock.LOCAL))


def test_the_model_knows_every_joined_procedure_of_the_pack() -> None:
    assert {path.parent.name for path in clerk.PACK.glob("joined/*/joined.yaml")} == set(OPTIONAL)


@pytest.mark.parametrize("key", sorted(OPTIONAL))
def test_whatever_is_done_each_part_begins_in_its_turn(
    mother: Actor, agency: Agency, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    JoinedLives.key, JoinedLives.agency, JoinedLives.tally = key, agency, Counter()
    run_state_machine_as_test(
        JoinedLives,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=ACTS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    with capsys.disabled():
        told = ", ".join(f"{act} {times}" for act, times in JoinedLives.tally.most_common())
        sys.stdout.write(f"\n{key}: {told}")
