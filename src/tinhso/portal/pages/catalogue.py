"""Finding a procedure, and one procedure with everything a person needs to know before starting."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.dossiers.joined.spec import of_procedure
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotFound
from tinhso.kernel.http.paging import decode_cursor, encode_cursor
from tinhso.kernel.policy import PUBLIC, guard
from tinhso.places import queries as places
from tinhso.places.models import Agency
from tinhso.portal.offices import office_choices
from tinhso.procedures import queries as procedures
from tinhso.procedures.queries import Filters, Found

SHOWN = 30  #: procedures on a page
SUGGESTED = 6
SURE = 500  #: a best score below this is told as a guess
LONGEST = 200
ASKED = {"field": "linh-vuc", "level": "cap", "online": "truc-tuyen", "file": "nop"}  #: filters in the address
LEVELS = {"xa": "commune", "huyen": "district", "tinh": "province"}
ONLINE = {"toan-trinh": "full", "mot-phan": "partial"}


@guard(PUBLIC)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Procedures that fit the words and the filters of the address; without words, all of them."""
    today = clock.today()
    words = request.GET.get("q", "").strip()[:LONGEST]
    agency = _agency(request.GET.get("co-quan", ""))
    chosen = {name: request.GET.get(asked, "")[:LONGEST] for name, asked in ASKED.items()}
    found = procedures.search(words, today, _filters(chosen, agency))
    shown, following = _page(found, request.GET.get("after"))
    filtered = agency is not None or any(chosen.values())
    context: dict[str, Any] = {
        "words": words,
        "found": shown,
        "next": following,
        "chosen": chosen,
        "agency": agency,
        "filtered": filtered,
        "unsure": bool(words) and bool(found) and found[0].score < SURE,
        "events": procedures.life_events_for(words),
        "fields": procedures.fields_on(today),
        "offices": office_choices(LEVELS.values(), departments=False),
    }
    if not found:
        context |= {"near": procedures.near_fields(words, today), "every_event": procedures.life_events()}
    return render(request, "portal/search.html", context)


@guard(PUBLIC)
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """A few procedures for what has been typed so far: a part of a page for HTMX; without it, the search itself."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    if request.headers.get("HX-Request") != "true":
        return redirect(f"{reverse('portal:search')}?{urlencode({'q': words})}")
    found = procedures.search(words, clock.today())[:SUGGESTED] if len(words) > 1 else []
    context = {"words": words, "found": found, "events": procedures.life_events_for(words)[:1] if found else []}
    return render(request, "portal/suggestions.html", context)


@guard(PUBLIC)
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """What the procedure gives, how long it takes, what to prepare, where to file; `on` asks about another day."""
    today = clock.today()
    periods = procedures.periods(code)
    try:
        day = _day(request.GET.get("on", ""), today)
        version = procedures.entry(code, day)
    except Invalid as refused:
        return _not_then(request, str(refused.detail), periods, refused.status)
    except NotFound:
        if not periods:
            raise
        words = _("Chưa có quy định nào của thủ tục này vào ngày %(day)s.") % {"day": f"{day:%d/%m/%Y}"}
        return _not_then(request, words, periods, 404)
    entry = version.entry
    place = request.GET.get("noi", "").strip()[:100]
    context = {
        "version": version,
        "entry": entry,
        "spec": version.spec if version.fillable else None,
        "suffix": procedures.published_suffix(day),
        "periods": periods,
        "day": day,
        "today": today,
        "offices": office_choices(entry.level.levels, place, departments=version.complete),
        "place": place,
        "events": [event for event in procedures.life_events() if code in {step.code for step in event.steps}][:3],
        "joined": of_procedure(code, today),
    }
    return render(request, "portal/procedure.html", context)


def _not_then(request: HttpRequest, words: str, periods: list[Any], status: int) -> HttpResponse:
    return render(request, "portal/procedure_not_then.html", {"words": words, "periods": periods}, status=status)


def _day(text: str, today: date) -> date:
    """The day of the address. Raises Invalid."""
    if not text:
        return today
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):  # as people write it; as the links between periods write it
        with suppress(ValueError):
            return datetime.strptime(text, shape).date()
    raise Invalid(_("Ghi ngày cần xem như 05/09/2025: ngày, tháng, năm."))


def _agency(text: str) -> Agency | None:
    """The agency of the address; an unknown one counts as none."""
    try:
        return places.agency(UUID(text))
    except (ValueError, NotFound):
        return None


def _filters(chosen: dict[str, str], agency: Agency | None) -> Filters:
    once = chosen["level"] == "huyen"  # there is no district any more: what was done there, wherever it is done now
    levels = {LEVELS[chosen["level"]]} if chosen["level"] in LEVELS and not once else set()
    if agency is not None:
        offered = procedures.levels_of(agency)
        levels = (levels & offered if levels else offered) or {"none"}
    return Filters(
        field=chosen["field"],
        levels=frozenset(levels),
        online=ONLINE.get(chosen["online"], ""),
        fillable=True if chosen["file"] == "1" else None,
        once="district" if once else "",
    )


def _page(found: list[Found], after: str | None) -> tuple[list[Found], str]:
    """The page after a cursor; a cursor that cannot be read begins anew."""
    try:
        last = tuple(decode_cursor(after, 2)) if after else None
    except Invalid:
        last = None
    rest = [hit for hit in found if last is None or hit.place > last]
    return rest[:SHOWN], encode_cursor(*rest[SHOWN - 1].place) if len(rest) > SHOWN else ""
