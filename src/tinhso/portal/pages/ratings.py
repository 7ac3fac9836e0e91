"""How agencies are rated: the public board, and one agency by the nine criteria."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.dossiers import queries
from tinhso.dossiers.pack import ratings as pack
from tinhso.dossiers.policies import COUNTS
from tinhso.kernel import clock
from tinhso.kernel.http.versions import whole
from tinhso.kernel.policy import ActedRequest, guard


@guard(COUNTS)
@require_safe
def board(request: ActedRequest) -> HttpResponse:
    """The agencies with enough ratings, by name; ``tim`` narrows it to names with those words."""
    years, year = _years(request)
    said = request.GET.get("tim", "").strip()[:100]
    rows = queries.rated_agencies(request.actor, year)
    shown = [row for row in rows if said.casefold() in row.name.casefold()]
    context = {"rows": shown, "years": years, "year": year, "said": said, "least": pack.least(), "any": bool(rows)}
    return render(request, "portal/ratings.html", context)


@guard(COUNTS)
@require_safe
def agency(request: ActedRequest, agency_id: UUID) -> HttpResponse:
    """One agency: each criterion with its score and sample, or why there is none."""
    years, year = _years(request)
    found = queries.agency_ratings(request.actor, agency_id, year)
    return render(request, "portal/agency_ratings.html", {"found": found, "years": years, "year": year})


def _years(request: ActedRequest) -> tuple[list[int], int]:
    """The years to choose from, and the one asked for: else the newest of which something is told."""
    years = queries.rating_years(request.actor) or [clock.today().year]
    asked = whole(request.GET.get("nam", ""))
    return years, asked if asked in years else years[0]
