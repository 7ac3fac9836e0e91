"""Search over everything at one's agencies."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tinhso.desk.addressed import id_in
from tinhso.desk.navigation import agencies_of
from tinhso.dossiers import queries
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries.search import CANDIDATES
from tinhso.kernel import clock
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.procedures import queries as procedures


@guard(DESK)
@require_safe
def search(request: ActedRequest) -> HttpResponse:
    """Codes, names, content; a whole code opens its dossier."""
    asked = request.GET
    said = asked.get("q", "").strip()[:200]
    if said and (found := queries.coded(request.actor, said)) is not None:
        return redirect("desk:record", found)
    agency, field = id_in(asked.get("co-quan", "")), asked.get("linh-vuc", "")[:200]
    hits = queries.search(
        request.actor,
        said,
        agency=agency,
        open_only=asked.get("dang") == "mo",
        field=field,
        cursor=asked.get("after") or None,
    )
    agencies = agencies_of(request)
    context = {
        "said": said,
        "hits": hits,
        "most": CANDIDATES,
        "agencies": sorted(agencies.items(), key=lambda pair: pair[1]) if len(agencies) > 1 else [],
        "agency": agency,
        "names": agencies,
        "field": field,
        "fields": procedures.fields_on(clock.today()),
        "open_only": asked.get("dang") == "mo",
    }
    return render(request, "desk/search.html", context)
