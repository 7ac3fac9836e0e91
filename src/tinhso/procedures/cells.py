"""What two cells of a decision table have in common, without running them: for finding rows that overlap or hide.

A test is understood when it compares with values written out. One that does not (it computes, or names another fact)
is `UNKNOWN`: it may meet anything and covers nothing but its own words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tinhso.kernel.expressions import ExpressionError, parse
from tinhso.kernel.expressions.nodes import Comparison, Items, Literal, Logic, Node, Not

Key = tuple[str, Any]


@dataclass(frozen=True)
class Bound:
    """One end of a span: at a value, with it or without it."""

    value: Any
    inside: bool


@dataclass(frozen=True)
class Test:
    """The values that pass: all; some of them (``values``); all but some; a span from ``low`` to ``high``."""

    kind: str  #: all, some, but, span, unknown
    values: frozenset[Key] = frozenset()
    low: Bound | None = None
    high: Bound | None = None
    words: str = ""


ALL = Test("all")


def test_of(text: str | None) -> Test:
    """What the condition of a cell lets pass."""
    if text is None:
        return ALL
    unknown = Test("unknown", words=" ".join(text.split()))
    try:
        root = parse(text).root
    except ExpressionError:
        return unknown
    if isinstance(root, Logic) and root.decisive is False and len(root.sides) == 2:
        low, high = (_of_node(side) for side in root.sides)
        if low is not None and high is not None and low.kind == high.kind == "span":
            return Test("span", low=low.low or high.low, high=high.high or low.high)
    return _of_node(root) or unknown


def meet(one: Test, other: Test) -> bool:
    """Whether some value may pass both."""
    if "unknown" in (one.kind, other.kind) or "all" in (one.kind, other.kind):
        return True
    for a, b in ((one, other), (other, one)):
        if a.kind == "some":
            return any(_passes(b, key) for key in a.values)
    if "but" in (one.kind, other.kind):
        return True
    return not (_apart(one.high, other.low) or _apart(other.high, one.low))


def covers(one: Test, other: Test) -> bool:
    """Whether everything that passes ``other`` surely passes ``one``."""
    if one.kind == "all":
        return True
    if "unknown" in (one.kind, other.kind):
        return one == other
    if other.kind == "some":
        return all(_passes(one, key) for key in other.values)
    if one.kind == "but" and other.kind == "but":
        return one.values <= other.values
    if one.kind == "but" and other.kind == "span":
        return not any(_passes(other, key) for key in one.values)
    return one.kind == other.kind == "span" and _reaches(one, other)


def _of_node(node: Node) -> Test | None:
    if isinstance(node, Not):
        inner = _of_node(node.inner)
        return Test("but", inner.values) if inner is not None and inner.kind == "some" else None
    if not isinstance(node, Comparison) or isinstance(node.left, Literal):
        return None
    items = node.right.items if isinstance(node.right, Items) else (node.right,)
    values = [item.content for item in items if isinstance(item, Literal)]
    if len(values) != len(items) or not values:
        return None
    if node.operator in ("in", "="):
        return Test("some", frozenset(_key(value) for value in values))
    bound = Bound(values[0], "=" in node.operator)
    return Test("span", high=bound) if node.operator.startswith("<") else Test("span", low=bound)


def _key(value: Any) -> Key:
    if isinstance(value, bool) or value is None:
        return "said", value
    return ("number", Decimal(value)) if isinstance(value, int | Decimal) else (type(value).__name__, value)


def _passes(test: Test, key: Key) -> bool:
    if test.kind == "some":
        return key in test.values
    if test.kind == "but":
        return key not in test.values
    if test.kind == "span":
        point = Bound(key[1], True)
        return key[1] is not None and not (_apart(test.high, point) or _apart(point, test.low))
    return True


def _apart(high: Bound | None, low: Bound | None) -> bool:
    """Whether everything up to ``high`` lies before everything from ``low``."""
    if high is None or low is None:
        return False
    if high.value == low.value:
        return not (high.inside and low.inside)
    return _ordered(lambda: high.value < low.value)


def _reaches(one: Test, other: Test) -> bool:
    def wide(mine: Bound | None, its: Bound | None, less: Callable[[Any, Any], bool]) -> bool:
        if mine is None or its is None:
            return mine is None
        if mine.value == its.value:
            return mine.inside or not its.inside
        return _ordered(lambda: less(mine.value, its.value))

    return wide(one.low, other.low, lambda a, b: a < b) and wide(one.high, other.high, lambda a, b: a > b)


def _ordered(ask: Callable[[], bool]) -> bool:
    """False for values without a common order: they are of different kinds, and the check says so elsewhere."""
    try:
        return bool(ask())
    except TypeError:
        return False
