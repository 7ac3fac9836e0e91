"""The records that a number counts: of a target, or of the measure shown beside a task or duty."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.indicators import queries
from tinhso.indicators.pages.choices import id_asked, text, year_asked
from tinhso.indicators.policies import READ
from tinhso.indicators.queries.targets import Current
from tinhso.kernel import measures
from tinhso.kernel.errors import NotFound
from tinhso.kernel.measures import Figure, Part
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.places import queries as places


@dataclass(frozen=True)
class Above:
    """What the number stands under, and the page to go back to."""

    title: str
    name: str  #: in the path of the page
    url: str
    back: str
    figure: Figure | Current | None


@guard(READ)
@require_safe
def of_target(request: ActedRequest, key: str) -> HttpResponse:
    """The records that a target's number counts; each opens with its own policy."""
    year = year_asked(request)
    found = queries.target(request.actor, key, year)
    url = f"{reverse('indicators:target', args=[found.id])}?nam={year}"
    return _list(request, found.measure, Above(found.title, found.id, url, _("Về mục tiêu"), found.current))


@guard(READ)
@require_safe
def of_undertaking(request: ActedRequest, key: str) -> HttpResponse:
    """The records that the number beside a task or duty counts; each opens with its own policy."""
    found = queries.undertaking(request.actor, key)
    if found.measure is None:
        raise NotFound
    figure = measures.figures([found.measure], year_asked(request)).get(found.measure)
    url, back = reverse("indicators:undertaking", args=[found.id]), _("Về việc này")
    title = str(measures.measure(found.measure).title)
    return _list(request, found.measure, Above(title, found.id, url, back, figure))


def _list(request: ActedRequest, measure: str | None, above: Above) -> HttpResponse:
    part = text(request, "phan") or str(Part.ALL)
    if part not in list(Part):
        raise NotFound
    agency, unit = id_asked(request, "co-quan"), id_asked(request, "don-vi")
    listed, following = queries.counted(
        request.actor,
        measure,
        year_asked(request),
        agency=agency,
        unit=unit,
        part=Part(part),
        cursor=request.GET.get("after"),
    )
    of = measures.measure(measure or "")
    allowed = of.scopes(request.actor)
    known = places.names({row.scope for row in listed if row.scope} | {i for i in (agency, unit) if i})
    context = {
        "above": above,
        "measure": of,
        "rows": [(row, known.get(row.scope, "") if row.scope else "") for row in listed],
        "next": following or "",
        "closed": allowed is not None and not allowed,
        "limited": bool(allowed),
        "place": next((known[place] for place in (agency, unit) if place in known), ""),
        "part": part,
        "parts": [
            (str(Part.ALL), _("Tất cả")),
            (str(Part.NUMERATOR), str(of.numerator)),
            (str(Part.OUTSIDE), _("Chưa đạt")),
        ],
    }
    return render(request, "indicators/records.html", context)
