"""The two sides of a trial added up: as it was, and through the draft."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.dossiers.trials.going import APPLICANT, Pools, Ways
from tinhso.dossiers.trials.measuring import Past

LISTED = 100  #: dossiers that a number opens to
TOUCH = 0.5  #: seconds: less is the arithmetic's own

#: What the model takes for granted, as the page says it.
ASSUMED = (
    _("Bước hồ sơ đã từng làm vẫn mất đúng thời gian nó đã mất và kết thúc như đã kết thúc."),
    _(
        "Bước mới mất thời gian lấy ngẫu nhiên từ bước cùng mã, nếu không có thì từ các bước của cùng vai; chưa ai làm"
        " bao giờ thì lấy đúng thời hạn của bước. Bước mới kết thúc theo cách thứ nhất."
    ),
    _("Đổi thời hạn không làm ai làm nhanh hay chậm hơn: chỉ số bước trễ hạn của bước đổi."),
    _(
        "Chuyển làn không đổi thời gian của bước: chỉ chuyển khối lượng sang vai khác, không tính việc vai đó đông hay"
        " vắng."
    ),
    _(
        "Hồ sơ trễ nếu phần thêm vào lâu hơn số giờ nó còn dư khi xong, theo hạn trả đã hẹn. Thời gian dừng và thời"
        " gian của người nộp không tính."
    ),
    _("Ngày làm việc tính là 8 giờ khi so với thời hạn của bước."),
)  # fmt: skip


@dataclass(frozen=True)
class Spread:
    """Working hours."""

    median: float
    ninth: float  #: nine of ten took no longer
    mean: float


@dataclass(frozen=True)
class Case:
    """A dossier that a number opens to: hours before and after, hours it had left or was late by then."""

    code: str
    agency: str
    before: float
    after: float
    slack: float


@dataclass(frozen=True)
class LoadLine:
    """A role or a step: how often, hours in all, how many beyond their own share of the time."""

    key: str
    words: str
    times_before: int = 0
    times_after: int = 0
    hours_before: float = 0.0
    hours_after: float = 0.0
    late_before: int = 0
    late_after: int = 0


@dataclass(frozen=True)
class Report:
    """``timed``: dossiers with an appointment. ``same``: walked through the law of today they took what they took, the
    check of the model itself."""

    dossiers: int
    timed: int
    before: Spread
    after: Spread
    late_before: int
    late_after: int
    roles: list[LoadLine]
    steps: list[LoadLine]
    newly_late: list[Case]
    newly_in_time: list[Case]
    newly_late_total: int
    newly_in_time_total: int
    guessed: int
    unended: int
    same: int
    without_measure: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def report_from(kept: Mapping[str, Any]) -> Report:
    """From what is kept."""
    lists: dict[str, type] = {"roles": LoadLine, "steps": LoadLine, "newly_late": Case, "newly_in_time": Case}
    values = {name: [made(**one) for one in kept[name]] for name, made in lists.items()}
    return Report(**{**kept, **values, "before": Spread(**kept["before"]), "after": Spread(**kept["after"])})


def compare(pasts: Iterable[Past], law: Ways, draft: Ways, names: Mapping[UUID, str], seed: str) -> Report:
    """Walk every dossier through the draft, and through the law as a check. Memory grows with the dossiers."""
    known = list(pasts)
    pools = Pools()
    for one in known:
        for (task, seconds, _outcome), role in zip(one.observed, one.roles, strict=True):
            if role != APPLICANT:
                pools.add(task, role, seconds)
    random, tally = Random(seed), _Tally(law, draft)  # noqa: S311  the same draw each time, no secret
    for one in known:
        tally.add(one, pools, random, names)
    return tally.report(pools)


class _Tally:
    def __init__(self, law: Ways, draft: Ways) -> None:
        self._law, self._draft = law, draft
        self._before: list[float] = []
        self._after: list[float] = []
        self._count: Counter[str] = Counter()
        self._roles: dict[str, list[float]] = {}
        self._steps: dict[str, list[float]] = {}
        self._late: list[Case] = []
        self._in_time: list[Case] = []

    def add(self, one: Past, pools: Pools, random: Random, names: Mapping[UUID, str]) -> None:
        count, went = self._count, self._draft.go(one.observed, pools, random, one.answers)
        check = self._law.go(one.observed, pools, random, one.answers)
        before, after = one.seconds, went.seconds
        count["dossiers"] += 1
        count["guessed"] += went.guessed
        count["unended"] += not went.ended
        count["same"] += abs(check.seconds - before) < 1
        self._before.append(before)
        self._after.append(after)
        for (task, seconds, _outcome), role in zip(one.observed, one.roles, strict=True):
            self._put(task, role, seconds, self._law.share.get(task), 0)
        for task, seconds in went.steps:
            self._put(task, self._draft.role[task], seconds, self._draft.share[task], 1)
        if one.slack is None:
            return
        was, becomes = -one.slack > TOUCH, after - before - one.slack > TOUCH
        count["timed"] += 1
        count["late_before"] += was
        count["late_after"] += becomes
        if was != becomes:
            case = Case(one.code, names.get(one.agency, ""), *(round(s / 3600, 1) for s in (before, after, one.slack)))
            kept = self._late if becomes else self._in_time
            count["newly_late" if becomes else "newly_in_time"] += 1
            if len(kept) < LISTED:
                kept.append(case)

    def _put(self, task: str, role: str, seconds: float, share: float | None, side: int) -> None:
        """Numbers by role and by step: times, seconds, late; of one side."""
        late = share is not None and seconds > share
        for found, key in ((self._roles, role), (self._steps, task)):
            numbers = found.setdefault(key, [0.0] * 6)
            numbers[side] += 1
            numbers[2 + side] += seconds
            numbers[4 + side] += late

    def report(self, pools: Pools) -> Report:
        count = self._count
        words = {key: step.name for ways in (self._law, self._draft) for key, step in ways.steps.items()}
        order = [*self._draft.steps, *(key for key in self._law.steps if key not in self._draft.steps)]
        unmeasured = [
            self._draft.steps[key].name
            for key, role in self._draft.role.items()
            if role != APPLICANT and key in self._steps and not (pools.by_task.get(key) or pools.by_role.get(role))
        ]
        return Report(
            dossiers=count["dossiers"],
            timed=count["timed"],
            before=_spread(self._before),
            after=_spread(self._after),
            late_before=count["late_before"],
            late_after=count["late_after"],
            roles=[_line(key, key, numbers) for key, numbers in sorted(self._roles.items()) if key != APPLICANT],
            steps=[_line(key, words.get(key, key), self._steps[key]) for key in order if key in self._steps],
            newly_late=self._late,
            newly_in_time=self._in_time,
            newly_late_total=count["newly_late"],
            newly_in_time_total=count["newly_in_time"],
            guessed=count["guessed"],
            unended=count["unended"],
            same=count["same"],
            without_measure=unmeasured,
        )


def _line(key: str, words: str, n: list[float]) -> LoadLine:
    hours = [round(seconds / 3600, 1) for seconds in n[2:4]]
    return LoadLine(key, words, int(n[0]), int(n[1]), hours[0], hours[1], int(n[4]), int(n[5]))


def _spread(seconds: list[float]) -> Spread:
    if not seconds:
        return Spread(0.0, 0.0, 0.0)
    ordered = sorted(seconds)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.9)]
    return Spread(*(round(value / 3600, 1) for value in (*at, sum(ordered) / len(ordered))))
