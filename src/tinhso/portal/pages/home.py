"""The first page and what happens in a life: one question, few choices."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.dossiers.joined.spec import of_life_event
from tinhso.kernel import clock
from tinhso.kernel.policy import PUBLIC, guard
from tinhso.procedures import queries as procedures
from tinhso.procedures.finding.catalogue import Listed


@dataclass(frozen=True)
class Step:
    """A procedure of a life event as it is law today, and when it is needed."""

    procedure: Listed
    when: str


@guard(PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One question, one search, the tracking box, life events, fields."""
    today = clock.today()
    context = {
        "procedures": procedures.procedures_on(today, procedures.Filters(complete=True)),
        "events": procedures.life_events(),
        "fields": procedures.fields_on(today),
    }
    return render(request, "portal/home.html", context)


@guard(PUBLIC)
@require_safe
def life_events(request: HttpRequest) -> HttpResponse:
    """All life events."""
    return render(request, "portal/life_events.html", {"events": procedures.life_events()})


@guard(PUBLIC)
@require_safe
def life_event(request: HttpRequest, slug: str) -> HttpResponse:
    """What to do when something happens in a life, in order; procedures that are not law today are left out."""
    event = procedures.life_event(slug)
    known = procedures.by_code([step.code for step in event.steps], clock.today())
    steps = [Step(known[step.code], step.when) for step in event.steps if step.code in known]
    others = [other for other in procedures.life_events() if other.slug != slug]
    context = {"event": event, "steps": steps, "others": others, "joined": of_life_event(slug, clock.today())}
    return render(request, "portal/life_event.html", context)
