"""An index over titles: each thing (a procedure, a life event) has several, and the best one counts.

Measured over 93 and 2,000 procedures: docs/decisions/0060-finding-in-process.md.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest

from tinhso.procedures.finding import words

#: How well a typed syllable stands for a written one.
SAME, NO_MARKS, TELEX, OTHER_MARKS, HEARD, SLIP, STARTS = 1.0, 0.97, 0.9, 0.85, 0.75, 0.6, 0.8
UNKNOWN = 0.12  #: weight of a syllable that the index has never seen, as a share of the rarest one's
CLOSELY = 160  #: titles that are looked at closely
SAYS_LITTLE = 0.12  #: syllables of less than this share of the heaviest one's weight choose no titles
SAID = 0.95  #: this much of a title and of its order is the whole title
OWN = 0.6  #: weight of what this title meets; the rest is what the thing's titles meet together
LEAST = 0.3  #: titles that fit less are no answer


@dataclass(frozen=True)
class Spelling:
    """One way to read a typed syllable: the plain syllable of the index, and how well it fits."""

    plain: str
    fits: float


@dataclass(frozen=True)
class Hit:
    """A thing found; ``score`` is between 0 and about 1,300, higher is better."""

    key: int
    score: int


@dataclass
class Title:
    """One title as the index keeps it."""

    key: int
    marked: tuple[str, ...]
    plain: tuple[str, ...]
    weight: float = 0.0
    standing: float = 1.0


@dataclass
class Index:
    """Built once, read by many threads."""

    ignored: frozenset[str] = frozenset()  #: with their marks: "từ" says nothing, "tử" does
    titles: list[Title] = field(default_factory=list)
    at: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    rarity: dict[str, float] = field(default_factory=dict)
    held: dict[int, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    _heard: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _shorter: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _starts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _rarest: float = 1.0

    def add(self, key: int, title: str, standing: float = 1.0) -> None:
        """A title of a thing; ``standing`` below 1 for words that only hint at it."""
        marked = tuple(words.syllables(title))
        if marked:
            self.titles.append(Title(key, marked, tuple(map(words.plain, marked)), standing=standing))

    def close(self) -> "Index":
        """Weigh what was added; the index is ready."""
        things: dict[str, set[int]] = defaultdict(set)
        written: dict[str, set[str]] = defaultdict(set)
        for number, title in enumerate(self.titles):
            for syllable, marked in zip(title.plain, title.marked, strict=True):
                written[syllable].add(marked)
            for syllable in dict.fromkeys(title.plain):
                self.at[syllable].append(number)
                things[syllable].add(title.key)
                held = self.held[title.key]
                held[syllable] = max(held.get(syllable, 0.0), title.standing)
        count = len({title.key for title in self.titles}) or 1
        for syllable, keys in things.items():
            light = 0.25 if written[syllable] <= self.ignored else 1.0
            self.rarity[syllable] = light * math.log(1 + count / len(keys))
            self._heard[words.sound(syllable)].append(syllable)
            for start in range(2, len(syllable)):
                self._starts[syllable[:start]].append(syllable)
            if len(syllable) > 2:
                for short in (syllable, *words.shorter(syllable)):
                    self._shorter[short].append(syllable)
        self._rarest = max(self.rarity.values(), default=1.0)
        for title in self.titles:
            title.weight = sum(self.rarity[syllable] for syllable in title.plain)
        return self

    def find(self, asked: Sequence[str], least: float = LEAST) -> list[Hit]:
        """Things that fit the syllables asked for, best first; nothing when none fits at least that well."""
        asked = self._apart(asked)
        if len(asked) > 1 and len(asked[-1]) == 1 and words.plain(asked[-1]) not in self.rarity:
            asked = asked[:-1]  # a word that is only being begun
        readings = [self._readings(typed, last=n == len(asked) - 1) for n, typed in enumerate(asked)]
        weights = [self._weight(typed, ways) for typed, ways in zip(asked, readings, strict=True)]
        total = sum(weights)
        if not total:  # nothing asked, or nothing but words that say nothing
            return []
        best: dict[int, float] = {}
        whole: dict[int, float] = {}
        for number in self._promising(readings, weights):
            title = self.titles[number]
            if title.key not in whole:
                met = self._met(self.held[title.key], asked, readings)
                whole[title.key] = sum(weights[place] * fit for place, (_syllable, fit) in met.items()) / total
            found = self._met(dict.fromkeys(title.plain, 1.0), asked, readings, title.marked)
            score = self._score(title, found, weights, total, whole[title.key])
            best[title.key] = max(best.get(title.key, 0.0), score)
        hits = [Hit(key, round(1000 * score)) for key, score in best.items() if score >= least]
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))

    def _promising(self, readings: list[list[Spelling]], weights: Sequence[float]) -> list[int]:
        """The titles that meet most of the question; only these are looked at closely."""
        sums: dict[int, float] = defaultdict(float)
        heaviest = max(weights)
        for ways, weight in zip(readings, weights, strict=True):
            if weight < heaviest * SAYS_LITTLE:
                continue
            here: dict[int, float] = {}
            for way in sorted(ways, key=lambda way: way.fits):
                here.update(dict.fromkeys(self.at[way.plain], weight * way.fits))
            for number, share in here.items():
                sums[number] += share
        return nlargest(CLOSELY, sums, key=lambda number: sums[number] * self.titles[number].standing)

    @staticmethod
    def _met(
        held: Mapping[str, float],
        asked: Sequence[str],
        readings: list[list[Spelling]],
        marked: Sequence[str] | None = None,
    ) -> dict[int, tuple[str, float]]:
        """Which place of the question meets which syllable held, and how well; marks count where they are given."""
        found: dict[int, tuple[str, float]] = {}
        for place, ways in enumerate(readings):
            for way in ways:
                if way.plain not in held:
                    continue
                fit = way.fits
                if marked is not None and fit == SAME and asked[place] not in marked:
                    fit = NO_MARKS if asked[place].isascii() else OTHER_MARKS
                fit *= held[way.plain]
                if place not in found or found[place][1] < fit:
                    found[place] = (way.plain, fit)
        return found

    def _apart(self, asked: Sequence[str]) -> list[str]:
        """Glued syllables in two."""
        found: list[str] = []
        for typed in asked:
            bare = words.plain(typed)
            parts = None
            if bare not in self.rarity and len(bare) > 5 and not self._readings(typed, last=False):
                parts = words.split(bare, self.rarity)
            found += parts or (typed,)
        return found[: words.MOST]

    def _readings(self, typed: str, *, last: bool) -> list[Spelling]:
        """The syllables of the index that this one may stand for, each with its best fit."""
        bare = words.plain(typed)
        ways: dict[str, float] = {}
        for way in self._ways(typed, bare, last=last):
            ways[way.plain] = max(ways.get(way.plain, 0.0), way.fits)
        return [Spelling(syllable, fits) for syllable, fits in ways.items()]

    def _ways(self, typed: str, bare: str, *, last: bool) -> Iterator[Spelling]:
        if bare in self.rarity:
            yield Spelling(bare, SAME)
        elif len(bare) > 2:
            yield from self._slips(bare)
        straight = words.without_telex(bare)
        if straight != bare and straight in self.rarity and typed.isascii():
            yield Spelling(straight, TELEX)
        for syllable in self._heard.get(words.sound(bare), ()):
            if bare[0] == syllable[0] or bare[-1] == syllable[-1]:
                yield Spelling(syllable, HEARD)
        if last and len(bare) > 1:
            yield from (Spelling(syllable, STARTS) for syllable in self._starts.get(bare, ()))

    def _slips(self, bare: str) -> Iterator[Spelling]:
        for short in (bare, *words.shorter(bare)):
            for syllable in self._shorter.get(short, ()):
                if words.one_slip(bare, syllable):
                    yield Spelling(syllable, SLIP)

    def _weight(self, typed: str, ways: list[Spelling]) -> float:
        bare = words.plain(typed)
        if typed in self.ignored:
            return 0.12 * self.rarity.get(bare, 0.0)
        if bare in self.rarity:
            return self.rarity[bare]
        return max((self.rarity[way.plain] * way.fits for way in ways), default=UNKNOWN * self._rarest)

    def _score(
        self,
        title: Title,
        found: Mapping[int, tuple[str, float]],
        weights: Sequence[float],
        total: float,
        whole: float,
    ) -> float:
        """How well a title answers: the share of the question that it meets, and how much of the title was said."""
        here = sum(weights[place] * fit for place, (_syllable, fit) in found.items()) / total
        asked = OWN * here + (1 - OWN) * whole
        met: dict[str, float] = {}
        for syllable, fit in found.values():
            met[syllable] = max(met.get(syllable, 0.0), fit)
        held = sum(self.rarity[s] * met[s] for s in title.plain if s in met) / title.weight if title.weight else 0.0
        order = self._in_order(title, found)
        score = asked * (0.62 + 0.22 * held + 0.28 * order)
        if len(title.plain) > 1 and held > SAID and order > SAID:  # somewhere in a long story
            score = max(score, 0.5 + 0.35 * asked)
        return title.standing * score

    def _in_order(self, title: Title, found: Mapping[int, tuple[str, float]]) -> float:
        """The share of neighbouring syllables of the title that are neighbours in the question too."""
        pairs = list(zip(title.plain, title.plain[1:], strict=False))
        if not pairs:
            return 1.0
        said = {
            (found[place][0], found[place + 1][0]): min(found[place][1], found[place + 1][1])
            for place in found
            if place + 1 in found
        }
        weight = [self.rarity[one] + self.rarity[two] for one, two in pairs]
        return sum(w * said.get(pair, 0.0) for w, pair in zip(weight, pairs, strict=True)) / (sum(weight) or 1.0)


def expanded(asked: Iterable[str], abbreviations: Mapping[str, Sequence[str]]) -> list[str]:
    """The syllables with abbreviations written out: "đk ks" → "đăng ký khai sinh"."""
    found: list[str] = []
    for syllable in asked:
        found += abbreviations.get(syllable) or abbreviations.get(words.plain(syllable)) or (syllable,)
    return found[: words.MOST]
