"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    """The actor and whether the data shown is sample data."""
    return {"actor": getattr(request, "actor", None), "sample": settings.HERE.sample}
