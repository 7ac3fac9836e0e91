"""Finding: the first page, the search, and one procedure with everything a person needs to know before starting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.policy import PUBLIC, guard
from tinhso.portal.offices import office_choices
from tinhso.procedures import queries as procedures


@guard(PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One question, one search, the tracking box."""
    return render(request, "portal/home.html", {"procedures": procedures.procedures_on(clock.today())})


@guard(PUBLIC)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Procedures that fit the words; without words, all of them."""
    words = request.GET.get("q", "").strip()[:200]
    today = clock.today()
    found = procedures.search(words, today) if words else procedures.procedures_on(today)
    return render(request, "portal/search.html", {"words": words, "found": found})


@guard(PUBLIC)
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """What the procedure gives, how long it takes, what to prepare, where to file."""
    version = procedures.procedure(code, clock.today())
    offices = office_choices(version.spec.agency_level, request.GET.get("noi", "").strip()[:100])
    return render(
        request,
        "portal/procedure.html",
        {"version": version, "spec": version.spec, "offices": offices, "place": request.GET.get("noi", "")},
    )
