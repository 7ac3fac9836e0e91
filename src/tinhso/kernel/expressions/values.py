"""The values that expressions know, and how they compare and add."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any, TypeAlias


class ExpressionError(ValueError):
    """What is wrong, at which character (from 0), and what to write instead. In Vietnamese: analysts read it."""

    def __init__(self, message: str, remedy: str, position: int = 0) -> None:
        self.message, self.remedy, self.position = message, remedy, position
        super().__init__(f"{message} (ký tự {position + 1}). {remedy}")


@dataclass(frozen=True)
class Months:
    """A calendar duration; days and hours are a ``timedelta``."""

    count: int


Scalar: TypeAlias = bool | int | float | Decimal | str | date | datetime | time | timedelta | Months | None
Value: TypeAlias = Scalar | tuple["Value", ...] | Mapping[str, Any]

ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBERS = (int, float, Decimal)
_MOMENTS = (date, time, timedelta, Months)


def clean(value: Any, position: int) -> Value:
    """A fact as a value; anything that is not plain data is refused."""
    if isinstance(value, list | tuple):
        return tuple(clean(item, position) for item in value)
    if value is None or isinstance(value, (str, bool, Mapping, *_NUMBERS, *_MOMENTS)):
        return value
    raise ExpressionError("Dữ kiện có kiểu không dùng được", "Chỉ dùng chữ, số, ngày, danh sách", position)


def is_number(value: Value) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def as_date(value: Value) -> date | None:
    """A date, also from "2025-07-01"; None when it is not one."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _same_kind(a: Value, b: Value) -> tuple[Value, Value]:
    """Text meets a date or a time: the text is read as one."""
    if isinstance(a, date) != isinstance(b, date) and isinstance(a, date | str) and isinstance(b, date | str):
        return as_date(a), as_date(b)
    if isinstance(a, datetime) != isinstance(b, datetime) and isinstance(a, date) and isinstance(b, date):
        return as_date(a), as_date(b)
    return a, b


def equal(a: Value, b: Value) -> bool:
    a, b = _same_kind(a, b)
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    return bool(a == b)


def compare(operator: str, a: Value, b: Value, position: int) -> bool | None:
    """None when a side is missing. Raises ExpressionError when the sides have no order."""
    if operator == "=":
        return equal(a, b)
    a, b = _same_kind(a, b)
    if a is None or b is None:
        return None
    alike = (is_number(a) and is_number(b)) or (
        type(a) is type(b) and isinstance(a, str | date | time | timedelta | Months)
    )
    if not alike:
        raise ExpressionError(
            "Hai vế không so sánh được với nhau", "So số với số, ngày với ngày, chữ với chữ", position
        )
    left, right = (a.count, b.count) if isinstance(a, Months) and isinstance(b, Months) else (a, b)
    try:
        return ORDER[operator](left, right)
    except (TypeError, ArithmeticError):
        raise ExpressionError(
            "Hai vế không so sánh được với nhau", "Dùng cùng một múi giờ, cùng kiểu", position
        ) from None


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day. Raises ValueError, OverflowError outside years 1–9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return day.replace(year=year, month=month + 1, day=min(day.day, last))
        except ValueError:
            if last == 28:
                raise
    raise ValueError(day)


def add(a: Value, b: Value, sign: int, position: int) -> Value:
    """``a + b`` or ``a - b`` of numbers, dates and durations; None when a side is missing."""
    if a is None or b is None:
        return None
    try:
        return _add(a, b, sign)
    except (OverflowError, ValueError, TypeError, ArithmeticError):
        raise ExpressionError(
            "Không cộng trừ được hai giá trị này", "Cộng số với số, ngày với thời hạn", position
        ) from None


def _add(a: Any, b: Any, sign: int) -> Value:
    if is_number(a) and is_number(b):
        if isinstance(a, float) or isinstance(b, float):
            a, b = float(a), float(b)
        total: Value = a + sign * b
        return total
    if isinstance(a, Months) and isinstance(b, Months):
        return Months(a.count + sign * b.count)
    if isinstance(a, timedelta) and isinstance(b, timedelta):
        return a + sign * b
    day = a if isinstance(a, date) else as_date(a)
    if day is None:
        raise TypeError
    if isinstance(b, Months):
        return add_months(day, sign * b.count)
    if isinstance(b, timedelta):
        moved: date = day + sign * b
        return moved
    other = as_date(b)
    if other is None or sign > 0:
        raise TypeError
    return (as_date(day) or date.min) - other
