"""The yearly snapshots: the list and its files for everybody, the acts for those who make them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.indicators import actions, queries
from tinhso.indicators.pages.choices import options
from tinhso.indicators.policies import READ, TAKE_SNAPSHOT
from tinhso.indicators.strategy import decision, first_day
from tinhso.kernel import clock
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Invalid, NotFound, Problem
from tinhso.kernel.http.versions import whole
from tinhso.kernel.policy import SIGNED_IN, ActedRequest, guard


@guard(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def snapshots(request: ActedRequest) -> HttpResponse:
    """The list; a POST orders a new one."""
    problem: Problem | None = None
    year = whole(request.POST.get("year", ""))
    if request.method == "POST":
        TAKE_SNAPSHOT.require(request.actor)
        try:
            if year is None:
                raise Invalid(fields={"year": _("Chọn một năm.")})
            actions.take_snapshot(request.actor, year)
        except Invalid as refused:
            problem = refused
        else:
            messages.success(request, _("Đã chụp số liệu. Bản này chờ lãnh đạo ký."))
            return redirect("indicators:snapshots")
    found, following = queries.snapshots(request.actor, cursor=request.GET.get("after"))
    this = clock.today().year
    years = [(str(y), y) for y in range(this, min(first_day().year, this) - 1, -1)]
    context = {
        "snapshots": found,
        "waits": any(one.acts for one in found),
        "next": following or "",
        "may_take": TAKE_SNAPSHOT.allows(request.actor),
        "years": options(years, str(year or this)),
        "problem": problem,
        "errors": {name: str(words) for name, words in problem.fields.items()} if problem else {},
        "decision": decision(),
    }
    return render(request, "indicators/snapshots.html", context, status=problem.status if problem else 200)


@guard(SIGNED_IN)
@require_POST
def act(request: ActedRequest, snapshot: UUID, act: str) -> HttpResponse:
    """Sign or seal: the action asks its policy; the job makes the signature."""
    if act == "ky":
        actions.sign(request.actor, snapshot)
        messages.success(request, _("Đã nhận lệnh ký. Chữ ký có trong ít giây; tải lại trang để xem."))
    elif act == "dong-dau":
        actions.seal(request.actor, snapshot)
        messages.success(request, _("Đã nhận lệnh đóng dấu. Bản chụp công bố trong ít giây; tải lại trang để xem."))
    else:
        raise NotFound
    return redirect("indicators:snapshots")


@guard(READ)
@require_safe
def paper(request: ActedRequest, snapshot: UUID) -> HttpResponse:
    """The signed PDF, to read or to check at /kiem-tra."""
    return handed_out(queries.snapshot_file(request.actor, snapshot), attach=True)


@guard(READ)
@require_safe
def data(request: ActedRequest, snapshot: UUID) -> HttpResponse:
    """The frozen data."""
    return handed_out(queries.snapshot_data(request.actor, snapshot), attach=True)
