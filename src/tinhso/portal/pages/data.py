"""My data: a copy of everything the state holds here about me, and its erasure where the law allows."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Invalid, Problem, TooMany
from tinhso.kernel.policy import SIGNED_IN, ActedRequest, guard
from tinhso.portal.kept import keeps_typed
from tinhso.vault import request_queries, requests
from tinhso.vault.models import RequestKind


@keeps_typed()
@guard(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: ActedRequest) -> HttpResponse:
    """What I asked for and how far it is; asking anew. Without a verified identity: how to get one."""
    actor = request.actor
    if not actor.assured or actor.subject is None:
        return render(request, "portal/unassured.html", {"what": "data"})
    if request.method != "POST":
        return _show(request)
    try:
        made = requests.ask(actor, request.POST.get("kind", ""), reason=request.POST.get("reason", ""))
    except (Invalid, Conflict, TooMany) as refused:
        return _show(request, refused)
    if made.kind == RequestKind.EXPORT:
        messages.success(request, _("Đã nhận yêu cầu. Chúng tôi báo cho bạn khi bản dữ liệu sẵn sàng."))
    else:
        messages.success(request, _("Đã nhận yêu cầu xóa. Một người khác xem và quyết định, rồi báo cho bạn."))
    return redirect("portal:data")


@keeps_typed()
@guard(SIGNED_IN)
@require_safe
def fetch(request: ActedRequest, request_id: UUID, form: str) -> HttpResponse:
    """A finished export, as JSON or PDF."""
    return handed_out(request_queries.fetched(request.actor, request_id, form), attach=True)


def _show(request: ActedRequest, problem: Problem | None = None) -> HttpResponse:
    rows, following = request_queries.mine(request.actor, cursor=request.GET.get("after") or None)
    planned = request_queries.my_plan(request.actor)
    context = {
        "rows": rows,
        "ready": any(row.ready for row in rows),
        "next": following or "",
        "goes": [one for one in planned if one.goes],
        "stays": [one for one in planned if not one.goes],
        "export_term": request_queries.term(RequestKind.EXPORT),
        "erasure_term": request_queries.term(RequestKind.ERASURE),
        "problem": problem,
        "typed": request.POST,
    }
    return render(request, "portal/data.html", context, status=problem.status if problem else 200)
