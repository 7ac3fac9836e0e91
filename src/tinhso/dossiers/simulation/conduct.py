"""What happens next to an imagined dossier, and when: steps as the BPMN file draws them, in the agency's working time.

The shares below are the simulation's own: no statistics stand behind them.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from tinhso.dossiers import clocks, flow
from tinhso.dossiers.actions.desk import RECORDED
from tinhso.dossiers.models import FeeState, Phase, ResultState, Step
from tinhso.dossiers.pack import ratings
from tinhso.dossiers.simulation.imagined import Imagined
from tinhso.dossiers.simulation.ways import drawn, outcomes
from tinhso.kernel import clock


class Fate(StrEnum):
    """What will be unusual about a dossier; decided when it is filed."""

    USUAL = "usual"
    SLOW = "slow"
    NOT_ACCEPTED = "not_accepted"
    EARLY_SUPPLEMENT = "early_supplement"
    SUPPLEMENT = "supplement"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    EXTENDED = "extended"


#: Of a hundred dossiers; the rest takes its usual way.
SHARES = {
    Fate.SLOW: 6,
    Fate.NOT_ACCEPTED: 3,
    Fate.EARLY_SUPPLEMENT: 4,
    Fate.SUPPLEMENT: 9,
    Fate.REFUSED: 3,
    Fate.WITHDRAWN: 2,
    Fate.SUSPENDED: 2,
    Fate.EXTENDED: 3,
}
#: An official's work on a step takes this part of the time the process gives it, and spreads so (log-normal).
PART, SPREAD = 0.4, 0.7
SLOW_PART = 2.5
USUAL_HOURS = 4  #: of a step to which the process gives no time
RATES = 0.2
ANSWERED = 0.8  #: of those who rate, for each question
RECORD = "Đã lập biên bản, kết quả phù hợp (dữ liệu mẫu)"
ANSWER = "Đồng ý giải quyết theo đề nghị (dữ liệu mẫu)"
REASON = "Lý do nêu trong dữ liệu mẫu"

Act = tuple[datetime, str, dict[str, Any]]


@dataclass(frozen=True)
class Words:
    """What officials ask for, and the ground on which they refuse, as the pack's example of the procedure has it."""

    asked: str
    component: str
    ground: str


def fate(chance: Random) -> Fate:
    thrown = chance.random() * 100
    for each, share in SHARES.items():
        if thrown < share:
            return each
        thrown -= share
    return Fate.USUAL


class Course:
    """The way of one dossier. `next` is asked after each act."""

    def __init__(self, dossier: Imagined, words: Words, begun: datetime, chance: Random) -> None:
        self.it, self.words, self.chance = dossier, words, chance
        self.fate = fate(chance)
        self.rated = False
        self.first = self._filing(begun)

    def _filing(self, at: datetime) -> list[Act]:
        """Everything until it is sent, in the order of the form; latest act first."""
        acts: list[Act] = [(at, "start", {})]
        for verb, things in (("save_topic", list(self.it.filing.data)), ("attach", self.it.filing.papers)):
            for thing in things:
                at += timedelta(seconds=self.chance.randint(40, 240))
                acts.append((at, verb, {"topic" if verb == "save_topic" else "component": thing}))
        acts.append((at + timedelta(seconds=self.chance.randint(30, 300)), "submit", {}))
        return acts[::-1]

    @property
    def sent(self) -> datetime:
        """When it will be sent."""
        return self.first[0][0]

    def next(self, now: datetime) -> Act | None:
        """The next act, after ``now``; None when nothing more happens."""
        if self.first:
            return self.first.pop()
        dossier = self.it.dossier
        if dossier.closed:
            return self._rating(now)
        step = flow.open_steps(dossier)[0]
        may = outcomes(self.it.spec, step.task)
        if "answer" in may:
            return self._answer(now)
        if self.it.pause is not None:
            return self._office(now, 24, "resume", note=REASON)
        undecided = next((row.number for row in self.it.fees if row.state == FeeState.OPEN), None)
        if undecided is not None:
            return self._office(now, 0.2, "drop_fee", number=undecided, reason=REASON)
        if "accept" in may:
            return self._reception(now, step)
        if may & {"pass", "propose"}:
            return self._check(now, step, may)
        if "sign" in may:
            return self._office(now, self._hours(step), "sign")
        if self.it.result is not None and self.it.result.state == ResultState.SIGNING:
            return self._office(now, 0.5, "seal")
        return self._office(now, self._hours(step), "return_result")

    def _rating(self, now: datetime) -> Act | None:
        if self.rated or self.it.dossier.phase != Phase.RETURNED or self.chance.random() > RATES:
            return None
        self.rated = True
        stars = self.chance.choices((5, 4, 3, 2, 1), (60, 25, 8, 4, 3))[0]
        return self._citizen(now, 2, "rate", stars=stars, marks=self._marks(stars))

    def _marks(self, stars: int) -> dict[int, int]:
        """The answers to the criteria that are asked: the best of each with many stars, some left out."""
        asked = [one for one in ratings.asked() if self.chance.random() < ANSWERED]
        points = {one.number: sorted((choice.points for choice in one.choices), reverse=True) for one in asked}
        return {number: best[0] if stars > 3 else self.chance.choice(best) for number, best in points.items()}

    def _answer(self, now: datetime) -> Act:
        if self.chance.random() < 0.04:
            return self._citizen(now, 6, "withdraw", reason=REASON)
        return self._citizen(now, 3, "answer_supplement", text="Đã bổ sung theo yêu cầu (dữ liệu mẫu)")

    def _reception(self, now: datetime, step: Step) -> Act:
        if self.fate is Fate.NOT_ACCEPTED:
            return self._office(now, self._hours(step), "refuse", reason=self.words.ground, text=REASON)
        if self.fate is Fate.EARLY_SUPPLEMENT and not self.it.supplements:
            return self._ask(now, step)
        return self._office(now, self._hours(step), "receive")

    def _check(self, now: datetime, step: Step, may: frozenset[str]) -> Act:
        unusual, self.fate = self.fate, Fate.USUAL if self.fate is not Fate.SLOW else Fate.SLOW
        if unusual is Fate.SUPPLEMENT and "supplement" in may:
            return self._ask(now, step)
        if unusual is Fate.REFUSED and "refuse" in may:
            return self._office(now, self._hours(step), "refuse", reason=self.words.ground, text=REASON)
        if unusual is Fate.WITHDRAWN and "withdraw" in may:
            return self._citizen(now, 0.3, "withdraw", reason=REASON)
        if unusual is Fate.SUSPENDED:
            return self._office(now, 2, "suspend", reason=REASON)
        if unusual is Fate.EXTENDED and (promised := self._extended(now)) is not None:
            return promised
        kind = drawn(self.it.spec, step.task).kind
        at, verb, how = self._office(now, self._hours(step), "propose", text=RECORD if kind in RECORDED else ANSWER)
        if kind == "post" and step.due_at is not None:
            at = max(at, step.due_at + timedelta(minutes=5))
        return at, verb, how

    def _extended(self, now: datetime) -> Act | None:
        act = self._office(now, 1, "extend")
        dossier = self.it.dossier
        with clock.pinned(act[0]):
            due = clocks.due_at(dossier)
            if due is None or clocks.why_not_extend(dossier) is not None:
                return None
            day = max(clock.local(due).date(), clock.today())
        for _day in range(3):
            day = self.it.office.calendar.next_working_day(day)
        return act[0], "extend", {"until": day, "reason": REASON}

    def _ask(self, now: datetime, step: Step) -> Act:
        how = {"text": self.words.asked, "component": self.words.component}
        return self._office(now, self._hours(step), "ask_supplement", **how)

    def _hours(self, step: Step) -> float:
        known = drawn(self.it.spec, step.task)
        hours = known.deadline_hours or (known.deadline_days or 0) * 8 or USUAL_HOURS
        return hours * (SLOW_PART if self.fate is Fate.SLOW else 1)

    def _office(self, now: datetime, hours: float, verb: str, **how: Any) -> Act:
        """An official's act, within working time."""
        minutes = hours * 60 * PART * math.exp(self.chance.gauss(0, SPREAD))
        spent = timedelta(seconds=max(60, round(minutes * 60)))
        return self.it.office.calendar.add_working_time(now, spent).astimezone(now.tzinfo), verb, how

    def _citizen(self, now: datetime, days: float, verb: str, **how: Any) -> Act:
        """The applicant's own act, at any hour of the day."""
        return now + timedelta(seconds=round(600 + self.chance.expovariate(1 / (days * 86400)))), verb, how


def opening(day: datetime, chance: Random) -> datetime:
    """A moment of that day on which somebody begins to fill in a form: most in office hours, some at night."""
    hour = min(max(chance.gauss(10.5, 3), 6), 21)
    return day.replace(hour=0, minute=0) + timedelta(seconds=round(hour * 3600))
