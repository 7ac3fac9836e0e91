"""What may be chosen in the filters of these pages, and how addresses are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from tinhso.kernel import clock
from tinhso.kernel.http.versions import whole


@dataclass(frozen=True)
class Option:
    """A choice of a select."""

    value: str
    label: str
    chosen: bool


def options(choices: Mapping[str, object] | Iterable[tuple[str, object]], chosen: str) -> list[Option]:
    """Choices with the chosen one marked."""
    pairs = choices.items() if isinstance(choices, Mapping) else choices
    return [Option(value, str(label), value == chosen) for value, label in pairs]


def text(request: HttpRequest, name: str, most: int = 100) -> str:
    return request.GET.get(name, "").strip()[:most]


def year_asked(request: HttpRequest) -> int:
    """The year of the numbers in the address; this one when it says none that can be."""
    year, this = whole(request.GET.get("nam", "")), clock.today().year
    return year if year is not None and 2000 <= year <= this else this


def id_asked(request: HttpRequest, name: str) -> UUID | None:
    """An id in the address; None when there is none, or nothing that is one."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
