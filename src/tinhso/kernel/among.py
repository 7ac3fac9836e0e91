"""Many ids in one question."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models.expressions import RawSQL


def among(ids: Iterable[UUID]) -> RawSQL:
    """For ``__in``: these ids as one parameter. Hundreds of them one by one cost the driver and the planner more than
    finding the rows."""
    return RawSQL("SELECT unnest(%s::uuid[])", [list(ids)])
