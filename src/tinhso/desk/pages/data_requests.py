"""Requests about personal data at the desk: written down at the counter, erasures decided by a second person."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.desk.shown import in_page_order
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Denied, Invalid, Problem, TooMany
from tinhso.kernel.form_view import date_parts, date_sent
from tinhso.kernel.policy import ActedRequest, Actor, guard
from tinhso.people.actions import SeenIdentity
from tinhso.people.models import IdentifierKind, Role
from tinhso.places import queries as places
from tinhso.vault import request_queries, requests
from tinhso.vault.models import RequestKind
from tinhso.vault.policies import COUNTER_DATA, DECIDE_ERASURE

#: The questions of the counter form in their order on the page, which the list of mistakes follows.
_ASKED = ("agency", "kind", "identifier", "number", "full_name", "birth_date", "reason", "papers_seen")


def _agencies(actor: Actor) -> dict[UUID, str]:
    return places.names([grant.scope for grant in actor.grants if grant.role == Role.RECEIVER and not grant.kept])


@guard(COUNTER_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: ActedRequest) -> HttpResponse:
    """For a person who stands there with their papers."""
    if request.method != "POST":
        return _show(request)
    posted = request.POST
    try:
        requests.ask_at_counter(
            request.actor,
            _agency(request),
            posted.get("kind", ""),
            seen=SeenIdentity(
                posted.get("full_name", ""),
                date_sent(posted, "birth_date"),
                "",
                posted.get("identifier", ""),
                posted.get("number", ""),
            ),
            papers_seen=bool(posted.get("papers_seen")),
            reason=posted.get("reason", ""),
        )
    except (Invalid, Conflict, Denied, TooMany) as refused:
        return _show(request, refused)
    messages.success(request, _("Đã ghi yêu cầu. Bản dữ liệu sẵn sàng sau ít phút, tải lại trang để in."))
    return redirect("desk:data_requests")


def _agency(request: ActedRequest) -> UUID:
    own = _agencies(request.actor)
    try:
        return UUID(request.POST.get("agency", ""))
    except ValueError:
        if len(own) == 1:
            return next(iter(own))
        raise Invalid(fields={"agency": _("Chọn cơ quan tiếp nhận.")}) from None


def _show(request: ActedRequest, problem: Problem | None = None) -> HttpResponse:
    rows, following = request_queries.written_down(request.actor, cursor=request.GET.get("after") or None)
    posted = request.POST
    own = _agencies(request.actor)
    context = {
        "rows": rows,
        "next": following or "",
        "problem": problem,
        "errors": in_page_order(problem, _ASKED),
        "typed": posted,
        "kinds": _options(RequestKind.choices, posted.get("kind", "")),
        "identifiers": _options(IdentifierKind.choices, posted.get("identifier", "")),
        "agencies": _options([(str(key), name) for key, name in own.items()], posted.get("agency", "")),
        "choose_agency": len(own) > 1,
        "birth": date_parts("birth_date", posted, wrong="birth_date" in (problem.fields if problem else {})),
    }
    return render(request, "desk/data_requests.html", context, status=problem.status if problem else 200)


def _options(choices: Sequence[tuple[str, object]], chosen: str) -> list[dict[str, object]]:
    return [{"value": value, "label": label, "chosen": value == chosen} for value, label in choices]


@guard(COUNTER_DATA)
@require_safe
def paper(request: ActedRequest, request_id: UUID) -> HttpResponse:
    """The finished export on paper, to hand to the person; the reading is noted."""
    return handed_out(request_queries.fetched(request.actor, request_id, "pdf"))


@guard(DECIDE_ERASURE)
@require_safe
def erasures(request: ActedRequest) -> HttpResponse:
    """Erasures that wait for a decision, without a name."""
    rows, following = request_queries.waiting(request.actor, cursor=request.GET.get("after") or None)
    return render(request, "desk/erasures.html", {"rows": rows, "next": following or "", "may_act": True})


@guard(DECIDE_ERASURE)
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: ActedRequest, request_id: UUID) -> HttpResponse:
    """What would go, what stays and why; approve, or refuse with a reason."""
    problem: Problem | None = None
    if request.method == "POST":
        approve = request.POST.get("do") == "approve"
        try:
            requests.decide(request.actor, request_id, approve=approve, answer=request.POST.get("answer", ""))
        except (Invalid, Conflict) as refused:
            problem = refused
        else:
            messages.success(request, _("Đã duyệt.") if approve else _("Đã từ chối, người yêu cầu đọc được lý do."))
            return redirect("desk:erasures")
    found = request_queries.to_decide(request.actor, request_id)
    context = {
        "found": found,
        "goes": [one for one in found.planned if one.goes],
        "stays": [one for one in found.planned if not one.goes],
        "problem": problem,
        "errors": problem.fields if problem else {},
        "typed": request.POST,
    }
    return render(request, "desk/erasure.html", context, status=problem.status if problem else 200)
