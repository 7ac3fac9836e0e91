"""Threads at the desk: what applicants wrote that nobody opened, and one dossier's."""

from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers import actions, queries
from tinhso.dossiers.policies import DESK
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Invalid, NoRoom, NotFound, Problem, TooLarge, TooMany
from tinhso.kernel.ids import new_id
from tinhso.kernel.policy import ActedRequest, guard


@guard(DESK)
@require_safe
def threads(request: ActedRequest) -> HttpResponse:
    """Dossiers of my agencies whose applicant waits for somebody to read."""
    rows, following = queries.unread_threads(request.actor, request.GET.get("after") or None)
    return render(request, "desk/threads.html", {"rows": rows, "next": following or ""})


@guard(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """What was written, and a form to write. Opening it says to the applicant that it was read."""
    problem: Problem | None = None
    if not queries.writes_as_office(request.actor, dossier_id):
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
            messages.success(request, _("Đã gửi cho người nộp."))
            return redirect("desk:thread", dossier_id)
    found = queries.thread(request.actor, dossier_id, request.GET.get("truoc") or None)
    actions.read_thread(request.actor, dossier_id)
    context = {
        "thread": found,
        "problem": problem,
        "errors": problem.fields if problem else {},
        "typed": request.POST,
        "mark": request.POST.get("key") or new_id(),
    }
    return render(request, "desk/thread.html", context, status=problem.status if problem else 200)


@guard(DESK)
@require_safe
def message_file(request: ActedRequest, dossier_id: UUID, message_file_id: UUID) -> HttpResponse:
    """A file of a message; the reading is noted."""
    return handed_out(queries.message_file(request.actor, dossier_id, message_file_id))
