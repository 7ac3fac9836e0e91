"""What a process map says: places, ways between them, variants, why late. Plain data, kept as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

#: Numbers of places that are no step of the process.
START, OTHER = 1, 2
#: A dossier that has ended: by its phase.
ENDS = {"returned": 3, "refused": 4, "not_accepted": 5, "withdrawn": 6}
FIRST_STEP = 10


@dataclass(frozen=True)
class Place:
    """A step, the filing, or an end."""

    number: int
    words: str
    kind: str  #: "start", "end", "applicant" (their own steps), else "step"
    visits: int
    dossiers: int


@dataclass(frozen=True)
class Edge:
    """A way between two places: how often, by how many dossiers, within how many seconds half and nine of ten went from
    the beginning of the one to the beginning of the other, to the minute.

    ``back``: how often the dossier had been at the later place before, so that work is done again.
    """

    start: int
    end: int
    count: int
    dossiers: int
    median: int
    ninety: int
    back: int


@dataclass(frozen=True)
class Variant:
    """A whole way. ``median``: within how many seconds half had ended, or how long they last since they were filed."""

    number: int
    path: tuple[int, ...]
    dossiers: int
    late: int
    median: int


@dataclass(frozen=True)
class LateCause:
    """Where dossiers were when their time ran out. ``held``: somebody held the step then. ``dossiers``: how many."""

    number: int
    agency: str  #: its id; "" when the step was another agency's
    place: int
    held: bool
    dossiers: int


@dataclass(frozen=True)
class MapResult:
    """``timed``: received, under a sure term. ``kept``: dossiers of the variants listed; the others are in every sum
    but open to no list."""

    dossiers: int = 0
    visits: int = 0
    open: int = 0
    timed: int = 0
    late: int = 0
    reworked: int = 0
    supplemented: int = 0
    kept: int = 0
    places: list[Place] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    causes: list[LateCause] = field(default_factory=list)

    def place(self, number: int) -> Place | None:
        return next((place for place in self.places if place.number == number), None)


def told(result: MapResult) -> dict[str, Any]:
    return asdict(result)


def read(kept: Mapping[str, Any]) -> MapResult:
    """From what `told` made."""
    rows = dict(kept)
    return MapResult(
        **rows
        | {
            "places": [Place(**row) for row in rows.get("places", [])],
            "edges": [Edge(**row) for row in rows.get("edges", [])],
            "variants": [Variant(**row | {"path": tuple(row["path"])}) for row in rows.get("variants", [])],
            "causes": [LateCause(**row) for row in rows.get("causes", [])],
        }
    )


def goes(path: tuple[int, ...], start: int, end: int) -> bool:
    """Whether a way goes from the one straight to the other."""
    return any(pair == (start, end) for pair in pairwise(path))


def again(path: tuple[int, ...]) -> bool:
    """Whether a way comes back to a place where it was before."""
    return len(set(path)) < len(path)


def turns_back(path: tuple[int, ...], start: int, end: int) -> int:
    """How often a way goes from the one to the other after it had been at the other."""
    return sum((a, b) == (start, end) and b in path[: index + 1] for index, (a, b) in enumerate(pairwise(path)))


def through(variants: Iterable[Variant], place: int) -> int:
    """How many dossiers were at a place."""
    return sum(v.dossiers for v in variants if place in v.path)
