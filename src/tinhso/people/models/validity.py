"""Validity in columns: from a day to a day, both included (no last day: until further notice)."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tinhso.kernel import clock

DURING = RangeOperators.OVERLAPS


def span() -> Func:
    """The days ``[valid_from, valid_to]`` of a row, for exclusion constraints."""
    return Func(
        F("valid_from"),
        F("valid_to"),
        RangeBoundary(inclusive_lower=True, inclusive_upper=True),
        function="daterange",
        output_field=DateRangeField(),
    )


def valid_on(day: date, prefix: str = "") -> Q:
    """The rows in force on that day."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    )


def in_order(name: str) -> Any:
    """A row does not end before it starts."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name=f"{name}_valid_in_order"
    )


def in_force(prefix: str = "") -> Q:
    """The rows in force at this very moment: valid today and not ended in the course of the day."""
    return valid_on(clock.today(), prefix) & (
        Q(**{f"{prefix}ended_at__isnull": True}) | Q(**{f"{prefix}ended_at__gt": clock.now()})
    )


def not_over(prefix: str = "") -> Q:
    """The rows in force now or from a later day on."""
    return Q(**{f"{prefix}ended_at__isnull": True}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": clock.today()})
    )
