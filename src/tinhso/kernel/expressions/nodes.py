"""The parts of a parsed expression. Each evaluates itself against a scope; nothing else can happen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from tinhso.kernel import clock
from tinhso.kernel.expressions.functions import Function
from tinhso.kernel.expressions.values import ExpressionError, Value, add, clean, compare, equal

__all__ = ["Expression", "ExpressionError", "Node", "Value"]


@dataclass(frozen=True)
class Scope:
    facts: Mapping[str, Any]
    today: date


class Node(Protocol):
    def value(self, scope: Scope) -> Value: ...

    def parts(self) -> tuple["Node", ...]: ...


@dataclass(frozen=True)
class Literal:
    content: Value

    def value(self, scope: Scope) -> Value:
        return self.content

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True)
class Fact:
    """A path through mappings: keys only, never attributes. A missing step makes the whole path null."""

    path: tuple[str, ...]
    position: int

    def value(self, scope: Scope) -> Value:
        found: Any = scope.facts
        for key in self.path:
            if not isinstance(found, Mapping):
                return None
            found = found.get(key)
        return clean(found, self.position)

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True)
class Items:
    items: tuple[Node, ...]

    def value(self, scope: Scope) -> Value:
        return tuple(item.value(scope) for item in self.items)

    def parts(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True)
class Call:
    function: Function
    arguments: tuple[Node, ...]

    def value(self, scope: Scope) -> Value:
        return self.function.body(tuple(a.value(scope) for a in self.arguments), scope.today)

    def parts(self) -> tuple[Node, ...]:
        return self.arguments


def truth(value: Value, position: int) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ExpressionError("Chỗ này phải là một điều kiện đúng hoặc sai", "So sánh giá trị, ví dụ: x = 'A'", position)


@dataclass(frozen=True)
class Not:
    inner: Node
    position: int

    def value(self, scope: Scope) -> Value:
        known = truth(self.inner.value(scope), self.position)
        return None if known is None else not known

    def parts(self) -> tuple[Node, ...]:
        return (self.inner,)


@dataclass(frozen=True)
class Logic:
    """``and`` (decided by a false) or ``or`` (decided by a true); otherwise null if any side is null."""

    decisive: bool
    sides: tuple[Node, ...]
    position: int

    def value(self, scope: Scope) -> Value:
        unknown = False
        for side in self.sides:
            known = truth(side.value(scope), self.position)
            if known is self.decisive:
                return self.decisive
            unknown = unknown or known is None
        return None if unknown else not self.decisive

    def parts(self) -> tuple[Node, ...]:
        return self.sides


@dataclass(frozen=True)
class Comparison:
    operator: str
    left: Node
    right: Node
    position: int

    def value(self, scope: Scope) -> Value:
        left, right = self.left.value(scope), self.right.value(scope)
        if self.operator == "in":
            return self._within(left, right)
        return compare(self.operator, left, right, self.position)

    def _within(self, left: Value, right: Value) -> Value:
        if right is None:
            return None
        if not isinstance(right, tuple):
            raise ExpressionError("Sau 'in' phải là một danh sách", "Viết: x in ['A', 'B']", self.position)
        return any(equal(left, item) for item in right)

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Sum:
    left: Node
    right: Node
    sign: int
    position: int

    def value(self, scope: Scope) -> Value:
        return add(self.left.value(scope), self.right.value(scope), self.sign, self.position)

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Expression:
    """A parsed expression: immutable, safe to keep and to share between threads."""

    text: str
    root: Node

    def evaluate(self, facts: Mapping[str, Any], *, today: date | None = None) -> Value:
        """The value given these facts. Raises ExpressionError when values have no common order or kind."""
        try:
            return self.root.value(Scope(facts, today or clock.today()))
        except RecursionError:
            raise ExpressionError("Dữ kiện lồng nhau quá sâu", "Rút gọn dữ liệu") from None

    def _nodes(self) -> Iterator[Node]:
        waiting: list[Node] = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.parts()

    @property
    def facts(self) -> frozenset[str]:
        """The dotted paths that the expression looks at."""
        return frozenset(".".join(node.path) for node in self._nodes() if isinstance(node, Fact))

    def compared_with(self, path: str) -> frozenset[str]:
        """The texts that the fact is compared with by ``=`` or ``in``."""
        found: set[str] = set()
        for node in self._nodes():
            if isinstance(node, Comparison) and node.operator in ("=", "in"):
                sides = (node.left, node.right)
                if any(isinstance(s, Fact) and ".".join(s.path) == path for s in sides):
                    items = [i for s in sides for i in (s.items if isinstance(s, Items) else (s,))]
                    found.update(i.content for i in items if isinstance(i, Literal) and isinstance(i.content, str))
        return frozenset(found)
