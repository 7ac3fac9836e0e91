"""A computed charge at the desk: confirm the amount and ask for it, record an exemption, or let go of it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tinhso.desk.shown import amount_typed
from tinhso.dossiers import actions, queries
from tinhso.dossiers.policies import FEE
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem
from tinhso.kernel.http.versions import version_typed
from tinhso.kernel.policy import ActedRequest, guard

#: For each act its words, and what is said when it is done.
WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "ask_fee": (
        gettext_lazy("Yêu cầu nộp phí"),
        gettext_lazy("Đã báo người nộp. Đồng hồ dừng cho tới khi ghi nhận đã nộp."),
    ),
    "exempt": (gettext_lazy("Ghi nhận diện miễn"), gettext_lazy("Đã ghi nhận diện miễn.")),
    "drop_fee": (gettext_lazy("Thôi thu"), gettext_lazy("Đã ghi nhận không thu khoản này.")),
}


@guard(FEE)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ActedRequest, dossier_id: UUID, fee_id: UUID) -> HttpResponse:
    """Confirm how much, and await it."""

    def do() -> object:
        amount, reason, version = amount_typed(request), request.POST.get("reason", ""), version_typed(request)
        return actions.ask_fee(request.actor, dossier_id, amount=amount, reason=reason, version=version, fee=fee_id)

    return _act(request, dossier_id, fee_id, "ask_fee", do)


@guard(FEE)
@require_http_methods(["GET", "HEAD", "POST"])
def exempt(request: ActedRequest, dossier_id: UUID, fee_id: UUID) -> HttpResponse:
    """Record the ground that was seen proven, or take it back."""

    def do() -> object:
        claim, note, version = request.POST.get("claim", ""), request.POST.get("note", ""), version_typed(request)
        return actions.exempt(request.actor, dossier_id, fee_id, claim=claim, note=note, version=version)

    return _act(request, dossier_id, fee_id, "exempt", do)


@guard(FEE)
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: ActedRequest, dossier_id: UUID, fee_id: UUID) -> HttpResponse:
    """Do not ask for it (any more), saying why."""

    def do() -> object:
        reason, version = request.POST.get("reason", ""), version_typed(request)
        return actions.drop_fee(request.actor, dossier_id, fee_id, reason=reason, version=version)

    return _act(request, dossier_id, fee_id, "drop_fee", do)


def _act(request: ActedRequest, dossier_id: UUID, fee_id: UUID, name: str, do: Callable[[], object]) -> HttpResponse:
    problem: Problem | None = None
    words, done = WORDS[name]
    if request.method == "POST":
        try:
            do()
        except (Invalid, Conflict) as refused:
            problem = refused
        else:
            messages.success(request, str(done))
            return redirect("desk:record", dossier_id)
    found = queries.dossier(request.actor, dossier_id)
    shown = queries.fees_of(request.actor, dossier_id)
    fee = next((row for row in shown.rows if row.id == fee_id), None)
    if not found.internal or fee is None:
        raise NotFound
    if problem is None and name not in fee.acts:
        raise Conflict(_("Khoản này không còn làm được việc đó. Tải lại hồ sơ để xem hiện trạng."))
    context = {
        "dossier": found,
        "fee": fee,
        "fees": shown,
        "name": name,
        "words": words,
        "problem": problem,
        "typed": request.POST,
    }
    return render(request, "desk/fee.html", context, status=problem.status if problem else 200)
