"""The board of targets, and one target."""

from dataclasses import replace
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.indicators import exports, queries
from tinhso.indicators.pages.choices import options, text, year_asked
from tinhso.indicators.paths import TargetStatus
from tinhso.indicators.policies import READ
from tinhso.indicators.queries import Filters, TargetFacts
from tinhso.indicators.strategy import decision
from tinhso.kernel import clock, measures
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.http.versions import whole
from tinhso.kernel.policy import ActedRequest, guard

#: The groups of the board's tiles: statuses that are counted together.
GROUPS = {
    "met": (TargetStatus.MET,),
    "near": (TargetStatus.ON_WAY, TargetStatus.NEAR),
    "far": (TargetStatus.FAR, TargetStatus.OVERDUE),
    "none": (TargetStatus.NONE, TargetStatus.EMPTY),
}


def filters_of(request: HttpRequest) -> Filters:
    """The filters that the address names."""
    group = text(request, "muc")
    return Filters(
        q=text(request, "q", 200),
        clause=text(request, "khoan", 20),
        year=whole(text(request, "moc")),
        status=",".join(GROUPS[group]) if group in GROUPS else "",
    )


@guard(READ)
@require_safe
def board(request: ActedRequest) -> HttpResponse:
    """Every target by clause, with its value of the year against its marks."""
    wanted, year = filters_of(request), year_asked(request)
    every, _none = queries.targets(request.actor, replace(wanted, status=""), year=year)
    shown = [facts for facts in every if not wanted.status or facts.status in wanted.status.split(",")]
    titles = queries.clauses()
    context = {
        "decision": decision(),
        "sections": [
            (key, _heading(titles, key), list(of_clause)) for key, of_clause in groupby(shown, key=lambda f: f.clause)
        ],
        "counts": {group: sum(facts.status in statuses for facts in every) for group, statuses in GROUPS.items()},
        "group": text(request, "muc"),
        "q": wanted.q,
        "clauses": options(
            [(key, f"{key} {_heading(titles, key)}") for key in titles if key.startswith("II.") and key.count(".") > 1],
            wanted.clause,
        ),
        "marks": options([("2025", "2025"), ("2030", "2030")], text(request, "moc")),
        "year": year,
        "years": options([(str(y), y) for y in _years(every)], str(year)),
        "today": clock.today(),
        "filtered": bool(wanted.q or wanted.clause or wanted.year or wanted.status),
        "query": request.GET.urlencode(),
    }
    return render(request, "indicators/board.html", context)


def _heading(titles: dict[str, str], key: str) -> str:
    """ "Chính quyền số, đến năm 2025": a heading with the year that the one above it names."""
    above = titles.get(key.rpartition(".")[0], "").partition("đến năm ")[2]
    return (
        _("%(title)s, đến năm %(year)s") % {"title": titles.get(key, ""), "year": above}
        if above
        else titles.get(key, "")
    )


def _years(found: list[TargetFacts]) -> list[int]:
    named = {facts.measure for facts in found if facts.measure}
    return sorted({*(measures.years(named) if named else ()), clock.today().year}, reverse=True)


@guard(READ)
@require_safe
def as_csv(request: ActedRequest) -> HttpResponse:
    """The board's table, as filtered, for a spreadsheet or a program."""
    found, _none = queries.targets(request.actor, filters_of(request), year=year_asked(request))
    return handed_out(exports.csv_of(found), attach=True)


@guard(READ)
@require_safe
def as_xlsx(request: ActedRequest) -> HttpResponse:
    """The same as a workbook."""
    found, _none = queries.targets(request.actor, filters_of(request), year=year_asked(request))
    return handed_out(exports.xlsx_of(found), attach=True)


@guard(READ)
@require_safe
def target(request: ActedRequest, key: str) -> HttpResponse:
    """One target: its words, its number, what it is made of, its months."""
    year = year_asked(request)
    found = queries.target(request.actor, key, year)
    of = measures.measure(found.measure) if found.measure else None
    today = request.GET.get("theo") == "nay"
    context = {
        "target": found,
        "measure": of,
        "heading": _heading(queries.clauses({found.clause, found.clause.rpartition(".")[0]}), found.clause),
        "agencies": queries.breakdown(request.actor, found, "agency", year),
        "units": queries.units_today(request.actor, found, year)
        if today
        else queries.breakdown(request.actor, found, "unit", year),
        "today": today,
        "months": queries.history(request.actor, found)[-24:],
        "year": year,
        "years": options([(str(y), y) for y in _years([found])], str(year)),
        "decision": decision(),
    }
    return render(request, "indicators/target.html", context)
