"""Papers at the desk: search and print them, the tracking book of the year, the hand-over list of a day."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.desk.navigation import agencies_of
from tinhso.dossiers import actions, queries
from tinhso.dossiers.paperwork import Period
from tinhso.dossiers.policies import BOOKS, DESK
from tinhso.dossiers.queries import Download, IssuedFilters
from tinhso.kernel import clock
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from tinhso.kernel.policy import ActedRequest, guard

#: What the tracking book may be narrowed to.
_STATES = ("open", "late", "done")


@guard(BOOKS)
@require_safe
def issued(request: ActedRequest) -> HttpResponse:
    """Papers of my agencies, the newest first; filters are in the address."""
    asked, problem = request.GET, None
    filters = IssuedFilters(
        kind=asked.get("loai") or None,
        number=asked.get("so", ""),
        code=asked.get("ma", ""),
        agency=_uuid(asked.get("co-quan", "")),
    )
    try:
        filters = replace(filters, since=_day(asked, "tu"), until=_day(asked, "den"))
    except Invalid as refused:
        problem = refused
    rows, following = queries.issued(request.actor, filters, asked.get("after") or None)
    context = {
        "rows": rows,
        "next": following or "",
        "kinds": queries.kinds_shown(),
        "asked": asked,
        "agencies": _agencies(request),
        "agency": filters.agency,
        "filtered": any(asked.get(name, "").strip() for name in ("loai", "so", "ma", "tu", "den", "co-quan")),
        "problem": problem,
    }
    return render(request, "desk/issued.html", context, status=problem.status if problem else 200)


@guard(BOOKS)
@require_safe
def issued_paper(request: ActedRequest, issued_id: UUID) -> HttpResponse:
    """The file of a paper; the reading is noted. A book still being written sends back to where it was ordered."""
    try:
        return handed_out(queries.issued_file(request.actor, issued_id))
    except Unavailable as waiting:
        messages.info(request, str(waiting.detail))
        return redirect("desk:tracking_book")


@guard(DESK)
@require_POST
def print_paper(request: ActedRequest, issued_id: UUID) -> HttpResponse:
    """Print it: counted with who and when; from the second time on the copy says so."""
    name, content = actions.print_paper(request.actor, issued_id)
    return handed_out(Download(name, "application/pdf", content))


@guard(BOOKS)
@require_http_methods(["GET", "HEAD", "POST"])
def tracking_book(request: ActedRequest) -> HttpResponse:
    """The tracking book of a year; POST orders it as a file."""
    asked, problem, period = request.POST if request.method == "POST" else request.GET, None, _year(request)
    try:
        since, until = _day(asked, "tu"), _day(asked, "den")
        if since and until and since > until:
            raise Invalid(fields={"den": _("Ngày cuối phải từ ngày đầu trở đi.")})
        period = replace(period, since=since, until=until)
        if request.method == "POST":
            made = actions.make_tracking_book(
                request.actor, period, format="xlsx" if asked.get("dang") == "xlsx" else "pdf"
            )
            words = _("Đã nhận lệnh xuất sổ số %(n)s. Tệp hiện ở cuối trang sau khoảng một phút.")
            messages.success(request, words % {"n": f"{made.number}/{made.year}"})
            return redirect("desk:tracking_book")
    except (Invalid, Conflict) as refused:
        problem = refused
    lines, following = queries.tracking_book(request.actor, period, request.GET.get("after") or None)
    this_year = clock.today().year
    context = {
        "lines": lines,
        "next": following or "",
        "period": period,
        "years": range(this_year, this_year - 6, -1),
        "asked": asked,
        "agencies": _agencies(request),
        "files": queries.lists_of(request.actor, period.agency, "tracking"),
        "filtered": bool(period.since or period.until or period.state),
        "problem": problem,
    }
    return render(request, "desk/tracking_book.html", context, status=problem.status if problem else 200)


@guard(BOOKS)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: ActedRequest) -> HttpResponse:
    """What was received on a day and stands on no list yet; POST makes the list of what was picked."""
    asked, problem = request.POST if request.method == "POST" else request.GET, None
    agency, day = _agency(request), clock.today()
    try:
        day = _day(asked, "ngay") or day
        if request.method == "POST":
            picked = [_uuid(value) for value in asked.getlist("pick")[: actions.LONGEST_LIST + 1]]
            made = actions.make_hand_over_list(
                request.actor, agency, [one for one in picked if one is not None], to=asked.get("den-noi", "")
            )
            messages.success(request, _("Đã lập danh sách số %(n)s. In ở dưới.") % {"n": f"{made.number}/{made.year}"})
            return redirect("desk:hand_over_list")
    except (Invalid, Conflict) as refused:
        problem = refused
    context = {
        "lines": queries.to_hand_over(request.actor, agency, day),
        "day": day,
        "to": asked.get("den-noi") or _("Bộ phận chuyên môn"),
        "picked": asked.getlist("pick") if request.method == "POST" else [],
        "agencies": _agencies(request),
        "agency": agency,
        "lists": queries.lists_of(request.actor, agency, "handover"),
        "problem": problem,
    }
    return render(request, "desk/hand_over_list.html", context, status=problem.status if problem else 200)


def _year(request: ActedRequest) -> Period:
    """Which book the address names: the first of one's agencies and this year unless it says otherwise."""
    asked, this_year = request.POST if request.method == "POST" else request.GET, clock.today().year
    named, state = asked.get("nam", ""), asked.get("tinh-trang", "")
    year = int(named) if named.isascii() and named.isdigit() and 2000 <= int(named[:5]) <= this_year else this_year
    return Period(_agency(request), year, state=state if state in _STATES else None)  # type: ignore[arg-type]


def _agency(request: ActedRequest) -> UUID:
    """The agency that the address names, else the first that one works at. Raises NotFound for another one."""
    asked = request.POST if request.method == "POST" else request.GET
    mine = _agencies(request)
    named = _uuid(asked.get("co-quan", "")) if asked.get("co-quan") else (mine[0][0] if mine else None)
    if named is None:
        raise NotFound
    BOOKS.require(request.actor, named)
    return named


def _agencies(request: ActedRequest) -> list[tuple[UUID, str]]:
    """Where one works on dossiers, by name."""
    known = agencies_of(request)
    return sorted(((i, n) for i, n in known.items() if BOOKS.allows(request.actor, i)), key=lambda pair: pair[1])


def _day(asked: QueryDict, name: str) -> date | None:
    """The day typed (05/09/2025), None when none was. Raises Invalid."""
    text = asked.get(name, "").strip()
    try:
        return datetime.strptime(text, "%d/%m/%Y").date() if text else None
    except ValueError:
        raise Invalid(fields={name: _("Ghi ngày như 05/09/2025: ngày, tháng, năm.")}) from None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
