"""Parts of joined filings that agencies outside the system do: hand over, record the answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers import actions, queries
from tinhso.dossiers.policies import OUTSIDE
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem
from tinhso.kernel.policy import ActedRequest, guard


@guard(OUTSIDE)
@require_safe
def parts(request: ActedRequest) -> HttpResponse:
    """What waits to be handed over or answered, the oldest first."""
    rows, following = queries.outside_rows(request.actor, request.GET.get("after"))
    return render(request, "desk/outside.html", {"rows": rows, "next": following or ""})


@guard(OUTSIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: ActedRequest, outside_id: UUID) -> HttpResponse:
    """What is to be handed over; what became of it."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _act(request, outside_id)
        except (Conflict, Invalid) as refused:
            problem = refused
    found = queries.outside_part(request.actor, outside_id)
    context = {"part": found, "problem": problem, "typed": request.POST}
    return render(request, "desk/outside_part.html", context, status=problem.status if problem else 200)


def _act(request: ActedRequest, outside_id: UUID) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "send":
        actions.send_outside(request.actor, outside_id, note=request.POST.get("note", ""))
        messages.success(request, _("Đã ghi chuyển. Thời hạn của phần này tính từ bây giờ."))
        return redirect("desk:outside_part", outside_id)
    if act not in ("done", "refused"):
        raise NotFound
    actions.answer_outside(
        request.actor,
        outside_id,
        done=act == "done",
        reference=request.POST.get("reference", ""),
        text=request.POST.get("text", ""),
    )
    messages.success(request, _("Đã ghi trả lời. Người nộp được báo."))
    return redirect("desk:outside")


@guard(OUTSIDE)
@require_safe
def paper(request: ActedRequest, outside_id: UUID, outside_paper: UUID) -> HttpResponse:
    """A paper that goes with the part; the reading is noted."""
    return handed_out(queries.outside_paper(request.actor, outside_id, outside_paper))
