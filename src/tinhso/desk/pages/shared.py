"""Choices as the page components draw them, and days as people type them."""

from collections.abc import Iterable
from datetime import date, datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Invalid


def options(choices: Iterable[tuple[str, object]], chosen: str) -> list[dict[str, object]]:
    """Values and words, the chosen one marked."""
    return [{"value": value, "label": label, "chosen": value == chosen} for value, label in choices]


def day_typed(request: HttpRequest, name: str) -> date | None:
    """The day typed (05/09/2025), None when none was. Raises Invalid."""
    day = request.POST.get(name, "").strip()
    try:
        return datetime.strptime(day, "%d/%m/%Y").date() if day else None
    except ValueError:
        raise Invalid(fields={name: _("Ghi ngày như 05/09/2025: ngày, tháng, năm.")}) from None
