"""Acts on many dossiers: what would happen to each, then the act, then what happened and the way back."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.desk.addressed import address, id_in, read
from tinhso.desk.pages.inbox import peers_of
from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions.bulk import KINDS, MOST, Pick, With
from tinhso.dossiers.policies import DESK
from tinhso.kernel.errors import Problem
from tinhso.kernel.policy import ActedRequest, guard


@guard(DESK)
@require_POST
def many(request: ActedRequest) -> HttpResponse:
    """Show what would become of each picked dossier; with ``confirm`` do it."""
    act, picks = request.POST.get("do", ""), _picks(request)
    given = With(id_in(request.POST.get("to", "")), request.POST.get("note", ""))
    back = reverse("desk:inbox") + address(read(request.POST))
    try:
        key = id_in(request.POST.get("key", ""))
        if "confirm" in request.POST and key is not None:
            return redirect("desk:bulk", actions.bulk.carry_out(request.actor, key, act, picks, given).id)
        asks_whom = act == "hand_over" and given.to_account is None
        outcome = None if asks_whom else actions.bulk.preview(request.actor, act, picks, given)
    except Problem as refused:
        if refused.status == 404:
            raise
        messages.warning(request, str(next(iter(refused.fields.values()), refused.detail)))
        return redirect(back)
    context = {
        "act": act,
        "title": KINDS[act].title,
        "outcome": outcome,
        "picks": [f"{pick.dossier}:{pick.version}" for pick in picks],
        "peers": peers_of(request) if act == "hand_over" else [],
        "given": given,
        "key": uuid4(),
        "back": back,
        "undo": KINDS[act].undo,
    }
    return render(request, "desk/bulk.html", context)


@guard(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def done(request: ActedRequest, bulk_id: UUID) -> HttpResponse:
    """What a bulk act did; POST takes it back."""
    if request.method == "POST":
        try:
            undone = actions.bulk.undo(request.actor, bulk_id)
        except Problem as refused:
            if refused.status == 404:
                raise
            messages.warning(request, str(refused.detail))
        else:
            back = len(undone.done) - len(undone.kept)
            messages.success(request, _("Đã hoàn tác %(n)s hồ sơ.") % {"n": back})
        return redirect("desk:bulk", bulk_id)
    return render(request, "desk/bulk_done.html", {"bulk": queries.bulk_act(request.actor, bulk_id)})


def _picks(request: ActedRequest) -> list[Pick]:
    """What was ticked; what is no dossier with a version is no pick."""
    found = []
    for text in request.POST.getlist("pick")[: MOST + 1]:
        dossier, _sep, version = text.partition(":")
        known = id_in(dossier)
        if known is not None and version.isdecimal() and len(version) < 10:
            found.append(Pick(known, int(version)))
    return found
