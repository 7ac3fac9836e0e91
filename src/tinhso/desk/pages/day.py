"""My day on paper: what is late, due today or awaited, with nothing that the inbox does not show."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.dossiers import queries
from tinhso.dossiers.policies import DESK
from tinhso.kernel import clock
from tinhso.kernel.policy import ActedRequest, guard


@guard(DESK)
@require_safe
def my_day(request: ActedRequest) -> HttpResponse:
    """The list of today, made to be printed on A4."""
    shown = {"day": queries.my_day(request.actor), "at": clock.now(), "name": request.actor.name}
    return render(request, "desk/day.html", shown)
