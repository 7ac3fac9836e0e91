"""An index over titles: each thing (a procedure, a life event) has several, and the best one counts.

Measured over 93 and 2,000 procedures: docs/decisions/0060-finding-in-process.md.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tinhso.procedures.finding import words

#: How well a typed syllable stands for a written one.
SAME, NO_MARKS, TELEX, OTHER_MARKS, HEARD, SLIP, STARTS = 1.0, 0.97, 0.9, 0.85, 0.75, 0.6, 0.55
UNKNOWN = 0.45  #: weight of a syllable that the index has never seen, as a share of the rarest one's
LEAST = 0.34  #: titles that fit less are no answer


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

    ignored: frozenset[str] = frozenset()
    titles: list[Title] = field(default_factory=list)
    at: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    rarity: dict[str, float] = field(default_factory=dict)
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
        for number, title in enumerate(self.titles):
            for syllable in dict.fromkeys(title.plain):
                self.at[syllable].append(number)
                things[syllable].add(title.key)
        count = len({title.key for title in self.titles}) or 1
        for syllable, keys in things.items():
            light = 0.25 if syllable in self.ignored else 1.0
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

    def find(self, asked: Sequence[str]) -> list[Hit]:
        """Things that fit the syllables asked for, best first; nothing when none fits well enough."""
        asked = self._apart(asked)
        readings = [self._readings(typed, last=n == len(asked) - 1) for n, typed in enumerate(asked)]
        weights = [self._weight(typed, ways) for typed, ways in zip(asked, readings, strict=True)]
        total = sum(weights)
        if not total:
            return []
        fits = self._fits(asked, readings)
        best: dict[int, float] = {}
        covered: dict[int, list[float]] = {}
        for number, found in fits.items():
            title = self.titles[number]
            score = self._score(title, found, weights, total)
            best[title.key] = max(best.get(title.key, 0.0), score)
            if len(asked) > 1:
                cover = covered.setdefault(title.key, [0.0] * len(asked))
                for place, (_syllable, fit) in found.items():
                    cover[place] = max(cover[place], fit * title.standing)
        hits = []
        for key, score in best.items():
            whole = sum(w * c for w, c in zip(weights, covered[key], strict=True)) / total if key in covered else score
            score += 0.12 * whole
            if score >= LEAST:
                hits.append(Hit(key, round(1000 * score)))
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))

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
        """The syllables of the index that this one may stand for."""
        bare = words.plain(typed)
        ways: dict[str, float] = {}

        def read(syllable: str, fits: float) -> None:
            ways[syllable] = max(ways.get(syllable, 0.0), fits)

        if bare in self.rarity:
            read(bare, SAME)
        straight = words.without_telex(bare)
        if straight != bare and straight in self.rarity and typed.isascii():
            read(straight, TELEX)
        for syllable in self._heard.get(words.sound(bare), ()):
            read(syllable, HEARD)
        if len(bare) > 2:
            for short in (bare, *words.shorter(bare)):
                for syllable in self._shorter.get(short, ()):
                    if syllable not in ways and words.one_slip(bare, syllable):
                        read(syllable, SLIP)
        if last and len(bare) > 1:
            for syllable in self._starts.get(bare, ()):
                read(syllable, STARTS)
        return [Spelling(syllable, fits) for syllable, fits in ways.items()]

    def _weight(self, typed: str, ways: list[Spelling]) -> float:
        bare = words.plain(typed)
        if bare in self.ignored:
            return 0.12 * self.rarity.get(bare, 0.0)
        if bare in self.rarity:
            return self.rarity[bare]
        return max((self.rarity[way.plain] * way.fits for way in ways), default=UNKNOWN * self._rarest)

    def _fits(self, asked: Sequence[str], readings: list[list[Spelling]]) -> dict[int, dict[int, tuple[str, float]]]:
        """For each title: which place of the question meets which of its syllables, and how well."""
        found: dict[int, dict[int, tuple[str, float]]] = {}
        for place, ways in enumerate(readings):
            typed = asked[place]
            bare = typed.isascii()
            for way in ways:
                for number in self.at[way.plain]:
                    fit = way.fits
                    if fit == SAME and typed not in self.titles[number].marked:
                        fit = NO_MARKS if bare else OTHER_MARKS
                    places = found.setdefault(number, {})
                    if place not in places or places[place][1] < fit:
                        places[place] = (way.plain, fit)
        return found

    def _score(
        self, title: Title, found: Mapping[int, tuple[str, float]], weights: Sequence[float], total: float
    ) -> float:
        asked = sum(weights[place] * fit for place, (_syllable, fit) in found.items()) / total
        met: dict[str, float] = {}
        for syllable, fit in found.values():
            met[syllable] = max(met.get(syllable, 0.0), fit)
        held = sum(self.rarity[s] * met[s] for s in title.plain if s in met) / title.weight if title.weight else 0.0
        return title.standing * asked * (0.62 + 0.22 * held + 0.28 * self._in_order(title, found))

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
