"""The only functions an expression may call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from tinhso.kernel.expressions.values import Value, as_date

Body = Callable[[tuple[Value, ...], date], Value]


@dataclass(frozen=True)
class Function:
    """``least``–``most`` arguments; ``usage`` is what the manual and error messages show."""

    usage: str
    least: int
    most: int
    body: Body


def present(value: Value) -> bool:
    """Neither missing nor empty."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, tuple | Mapping):
        return len(value) > 0
    return value is not None


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _age(arguments: tuple[Value, ...], today: date) -> Value:
    born = as_date(arguments[0])
    on = as_date(arguments[1]) if len(arguments) > 1 else today
    if born is None or on is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _days_between(arguments: tuple[Value, ...], today: date) -> Value:
    first, second = as_date(arguments[0]), as_date(arguments[1])
    return None if first is None or second is None else (second - first).days


def _year(arguments: tuple[Value, ...], today: date) -> Value:
    day = as_date(arguments[0])
    return None if day is None else day.year


def _length(arguments: tuple[Value, ...], today: date) -> Value:
    value = arguments[0]
    return len(value) if isinstance(value, str | tuple | Mapping) else None


def _of_text(test: Callable[[str], Value]) -> Body:
    def body(arguments: tuple[Value, ...], today: date) -> Value:
        text = _text(arguments[0])
        return None if text is None else test(text)

    return body


def _of_two_texts(test: Callable[[str, str], Value]) -> Body:
    def body(arguments: tuple[Value, ...], today: date) -> Value:
        first, second = _text(arguments[0]), _text(arguments[1])
        return None if first is None or second is None else test(first, second)

    return body


FUNCTIONS: dict[str, Function] = {
    "today": Function("today()", 0, 0, lambda a, today: today),
    "date": Function("date(chữ)", 1, 1, lambda a, today: as_date(a[0])),
    "age": Function("age(ngày sinh[, vào ngày])", 1, 2, _age),
    "year": Function("year(ngày)", 1, 1, _year),
    "days_between": Function("days_between(từ ngày, đến ngày)", 2, 2, _days_between),
    "present": Function("present(dữ kiện)", 1, 1, lambda a, today: present(a[0])),
    "absent": Function("absent(dữ kiện)", 1, 1, lambda a, today: not present(a[0])),
    "length": Function("length(chữ hoặc danh sách)", 1, 1, _length),
    "lower": Function("lower(chữ)", 1, 1, _of_text(str.lower)),
    "has_digit": Function("has_digit(chữ)", 1, 1, _of_text(lambda t: any(c.isdigit() for c in t))),
    "contains": Function("contains(chữ, phần)", 2, 2, _of_two_texts(lambda t, part: part in t)),
    "starts_with": Function("starts_with(chữ, phần đầu)", 2, 2, _of_two_texts(lambda t, part: t.startswith(part))),
}
