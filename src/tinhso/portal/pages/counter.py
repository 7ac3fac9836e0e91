"""What the counter shows to the public: the screen of called numbers, the kiosk, appointments."""

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.dossiers import actions, counter_rules, queries
from tinhso.dossiers.policies import BOOK, QUEUE
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem, TooMany
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.places import queries as places
from tinhso.portal.kept import keeps_typed
from tinhso.portal.offices import office_choices

LEVELS = ("commune", "district", "province")
SHOWN = 12


@guard(QUEUE)
@require_safe
def screen(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """Large numbers for a hall: no names. HTMX fetches only the list anew."""
    part = request.headers.get("HX-Request") == "true"
    context = {"screen": queries.screen(agency_id), "now": clock.now()}
    return render(request, "portal/screen_numbers.html" if part else "portal/screen.html", context)


@guard(QUEUE)
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """Draw a number: one button a window. The address is given by an official, for the day."""
    agency = places.agency(actions.agency_of_kiosk(token))
    context: dict[str, object] = {
        "agency": agency.name,
        "windows": counter_rules.windows_of(agency.code),
        "token": token,
    }
    status = 200
    if request.method == "POST":
        try:
            drawn = actions.draw_at_kiosk(token, request.POST.get("window", ""))
        except (Invalid, TooMany) as refused:
            context["problem"], status = refused, refused.status
        else:
            context |= {"drawn": drawn, "ahead": queries.ticket_ahead(drawn), "now": clock.now()}
    return render(request, "portal/kiosk.html", context, status=status)


@keeps_typed()
@guard(BOOK)
@require_safe
def appointments(request: ActedRequest) -> HttpResponse:
    """My appointments, and a new one: agency, day, slot."""
    return _show(request)


def _show(request: ActedRequest, problem: Problem | None = None) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    place, procedure = asked.get("noi", "").strip()[:100], asked.get("thu-tuc", "").strip()[:20]
    agency, day = _agency(asked.get("co-quan", "")), _day(asked.get("ngay", ""))
    rows, following = queries.my_appointments(request.actor, request.GET.get("after") or None)
    days = queries.days_open(agency) if agency else []
    context = {
        "rows": rows,
        "next": following or "",
        "place": place,
        "procedure": procedure,
        "offices": office_choices(LEVELS, place)[:SHOWN] if place and agency is None else [],
        "agency": agency,
        "agency_name": places.names([agency]).get(agency, "") if agency else "",
        "days": days,
        "day": day if day in days else None,
        "slots": queries.slots(agency, day) if agency and day in days and day else [],
        "problem": problem,
        "unverified": counter_rules.rules().unverified,
    }
    return render(request, "portal/appointments.html", context, status=problem.status if problem else 200)


@keeps_typed(back="portal:appointments")
@guard(BOOK)
@require_POST
def book(request: ActedRequest) -> HttpResponse:
    """Take a place in a slot."""
    agency = _agency(request.POST.get("co-quan", ""))
    try:
        at = datetime.fromisoformat(request.POST.get("slot", ""))
    except ValueError:
        at = None
    if agency is None or at is None or at.tzinfo is None:
        return _show(request, Invalid(_("Chọn một khung giờ còn chỗ.")))
    try:
        actions.book(request.actor, agency, at, request.POST.get("thu-tuc", "")[:20])
    except (Invalid, Conflict, TooMany, NotFound) as refused:
        return _show(request, refused)
    messages.success(request, _("Đã đặt lịch hẹn. Mang giấy tờ tùy thân, tới nơi báo với quầy."))
    return redirect("portal:appointments")


@guard(BOOK)
@require_POST
def cancel(request: ActedRequest, appointment_id: UUID) -> HttpResponse:
    """Give the place back."""
    try:
        actions.cancel(request.actor, appointment_id)
    except Conflict as refused:
        messages.warning(request, str(refused.detail))
    else:
        messages.success(request, _("Đã hủy lịch hẹn."))
    return redirect("portal:appointments")


def _agency(text: str) -> UUID | None:
    try:
        return places.agency(UUID(text)).pk
    except (ValueError, NotFound):
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
