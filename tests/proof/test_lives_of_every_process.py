"""Random applicants, officials, clocks, faults and retries through every process of the pack: whatever is tried, in
whatever order, by whomever, the articles hold.

After every rule: the due time of the whole and of the step equal the clerk's own (`lives.clerk`: the articles, minute
by minute, over the drawing as XML), so paused time was not counted; the trail alone gives the same; the version rose by
one for each act and each version has an event; an act that was refused, torn off or done again changed no row; nothing
acts on a closed dossier; a result in force has signatures that verify. At the end: every event stands in the audit
trail exactly once, no book has a gap.

Each life begins with up to three procedures that share a process, one dossier of each at one office; together they are
all procedures of the pack. How many lives: `TINHSO_LIVES` for each three (default 2), of `TINHSO_ACTS` acts (default
40). A failure prints the acts that led to it; with `TINHSO_SHRINK=yes` it looks some minutes for the fewest.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.proof.lives import clerk
from tests.proof.lives.issuing import Issuing
from tests.proof.lives.office import file, holds, known, level, mornings, office
from tests.proof.lives.opinions import Opinions
from tests.proof.lives.time import TimeAndMoney
from tests.proof.lives.trying import WHICH
from tests.proof.lives.way import AlongTheProcess
from tinhso.dossiers import clocks
from tinhso.dossiers.models import Dossier, FeeDue, Pause, Result, Step
from tinhso.dossiers.reckoning import reckon
from tinhso.dossiers.statuses import national_status
from tinhso.dossiers.tests.articles import DAY, MINUTE, Paper
from tinhso.dossiers.tests.test_each_procedure import CODES, COMMON
from tinhso.kernel import clock
from tinhso.kernel.errors import Stale
from tinhso.kernel.events import history
from tinhso.kernel.models import AuditRecord
from tinhso.kernel.signing import service
from tinhso.kernel.signing.check import inspect

pytestmark = pytest.mark.proof

LIVES, ACTS = int(os.environ.get("TINHSO_LIVES", "2")), int(os.environ.get("TINHSO_ACTS", "40"))
SHRINK = os.environ.get("TINHSO_SHRINK") == "yes"


class Lives(AlongTheProcess, TimeAndMoney, Issuing, Opinions):
    """All of it, the clock, and what holds after each rule."""

    @initialize(data=st.data())
    def first(self, data: st.DataObject) -> None:
        """One of each procedure, in any order."""
        together = set.intersection(*(set(mornings(code)) for code in self.codes))
        self.now = data.draw(st.sampled_from(sorted(together)), label="morning")
        for code in data.draw(st.permutations(self.codes), label="procedures"):
            self._file(code, counter=data.draw(st.booleans(), label="at the counter"))

    @precondition(lambda self: len(self.files) < 3)
    @rule(data=st.data(), counter=st.booleans())
    def another(self, data: st.DataObject, counter: bool) -> None:
        """One more, which takes the next numbers of the same books."""
        code = data.draw(st.sampled_from(self.codes), label="procedure")
        if holds(code, self.now):
            self._file(code, counter=counter)

    def _file(self, code: str, *, counter: bool) -> None:
        of = known(code)
        with self._pinned():
            dossier, send = file(self.office, code, counter=counter)
            before = self.rows.mark()
            assert send().id == dossier.id
        assert self.rows.mark() == before
        kept = clerk.File(dossier.id, of, self.now, Paper(of.term), of.way.first)
        self.files.append(kept)
        self.filed[code] += 1
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

    def go_on(self, n: int, times: int) -> None:
        """What comes next, by whoever is right: so that lives come to their end."""
        f = self._of(n)
        for _step in range(times):
            if not f.over and not f.held:
                self._next(f)
                self.the_articles_hold()

    # several times, for in each life some rules are left out by lot
    goes_on = rule(n=WHICH, times=st.integers(1, 6))(go_on)
    goes_further = rule(n=WHICH, times=st.integers(1, 6))(go_on)
    goes_to_its_end = rule(n=WHICH, times=st.just(9))(go_on)

    def _next(self, f: clerk.File) -> None:
        kind = f.box.kind
        if kind == "receive":
            self.receive(f, "right", False)
        elif kind == "supplement":
            self.answer(f, "right", False)
        elif kind == "sign":
            if f.under_way is None:
                self.sign(f, "right", False)
            self.make_signature(f, False)
        elif kind == "seal_return":
            if f.under_way is not None:
                if not f.under_way.sealing and f.under_way.state == "signing":
                    self.seal(f, "right", False)
                self.make_signature(f, False)
            self.hand_out(f, "right", False)
        else:
            if kind == "post" and f.step_due is not None:
                self.now = max(self.now, f.step_due)
            self.propose(f, "right", False, True)

    @precondition(lambda self: self.again is not None)
    @rule()
    def the_same_click_again(self) -> None:
        """With the version that was on the screen then: refused as stale, and nothing changes."""
        assert self.again is not None
        with pytest.raises(Stale), self._pinned():
            self._nothing(self.again)

    # what holds

    @invariant()
    def the_articles_hold(self) -> None:
        """What held holds while no row changes."""
        self.steps += 1
        mark = self.rows.mark()
        if mark != self.held:
            self._look_at_all()
            self.held = mark

    def _look_at_all(self) -> None:
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
            assert dict(FeeDue.objects.filter(dossier=f.id).values_list("id", "state")) == {
                fee.id: fee.state for fee in f.fees
            }
            versions = [getattr(one.event, "version", 0) for one in told]
            assert {v for v in versions if v} == set(range(1, f.version + 1))
            assert AuditRecord.objects.filter(event__in=[one.envelope.id for one in told]).count() == len(told)
            rows = list(Result.objects.filter(dossier=f.id).order_by("id"))
            assert [row.state for row in rows] == [one.state for one in f.results]
            for row in rows:
                assert (row.file_id is None) == (row.state == "preparing")
                made = set(row.signatures.exclude(signed_at=None).values_list("kind", flat=True))
                assert row.state in ("preparing", "signing") or made == {"person", "seal"}


def _naive(at: datetime | None) -> datetime | None:
    return None if at is None else clock.local(at).replace(tzinfo=None)


CODES_OF: dict[str, list[str]] = {}
for code in [*CODES, *COMMON]:
    CODES_OF.setdefault(known(code).process, []).append(code)


@pytest.fixture(autouse=True)
def _checked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures are checked in this process: the one apart, for strangers' files, has tests of its own."""
    monkeypatch.setattr(service, "check_apart", inspect)


def test_every_process_of_the_pack_lives() -> None:
    assert sorted(CODES_OF) == clerk.processes()


def threes(codes: list[str]) -> Iterator[list[str]]:
    """Up to three each whose examples hold on some day together; those that hold on few days first."""
    left = sorted(codes, key=lambda code: (len(mornings(code)), code))
    while left:
        taken: list[str] = []
        for code in left:
            if len(taken) < 3 and set.intersection(*(set(mornings(one)) for one in [*taken, code])):
                taken.append(code)
        yield taken
        left = [code for code in left if code not in taken]


@pytest.mark.parametrize(
    ("process", "agency_level"),
    sorted({(process, level(code)) for process, codes in CODES_OF.items() for code in codes}),
)
def test_whatever_is_tried_the_articles_hold(
    db: None, capsys: pytest.CaptureFixture[str], process: str, agency_level: str
) -> None:
    codes = [code for code in CODES_OF[process] if level(code) == agency_level]
    with clock.pinned("2025-09-15T08:00:00+07:00"):
        Lives.office = office(agency_level)
    Lives.tally, Lives.filed = Counter(), Counter()
    for Lives.codes in threes(codes):
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
    assert {code for code in codes if not Lives.filed[code]} == set(), "no life has these procedures"
    with capsys.disabled():
        told = ", ".join(f"{act} {times}" for act, times in Lives.tally.most_common())
        sys.stdout.write(f"\n{process}, {agency_level}, {len(codes)} of the pack: {told}")
