"""Keyset paging: ``{"items": […], "next_cursor": …}``. A cursor is opaque; it holds the key of the last item shown."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema

from tinhso.kernel.errors import Invalid

T = TypeVar("T")
M = TypeVar("M", bound=Model)

MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many items on a page")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before")]


class Page(Schema, Generic[T]):
    """One page; ``next_cursor`` is null on the last one."""

    items: list[T]
    next_cursor: str | None = None


def encode_cursor(*keys: str | int) -> str:
    return urlsafe_b64encode(json.dumps(keys, ensure_ascii=False).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int = 1) -> list[str]:
    """The keys that `encode_cursor` was given, as text. Raises Invalid."""
    try:
        keys = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, Error, RecursionError):
        keys = None
    if not isinstance(keys, list) or len(keys) != length or not all(isinstance(k, (str, int)) for k in keys):
        raise _unreadable()
    return [str(key).replace("\x00", "").encode(errors="ignore").decode() for key in keys]


def _unreadable() -> Invalid:
    return Invalid(
        _("Con trỏ trang không đọc được."),
        fields={"cursor": _("Hãy dùng đúng next_cursor của trang trước, hoặc bỏ trống để xem từ đầu.")},
    )


def paged(
    rows: "QuerySet[M, Any]", *, cursor: str | None, limit: int, by: Sequence[str] = ("id",)
) -> tuple[list[Any], str | None]:
    """One page of a query ordered by ``by`` (``-field`` descends), and the cursor of the next page.

    The fields of ``by`` together must be unique. Costs one query, whatever the page. Raises Invalid for a bad cursor.
    """
    names = [name.lstrip("-") for name in by]
    found = list(following(rows, cursor, by).order_by(*by)[: limit + 1])
    return page_of(found, limit, names)


def following(rows: "QuerySet[M, Any]", cursor: str | None, by: Sequence[str]) -> "QuerySet[M, Any]":
    """The rows after the cursor. Raises Invalid for a bad one."""
    if not cursor:
        return rows
    try:
        return rows.filter(_after(by, decode_cursor(cursor, len(by))))
    except (ValueError, ValidationError):  # well written, but not a key of these rows
        raise _unreadable() from None


def page_of(found: list[Any], limit: int, names: Sequence[str]) -> tuple[list[Any], str | None]:
    """Of ``limit + 1`` rows in order, those of the page and the cursor of the next."""
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    keys = [last[name] if isinstance(last, dict) else getattr(last, name) for name in names]
    return found[:limit], encode_cursor(*(key if isinstance(key, int) else str(key) for key in keys))


def _after(by: Sequence[str], keys: Sequence[str]) -> Q:
    """Lexicographic 'comes later': a > x or (a = x and b > y) or …"""
    steps = []
    for index, name in enumerate(by):
        field, compare = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        same = {by[i].lstrip("-"): keys[i] for i in range(index)}
        steps.append(Q(**same, **{f"{field}__{compare}": keys[index]}))
    return reduce(or_, steps)
