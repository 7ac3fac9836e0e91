"""A process map as a drawing: places in layers from top to bottom, ways as curves. Numbers for an SVG, no library.

A layer is how far from the filing a place lies when only ways forward count; forward is towards places that dossiers
reach later on average. The most visited place of a layer stands at the left, so that the usual way is a straight line
that a phone shows without scrolling; what skips or returns goes round on the right. The same map is always drawn alike.
"""

from dataclasses import dataclass

from tinhso.dossiers.mapping.reading import Edge, MapResult, Place

#: In units of the drawing. A box is wide enough for 22 letters.
BOX, HIGH, GAP, STEP, LANE, LEFT = 210, 60, 40, 136, 84, 16
#: Ways drawn: the most gone; the table has all.
MOST = 40


@dataclass(frozen=True)
class Box:
    """A place where it is drawn; ``lines``: its words in two lines at most."""

    place: Place
    x: int
    y: int
    lines: tuple[str, ...]

    width: int = BOX
    height: int = HIGH

    @property
    def middle(self) -> int:
        return self.x + BOX // 2

    @property
    def first(self) -> int:
        """Where the first line of words stands."""
        return self.y + (26 if len(self.lines) < 2 else 19)

    @property
    def last(self) -> int:
        """Where the number stands, under the words."""
        return self.y + HIGH - 9

    @property
    def texts(self) -> list[tuple[str, int]]:
        return [(words, self.first + 15 * at) for at, words in enumerate(self.lines)]


@dataclass(frozen=True)
class Way:
    """An edge as a path (SVG ``d``), its label's place, how thick (1 to 5), and whether it turns back."""

    edge: Edge
    d: str
    x: int
    y: int
    thick: int
    back: bool


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box]
    ways: list[Way]
    left_out: int


def drawing(result: MapResult) -> Drawing:
    """The map's places and its most gone ways."""
    order = _order(result)
    edges = [e for e in result.edges if e.start in order and e.end in order]
    shown = edges[:MOST]
    layers = _layers(order, shown)
    rows: dict[int, list[int]] = {}
    for number in sorted(layers, key=lambda n: (-_visits(result, n), order[n])):
        rows.setdefault(layers[number], []).append(number)
    inner = LEFT + max((len(row) for row in rows.values()), default=1) * (BOX + GAP)
    boxes = {n: box for level, row in rows.items() for n, box in _row(result, level, row).items()}
    most = max((e.count for e in shown), default=1)
    ways, out = [], inner
    for edge in sorted(shown, key=lambda e: abs(layers[e.end] - layers[e.start])):
        thick = 1 + min(4, 5 * edge.count // (most + 1))
        a, b = boxes[edge.start], boxes[edge.end]
        if layers[edge.end] - layers[edge.start] == 1:
            ways.append(_straight(edge, a, b, thick))
            continue
        ways.append(_around(edge, a, b, thick, out, order[edge.end] <= order[edge.start]))
        out += LANE
    height = (max(layers.values(), default=0) + 1) * STEP
    return Drawing(out + LANE, height, list(boxes.values()), ways, len(edges) - len(shown))


def _order(result: MapResult) -> dict[int, float]:
    """How early each place is reached, on average of all ways; ends come last."""
    sums: dict[int, list[float]] = {}
    for variant in result.variants:
        for number in dict.fromkeys(variant.path):
            held = sums.setdefault(number, [0.0, 0.0])
            held[0] += variant.path.index(number) * variant.dossiers
            held[1] += variant.dossiers
    ends = {place.number for place in result.places if place.kind == "end"}
    places = sorted(sums, key=lambda n: (n in ends, sums[n][0] / sums[n][1], n))
    return {number: float(at) for at, number in enumerate(places)}


def _layers(order: dict[int, float], edges: list[Edge]) -> dict[int, int]:
    """One below the lowest place that leads to it forwards."""
    layers: dict[int, int] = {}
    for number in sorted(order, key=lambda n: order[n]):
        before = [layers[e.start] for e in edges if e.end == number and order[e.start] < order[number]]
        layers[number] = max(before, default=-1) + 1
    return layers


def _visits(result: MapResult, number: int) -> int:
    place = result.place(number)
    return place.visits if place else 0


def _row(result: MapResult, level: int, row: list[int]) -> dict[int, Box]:
    found = {}
    for at, number in enumerate(row):
        place = result.place(number)
        assert place is not None
        found[number] = Box(place, LEFT + at * (BOX + GAP), level * STEP + 20, _lines(place.words))
    return found


def _lines(words: str) -> tuple[str, ...]:
    """Two lines of some 24 letters; what is longer ends with dots, its whole words are the title."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) >= 24:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines) if len(lines) < 3 else (lines[0], f"{lines[1]} …")


def _straight(edge: Edge, a: Box, b: Box, thick: int) -> Way:
    top, bottom = a.y + HIGH, b.y - 8
    half = (top + bottom) // 2
    d = f"M{a.middle} {top} C{a.middle} {half} {b.middle} {half} {b.middle} {bottom}"
    return Way(edge, d, (a.middle + b.middle) // 2 + 10, half + 2, thick, False)


def _around(edge: Edge, a: Box, b: Box, thick: int, out: int, back: bool) -> Way:
    """Past the other places on the right, along a lane of its own."""
    start, end = a.x + BOX, b.x + BOX + 8
    from_y, to_y = a.y + HIGH // 2 + 10, b.y + HIGH // 2 - 10
    d = f"M{start} {from_y} C{out} {from_y} {out} {from_y} {out} {(from_y + to_y) // 2} S{out} {to_y} {end} {to_y}"
    return Way(edge, d, out + 6, (from_y + to_y) // 2, thick, back)
