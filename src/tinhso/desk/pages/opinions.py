"""Opinions of other agencies at the desk: what one's agency is asked, and what becomes of a question that one asked."""

from dataclasses import replace
from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.desk.pages.shared import day_typed, options
from tinhso.dossiers import actions, queries
from tinhso.dossiers.policies import ASK_OPINION, DESK, GIVE_OPINION
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Denied, Invalid, NoRoom, NotFound, Problem, TooLarge, TooMany
from tinhso.kernel.http.versions import version_typed
from tinhso.kernel.policy import ActedRequest, guard

_REFUSALS = (Invalid, Conflict, Denied, NoRoom, TooLarge, TooMany)


@guard(GIVE_OPINION)
@require_safe
def waiting(request: ActedRequest) -> HttpResponse:
    """What waits for an answer of one's agency, by when it is due."""
    rows, following = queries.opinions_waiting(request.actor, request.GET.get("after") or None)
    return render(request, "desk/opinions.html", {"rows": rows, "next": following or ""})


@guard(GIVE_OPINION)
@require_safe
def given(request: ActedRequest) -> HttpResponse:
    """What one's agency has answered, the latest first."""
    rows, following = queries.opinions_given(request.actor, request.GET.get("after") or None)
    return render(request, "desk/opinions.html", {"rows": rows, "next": following or "", "given": True})


@guard(GIVE_OPINION)
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: ActedRequest, opinion_id: UUID) -> HttpResponse:
    """The question with what goes along, and the answer."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            actions.give_opinion(request.actor, opinion_id, _answer(request))
        except _REFUSALS as refused:
            problem = refused
        else:
            messages.success(request, _("Đã gửi ý kiến. Nơi hỏi được báo."))
            return redirect("desk:opinions")
    found = queries.opinion_sheet(request.actor, opinion_id)
    context = {"opinion": found, "number_optional": True, **_typed(request, problem)}
    return render(request, "desk/opinion.html", context, status=problem.status if problem else 200)


@guard(GIVE_OPINION)
@require_safe
def paper(request: ActedRequest, opinion_id: UUID, opinion_paper: UUID) -> HttpResponse:
    """A paper that goes with the question; the reading is noted."""
    return handed_out(queries.opinion_paper(request.actor, opinion_id, opinion_paper))


@guard(GIVE_OPINION)
@require_safe
def own_file(request: ActedRequest, opinion_id: UUID) -> HttpResponse:
    """The document of one's agency's answer; the reading is noted."""
    return handed_out(queries.own_opinion_file(request.actor, opinion_id))


@guard(ASK_OPINION)
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: ActedRequest, dossier_id: UUID, opinion_id: UUID) -> HttpResponse:
    """Record what somebody outside answered, or take the question back."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _end(request, dossier_id, opinion_id)
        except _REFUSALS as refused:
            problem = refused
    dossier = queries.dossier(request.actor, dossier_id)
    found = next((one for one in dossier.opinions if one.id == opinion_id), None)
    if found is None:
        raise NotFound
    if not found.waits and problem is None:
        return redirect("desk:record", dossier_id)
    context = {"dossier": dossier, "opinion": found, **_typed(request, problem)}
    return render(request, "desk/asked_opinion.html", context, status=problem.status if problem else 200)


@guard(DESK)
@require_safe
def file(request: ActedRequest, dossier_id: UUID, opinion_id: UUID) -> HttpResponse:
    """The document of an answer; the reading is noted."""
    return handed_out(queries.opinion_file(request.actor, dossier_id, opinion_id))


def _end(request: ActedRequest, dossier_id: UUID, opinion_id: UUID) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "record":
        answer = replace(_answer(request), came_on=day_typed(request, "came_on"))
        actions.record_opinion(request.actor, dossier_id, opinion_id, answer)
        messages.success(request, _("Đã ghi trả lời."))
    elif act == "take_back":
        reason = request.POST.get("reason", "")
        actions.take_back_opinion(request.actor, dossier_id, opinion_id, reason=reason, version=version_typed(request))
        messages.success(request, _("Đã rút câu hỏi."))
    else:
        raise NotFound
    return redirect("desk:record", dossier_id)


def _answer(request: ActedRequest) -> actions.Answer:
    sent = request.FILES.get("file")
    return actions.Answer(
        stance=request.POST.get("stance", ""),
        text=request.POST.get("text", ""),
        reference=request.POST.get("reference", ""),
        file=(sent.name or "", cast(BinaryIO, sent)) if sent is not None else None,
    )


def _typed(request: ActedRequest, problem: Problem | None) -> dict[str, object]:
    return {
        "problem": problem,
        "typed": request.POST,
        "stances": options(queries.STANCES, request.POST.get("stance", "")),
    }
