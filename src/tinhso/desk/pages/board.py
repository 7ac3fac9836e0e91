"""Where dossiers wait and why they are late: numbers and bars that open to the dossiers they count."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.desk.addressed import CAUSES, DUE, ROLES, address, read
from tinhso.desk.navigation import agencies_of
from tinhso.dossiers import queries
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries import Filters, QueueLine
from tinhso.dossiers.queries.board import STATES
from tinhso.kernel.policy import ActedRequest, guard

#: Lines of one table; the rest is said.
MOST = 40
#: Length of the longest bar, in the units of its drawing.
WIDTH = 1000


@dataclass(frozen=True)
class Part:
    """A piece of a bar: a state of time, where it begins and how long it is, and where it opens."""

    state: str
    words: str
    number: int
    start: float
    length: float
    url: str


@dataclass(frozen=True)
class Row:
    words: str
    total: int
    late: int
    url: str
    late_url: str
    parts: list[Part]


@dataclass(frozen=True)
class Table:
    title: str
    rows: list[Row]
    more: int


@guard(DESK)
@require_safe
def board(request: ActedRequest) -> HttpResponse:
    """All that waits at my agencies, by agency, step, holder and field; my own queues by role and field."""
    filters = Filters(agency=read(request.GET).agency)
    shown, names = queries.board(request.actor, filters), agencies_of(request)
    whole = QueueLine("", "", shown.counts, replace(filters, whole=True))
    tables = [
        _table(_("Chờ ở bước nào"), shown.steps),
        _table(_("Ai đang giữ"), shown.holders, _("Chưa ai nhận")),
        _table(_("Lĩnh vực"), shown.fields),
    ]
    if len(shown.agencies) > 1:
        tables.insert(0, _table(_("Cơ quan"), shown.agencies, names=names))
    context = {
        "total": shown.total,
        "whole": _row(whole, shown.total, ""),
        "tiles": [(DUE[state], state, shown.counts.get(state, 0), _url(whole.filters, state)) for state in STATES],
        "why": [
            (CAUSES[cause], number, _opened(replace(whole.filters, cause=cause))) for cause, number in shown.why.items()
        ],
        "late": shown.counts.get("late", 0),
        "tables": tables,
        "queues": [
            (str(ROLES.get(str(line.key), line.key)), line.words, line.total, line.late, _opened(line.filters))
            for line in queries.queues(request.actor)
        ],
        "agencies": sorted(names.items(), key=lambda pair: pair[1]) if len(names) > 1 else [],
        "agency": filters.agency,
    }
    return render(request, "desk/board.html", context)


def _table(title: str, lines: list[QueueLine], nobody: str = "", names: dict[UUID, str] | None = None) -> Table:
    longest = max((line.total for line in lines), default=1)
    rows = [_row(line, longest, _words(line, nobody, names)) for line in lines[:MOST]]
    return Table(title, rows, max(len(lines) - MOST, 0))


def _words(line: QueueLine, nobody: str, names: dict[UUID, str] | None) -> str:
    if names is not None and isinstance(line.key, UUID):
        return names.get(line.key, "")
    return line.words or nobody


def _row(line: QueueLine, longest: int, words: str) -> Row:
    parts, start = [], 0.0
    for state in STATES:
        number = line.counts.get(state, 0)
        if not number:
            continue
        length = WIDTH * number / max(longest, 1)
        parts.append(Part(state, str(DUE[state]), number, round(start, 1), round(length, 1), _url(line.filters, state)))
        start += length
    return Row(words, line.total, line.late, _opened(line.filters), _url(line.filters, "late"), parts)


def _url(filters: Filters, state: str) -> str:
    return _opened(replace(filters, due=state))  # type: ignore[arg-type]


def _opened(filters: Filters) -> str:
    return reverse("desk:inbox") + address(filters)
