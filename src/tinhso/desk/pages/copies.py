"""Certified electronic copies at the desk: what waits, pages beside words, sign, seal, refuse, print, take back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import CopyState
from tinhso.dossiers.policies import COPIES, REVOKE_COPY, SEAL_COPY, SIGN_COPY
from tinhso.dossiers.queries import Download
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Denied, Invalid, Problem
from tinhso.kernel.policy import ActedRequest, guard


@guard(COPIES)
@require_safe
def copies(request: ActedRequest) -> HttpResponse:
    """What waits for a signature or a seal at my agencies, and what they issued."""
    asked = request.GET.get("q", "")[:255].strip()
    made, after = queries.copies_made(request.actor, asked, request.GET.get("after") or None)
    shown = {"rows": queries.copies_under_way(request.actor), "made": made, "next": after or "", "asked": asked}
    return render(request, "desk/copies.html", shown)


@guard(COPIES)
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: ActedRequest, copy_id: UUID) -> HttpResponse:
    """One copy: compare, then sign, seal or refuse."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            match request.POST.get("do"):
                case "sign":
                    actions.sign_copy(request.actor, copy_id)
                    messages.success(request, _("Đã nhận lệnh ký. Chữ ký xong trong giây lát."))
                case "seal":
                    actions.seal_copy(request.actor, copy_id)
                    messages.success(request, _("Đã nhận lệnh đóng dấu. Tải lại trang sau giây lát."))
                case "refuse":
                    actions.refuse_copy(request.actor, copy_id, reason=request.POST.get("reason", ""))
                    messages.success(request, _("Đã ghi không chứng thực."))
                case "revoke":
                    actions.revoke_copy(request.actor, copy_id, reason=request.POST.get("reason", ""))
                    messages.success(request, _("Đã thu hồi bản sao. Người có bản sao được báo tin."))
                case _:
                    raise Invalid(_("Không rõ việc cần làm. Tải lại trang rồi bấm lại."))
        except (Invalid, Conflict, Denied) as refused:
            problem = refused
        else:
            return redirect("desk:copy", copy_id)
    found = queries.copy(request.actor, copy_id)
    context = {
        "copy": found,
        "pages": range(1, found.pages.count() + 1),
        "may_sign": found.state == CopyState.ATTESTED and SIGN_COPY.allows(request.actor, found),
        "may_seal": found.state == CopyState.SIGNED and SEAL_COPY.allows(request.actor, found),
        "may_revoke": found.state == CopyState.ISSUED and REVOKE_COPY.allows(request.actor, found),
        "typed": request.POST.get("reason", ""),
        "problem": problem,
        "errors": problem.fields if problem else {},
    }
    return render(request, "desk/copy.html", context, status=problem.status if problem else 200)


@guard(COPIES)
@require_safe
def page(request: ActedRequest, copy_id: UUID, number: int) -> HttpResponse:
    """A scanned page."""
    return handed_out(Download(f"trang-{number}.jpg", "image/jpeg", queries.copy_page(request.actor, copy_id, number)))


@guard(COPIES)
@require_safe
def sealed(request: ActedRequest, copy_id: UUID) -> HttpResponse:
    """The signed and sealed file, to print or hand out."""
    name, content = queries.copy_file(request.actor, copy_id)
    return handed_out(Download(name, "application/pdf", content))
