"""The thread of one's own dossier: read, and write to the agency."""

from collections.abc import Mapping
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers import actions, queries
from tinhso.dossiers.policies import OWN
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Invalid, NoRoom, NotFound, Problem, TooLarge, TooMany
from tinhso.kernel.ids import new_id
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.portal.kept import keeps_typed, typed_before_login


@keeps_typed()
@guard(OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """What was written, and a form to write. Opening it says to the agency that it was read."""
    problem: Problem | None = None
    if queries.writes_as_office(request.actor, dossier_id):
        raise NotFound
    if request.method == "POST":
        try:
            actions.write(
                request.actor,
                dossier_id,
                text=request.POST.get("text", ""),
                papers=[(one.name or "", cast(BinaryIO, one)) for one in request.FILES.getlist("file")],
                key=request.POST.get("key", ""),
            )
        except (Invalid, Conflict, NoRoom, TooLarge, TooMany) as refused:
            problem = refused
        else:
            messages.success(request, _("Đã gửi. Có trả lời, chúng tôi báo bạn."))
            return redirect("portal:thread", dossier_id)
    found = queries.thread(request.actor, dossier_id, request.GET.get("truoc") or None)
    actions.read_thread(request.actor, dossier_id)
    typed: Mapping[str, Any] = request.POST or typed_before_login(request) or {}
    context = {
        "thread": found,
        "problem": problem,
        "errors": problem.fields if problem else {},
        "typed": typed,
        "mark": typed.get("key") or new_id(),
    }
    return render(request, "portal/thread.html", context, status=problem.status if problem else 200)


@guard(OWN)
@require_safe
def message_file(request: ActedRequest, dossier_id: UUID, message_file_id: UUID) -> HttpResponse:
    """A file of a message about one's own dossier."""
    return handed_out(queries.message_file(request.actor, dossier_id, message_file_id))
