"""From text to an Expression: a tokenizer and a recursive descent of bounded depth."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache

from tinhso.kernel.expressions.functions import FUNCTIONS
from tinhso.kernel.expressions.nodes import Call, Comparison, Expression, Fact, Items, Literal, Logic, Node, Not, Sum
from tinhso.kernel.expressions.values import ExpressionError, Months, Value

LONGEST = 1000
DEEPEST = 24

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<date>\d{4}-\d{2}-\d{2}(?!\d))
  | (?P<time>\d{2}:\d{2}(?!\d))
  | (?P<number>[0-9]{1,15}(?:\.[0-9]{1,9})?(?![\w.]))
  | (?P<text>'[^'\n]*'|"[^"\n]*")
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
  | (?P<sign><=|>=|!=|==|<>|[=<>()\[\],+\-])
    )""",
    re.VERBOSE | re.ASCII,
)
_UNITS: dict[str, str] = {
    "minute": "minutes", "minutes": "minutes", "hour": "hours", "hours": "hours", "day": "days", "days": "days",
    "month": "months", "months": "months", "year": "years", "years": "years",
}  # fmt: skip
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}
_WORDS = frozenset({"and", "or", "not", "in"})


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            at = position + len(text[position:]) - len(text[position:].lstrip())
            raise ExpressionError(
                f"Không hiểu chỗ bắt đầu bằng “{text[at : at + 12]}”",
                "Dùng = != < <= > >= + - and or not in, ngoặc, chữ trong dấu nháy, ngày dạng 2025-07-01",
                at,
            )
        found.append(Token(match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)))
        position = match.end()
    return [*found, Token("end", "", len(text))]


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> Token | None:
        """The current token if it is one of these signs or words, moving on."""
        if self.here.kind in ("sign", "word") and self.here.text in texts:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def expect(self, text: str) -> None:
        if self.take(text) is None:
            raise ExpressionError(f"Thiếu dấu “{text}”", f"Thêm “{text}” vào đây", self.here.position)

    def whole(self) -> Node:
        node = self.either()
        if self.here.kind != "end":
            raise ExpressionError(f"Thừa “{self.here.text}”", "Nối các điều kiện bằng and hoặc or", self.here.position)
        return node

    def either(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError("Biểu thức lồng nhau quá sâu", f"Giữ tối đa {DEEPEST} tầng ngoặc", self.here.position)
        node = self._chain("or", True)
        self.depth -= 1
        return node

    def _chain(self, word: str, decisive: bool) -> Node:
        position = self.here.position
        sides = [self._side(word)]
        while self.take(word):
            sides.append(self._side(word))
        return sides[0] if len(sides) == 1 else Logic(decisive, tuple(sides), position)

    def _side(self, word: str) -> Node:
        return self._chain("and", False) if word == "or" else self.negation()

    def negation(self) -> Node:
        """``not not x`` is counted, not recursed, so that its length cannot exhaust the stack."""
        position, count = self.here.position, 0
        while self.take("not"):
            count += 1
        node = self.comparison()
        for _ in range(min(count, 2 - count % 2)):
            node = Not(node, position)
        return node

    def comparison(self) -> Node:
        left = self.sum()
        operator = self.here
        if self.take("not"):
            self.expect("in")
            return Not(Comparison("in", left, self.sum(), operator.position), operator.position)
        if not self.take("=", "==", "!=", "<>", "<", "<=", ">", ">=", "in"):
            return left
        right = self.sum()
        if operator.text in ("!=", "<>"):
            return Not(Comparison("=", left, right, operator.position), operator.position)
        return Comparison("=" if operator.text == "==" else operator.text, left, right, operator.position)

    def sum(self) -> Node:
        node, terms = self.primary(), 0
        while sign := self.take("+", "-"):
            terms += 1
            if terms > DEEPEST:
                raise ExpressionError("Quá nhiều phép cộng trừ", f"Giữ tối đa {DEEPEST} phép", sign.position)
            node = Sum(node, self.primary(), 1 if sign.text == "+" else -1, sign.position)
        return node

    def primary(self) -> Node:
        token = self.here
        if self.take("("):
            node = self.either()
            self.expect(")")
            return node
        if self.take("["):
            return Items(self.items("]"))
        if token.kind in ("sign", "end") or token.text in _WORDS:
            raise ExpressionError("Thiếu một giá trị", "Viết dữ kiện, số, chữ trong nháy hoặc ngày", token.position)
        self.at += 1
        return self.word(token) if token.kind == "word" else Literal(self.literal(token))

    def items(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.take(closing):
            if found:
                self.expect(",")
            found.append(self.either())
        return tuple(found)

    def word(self, token: Token) -> Node:
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        if not self.take("("):
            return Fact(tuple(token.text.split(".")), token.position)
        function = FUNCTIONS.get(token.text)
        if function is None:
            raise ExpressionError(
                f"Không có hàm “{token.text}”", "Các hàm được dùng: " + ", ".join(sorted(FUNCTIONS)), token.position
            )
        arguments = self.items(")")
        if not function.least <= len(arguments) <= function.most:
            raise ExpressionError(f"Hàm “{token.text}” nhận số giá trị khác", f"Viết: {function.usage}", token.position)
        return Call(function, arguments)

    def literal(self, token: Token) -> Value:
        if token.kind == "text":
            return token.text[1:-1]
        if token.kind in ("date", "time"):
            try:
                read = date if token.kind == "date" else time
                return read.fromisoformat(token.text)
            except ValueError:
                raise ExpressionError(
                    "Không có ngày hoặc giờ này", "Viết 2025-07-01 hoặc 15:00", token.position
                ) from None
        number = Decimal(token.text) if "." in token.text else int(token.text)
        return self.amount(number, token)

    def amount(self, number: Decimal | int, token: Token) -> Value:
        """A number, or a duration when a unit of time follows."""
        unit = _UNITS.get(self.here.text) if self.here.kind == "word" else None
        if unit is None:
            return number
        self.at += 1
        if not isinstance(number, int) or number > 100_000:
            raise ExpressionError("Thời hạn phải là số nguyên vừa phải", "Ví dụ: 60 days", token.position)
        if unit in ("months", "years"):
            return Months(number * (12 if unit == "years" else 1))
        return timedelta(**{unit: number})


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression:
    """Read an expression. Raises ExpressionError naming the position and the remedy."""
    if len(text) > LONGEST:
        raise ExpressionError(
            "Biểu thức quá dài", f"Viết tối đa {LONGEST} ký tự, hoặc tách thành nhiều quy tắc", LONGEST
        )
    if not text.strip():
        raise ExpressionError("Biểu thức trống", "Viết một điều kiện, ví dụ: outcome = 'accept'")
    return Expression(text, _Parser(text).whole())
