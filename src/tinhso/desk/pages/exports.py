"""Lists as files: ask for one, see those of the agency, take one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.desk.addressed import DUE, ROLES, id_in, pairs, read
from tinhso.desk.navigation import agencies_of
from tinhso.dossiers import actions, queries
from tinhso.dossiers.exporting import MOST
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries import Filters
from tinhso.kernel.errors import Problem
from tinhso.kernel.policy import ActedRequest, guard


@guard(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: ActedRequest) -> HttpResponse:
    """The files of my agencies; POST orders one of the filters in the address."""
    agencies = agencies_of(request)
    filters = read(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        agency = id_in(request.POST.get("co-quan", "")) or (next(iter(agencies)) if len(agencies) == 1 else None)
        try:
            if agency is None:
                messages.warning(request, _("Chọn cơ quan của danh sách."))
            else:
                name, made = request.POST.get("name", ""), request.POST.get("format", "")
                actions.ask_export(request.actor, agency, filters, name=name, format=made)
                messages.success(request, _("Đã nhận yêu cầu. Làm xong, bạn được báo; thường dưới một phút."))
        except Problem as refused:
            if refused.status == 404:
                raise
            messages.warning(request, str(next(iter(refused.fields.values()), refused.detail)))
        return redirect("desk:exports")
    rows, following = queries.exports(request.actor, request.GET.get("after") or None)
    context = {
        "rows": rows,
        "next": following or "",
        "names": agencies,
        "agencies": sorted(agencies.items(), key=lambda pair: pair[1]),
        "agency": filters.agency,
        "kept": [(word, value) for word, value in pairs(filters) if word != "co-quan"],
        "about": _about(filters),
        "most": MOST,
        "waiting": any(row.state == "waiting" for row in rows),
    }
    return render(request, "desk/exports.html", context)


def _about(filters: Filters) -> str:
    """The filters in a few words: a name to begin with."""
    said = [
        str(DUE[filters.due]) if filters.due else "",
        str(ROLES.get(filters.role, "")),
        filters.field,
        filters.step,
        _("của tôi") if filters.mine else "",
        _("mọi bước của cơ quan") if filters.whole else "",
    ]
    return ", ".join(word for word in said if word)[:100]


@guard(DESK)
@require_safe
def file(request: ActedRequest, export_id: UUID) -> HttpResponse:
    """The file; everybody in it may read that it was taken, and by whom."""
    try:
        export, content = actions.take_export(request.actor, export_id)
    except Problem as refused:
        if refused.status != 409:
            raise
        messages.warning(request, str(refused.detail))
        return redirect("desk:exports")
    assert export.file is not None
    response = HttpResponse(content, content_type=export.file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, export.file.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
