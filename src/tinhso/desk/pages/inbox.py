"""The queue of an official: what waits for my lanes, most urgent first."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.desk.navigation import agencies_of
from tinhso.dossiers import actions, queries
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries import Filters
from tinhso.kernel.errors import Problem
from tinhso.kernel.policy import ActedRequest, guard

_DUE = ("late", "soon", "ok", "paused", "none")


@guard(DESK)
@require_safe
def inbox(request: ActedRequest) -> HttpResponse:
    """Open steps of my roles; views and filters are in the address. A code (``q``) opens that dossier."""
    asked = request.GET
    if code := asked.get("q", "").strip():
        found = queries.coded(request.actor, code)
        if found is not None:
            return redirect("desk:record", found)
        words = _("Không có hồ sơ nào mang mã %(code)s ở cơ quan của bạn. Hãy xem lại mã trên giấy tiếp nhận.")
        messages.warning(request, words % {"code": code[:60]})
    due = asked.get("han") if asked.get("han") in _DUE else None
    filters = Filters(
        due=due,  # type: ignore[arg-type]
        mine=asked.get("nguoi") == "toi",
        unassigned=asked.get("nguoi") == "chua",
        agency=_uuid(asked.get("co-quan", "")),
    )
    rows, following = queries.inbox(request.actor, filters, asked.get("after") or None)
    agencies = agencies_of(request)
    context = {
        "rows": rows,
        "next": following or "",
        "due": due or "",
        "who": asked.get("nguoi", ""),
        "filtered": any((filters.due, filters.mine, filters.unassigned, filters.agency)),
        "agencies": sorted(agencies.items(), key=lambda pair: pair[1]) if len(agencies) > 1 else [],
        "agency": filters.agency,
    }
    return render(request, "desk/inbox.html", context)


@guard(DESK)
@require_POST
def claim_many(request: ActedRequest) -> HttpResponse:
    """Take several dossiers at once; what somebody else took first is said, the rest is done."""
    taken, refused = 0, []
    for pick in request.POST.getlist("pick")[:100]:
        dossier, _sep, version = pick.partition(":")
        try:
            actions.claim(request.actor, UUID(dossier), version=int(version))
        except Problem as problem:
            refused.append(str(problem.detail))
        except ValueError:
            continue
        else:
            taken += 1
    if taken:
        messages.success(request, ngettext("Đã nhận %(n)s hồ sơ.", "Đã nhận %(n)s hồ sơ.", taken) % {"n": taken})
    for words in dict.fromkeys(refused):
        messages.warning(request, words)
    if not taken and not refused:
        messages.info(request, _("Chưa chọn hồ sơ nào."))
    return redirect("desk:inbox")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
