"""What can grow old: each app registers its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from tinhso.kernel.registries import Registry

#: Nobody needs to know more exactly how much is due.
COUNTED = 100_000


@dataclass(frozen=True)
class Subject:
    """Something that is kept for a while.

    ``count(before)``: how much is older than that instant, up to 100,000. ``remove(before, limit)``: take away at
    most so much of it, in one transaction of its own; how much. Without ``remove`` it is never deleted, whatever a
    pack says.
    """

    title: str | Promise
    count: Callable[[datetime], int]
    remove: Callable[[datetime, int], int] | None = None
    real_time: bool = False  #: its age is measured in real time (sessions, tokens), not by the business clock


subjects: Registry[Subject] = Registry("retention subject")


def counted(rows: QuerySet[Any, Any]) -> int:
    """How many, up to 100,000: cheap on a table of any size."""
    return rows.order_by()[:COUNTED].count()
