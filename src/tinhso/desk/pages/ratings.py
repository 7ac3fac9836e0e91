"""What applicants said of my agencies, and what we answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.desk.navigation import agencies_of
from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import RatingReply
from tinhso.dossiers.policies import BOOKS
from tinhso.kernel.errors import Problem
from tinhso.kernel.policy import ActedRequest, guard


@guard(BOOKS)
@require_safe
def received(request: ActedRequest) -> HttpResponse:
    """Ratings in batches, no dossier, no name; ``gop-y=1`` only those with words."""
    words = request.GET.get("gop-y") == "1"
    rows, following = queries.received_ratings(request.actor, with_words=words, cursor=request.GET.get("after") or None)
    context = {
        "rows": rows,
        "next": following or "",
        "names": agencies_of(request),
        "words": words,
        "outcomes": RatingReply.Outcome.choices,
        "leads": {g.scope for g in request.actor.grants if g.role == "leader"},
        "stars": range(1, 6),
    }
    return render(request, "desk/ratings.html", context)


@guard(BOOKS)
@require_POST
def answer(request: ActedRequest, rating_key: UUID) -> HttpResponse:
    """Say what the agency answers or did."""
    try:
        actions.answer_rating(
            request.actor, rating_key, outcome=request.POST.get("outcome", ""), text=request.POST.get("text", "")
        )
        messages.success(request, _("Đã gửi trả lời. Người góp ý đọc được ở hồ sơ của họ."))
    except Problem as refused:
        if refused.status == 404:
            raise
        messages.warning(request, str(next(iter(refused.fields.values()), refused.detail)))
    return redirect("desk:ratings")
