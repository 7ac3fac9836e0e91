"""Joined-up procedures for the public: what is done together, one form, one page with every part and its own date."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.dossiers import actions, queries
from tinhso.dossiers.joined.spec import Joined, PartSpec, joined
from tinhso.dossiers.policies import JOINT
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem, TooMany
from tinhso.kernel.policy import PUBLIC, ActedRequest, guard
from tinhso.portal.kept import keeps_typed
from tinhso.portal.offices import office_choices
from tinhso.procedures import queries as procedures
from tinhso.procedures.finding.catalogue import Listed


@guard(PUBLIC)
@require_safe
def offer(request: HttpRequest, joined_key: str) -> HttpResponse:
    """What is done together, in which order, by whom; where to begin."""
    return _offer(request, joined(joined_key, clock.today()))


def _offer(request: HttpRequest, found: Joined, problem: Problem | None = None) -> HttpResponse:
    known = procedures.by_code([part.procedure for part in found.parts if part.procedure], clock.today())
    place = request.GET.get("noi", "").strip()[:100]
    first = known.get(found.parts[0].procedure)
    context = {
        "joined": found,
        "rows": [_row(part, queries.part_names(found), known) for part in found.parts],
        "place": place,
        "offices": office_choices(first.agency_levels, place, departments=False) if first else [],
        "problem": problem,
    }
    return render(request, "portal/joined_offer.html", context, status=problem.status if problem else 200)


def _row(part: PartSpec, names: dict[str, str], known: dict[str, Listed]) -> dict[str, Any]:
    return {
        "part": part,
        "name": names[part.key],
        "after": [names[key] for key in part.after],
        "procedure": known.get(part.procedure),
    }


@keeps_typed(back="portal:joined")
@guard(JOINT)
@require_POST
def start(request: ActedRequest, joined_key: str) -> HttpResponse:
    """Begin the one form, with the chosen parts, at the chosen office."""
    found = joined(joined_key, clock.today())
    try:
        agency = UUID(request.POST.get("agency", ""))
    except ValueError:
        messages.error(request, _("Chọn cơ quan giải quyết rồi bấm “Bắt đầu điền”."))
        return redirect("portal:joined", joined_key)
    chosen = set(request.POST.getlist("part"))
    without = [part.key for part in found.parts if part.optional and part.key not in chosen]
    each = request.POST.get("return") == "each"
    try:
        joint = actions.start_joint(request.actor, joined_key, agency, without=without, return_each=each)
    except (Invalid, TooMany) as refused:
        return _offer(request, found, refused)
    return redirect("portal:resume", queries.joint(request.actor, joint.id).drafts[found.parts[0].key])


@keeps_typed()
@guard(JOINT)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: ActedRequest, joint_id: UUID) -> HttpResponse:
    """All answers, part by part; then send the whole."""
    found = queries.joint(request.actor, joint_id)
    if found.submitted_at is not None:
        return redirect("portal:joint", joint_id)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            if found.presence is not None:
                return _taken_in(request, found)
            actions.submit_joint(request.actor, joint_id)
        except Invalid:
            pass
        except Conflict as refused:
            problem = refused
        else:
            messages.success(
                request, _("Đã nộp một lần cho cả %(n)d việc. Giữ lại mã hồ sơ.") % {"n": len(found.parts)}
            )
            return redirect("portal:joint", joint_id)
    parts, wrong = queries.checked(request.actor, joint_id)
    context = {
        "joint": found,
        "parts": parts,
        "wrong": wrong,
        "tried": request.method == "POST",
        "problem": problem,
        "layout": "site.html" if found.presence is None else "desk.html",
    }
    status = 200 if request.method != "POST" else problem.status if problem else 422
    return render(request, "portal/joined_review.html", context, status=status)


def _taken_in(request: ActedRequest, found: queries.JointFacts) -> HttpResponse:
    """At the counter: sent and received in one act."""
    actions.file_joint_at_counter(request.actor, found.id)
    messages.success(
        request,
        _("Đã tiếp nhận hồ sơ liên thông, một lần cho cả %(n)d việc. Thời hạn bắt đầu tính.") % {"n": len(found.parts)},
    )
    return redirect("desk:visit", found.presence)


@keeps_typed()
@guard(JOINT)
@require_http_methods(["GET", "HEAD", "POST"])
def joint(request: ActedRequest, joint_id: UUID) -> HttpResponse:
    """Every part with its own date; what can still be done with each."""
    found = queries.joint(request.actor, joint_id)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _act(request, joint_id)
        except (Conflict, Invalid, TooMany) as refused:
            problem = refused
            found = queries.joint(request.actor, joint_id)
    link = request.build_absolute_uri(reverse("portal:track")) + f"?ma={found.code}"
    context = {"joint": found, "problem": problem, "link": link, "reason": request.POST.get("reason", "")}
    context["layout"] = "site.html" if found.presence is None else "desk.html"
    return render(request, "portal/joint.html", context, status=problem.status if problem else 200)


def _act(request: ActedRequest, joint_id: UUID) -> HttpResponse:
    act, part, reason = (request.POST.get(name, "") for name in ("act", "part", "reason"))
    if act == "separate":
        return redirect("portal:resume", actions.file_separately(request.actor, joint_id, part).id)
    if act == "return":
        actions.choose_return(request.actor, joint_id, each=request.POST.get("return") == "each")
        messages.success(request, _("Đã ghi cách bạn muốn nhận kết quả."))
    elif act == "withdraw" and part:
        actions.withdraw_part(request.actor, joint_id, part, reason=reason)
        messages.success(request, _("Đã rút phần này. Các phần không cần nó vẫn làm tiếp."))
    elif act == "withdraw":
        actions.withdraw_joint(request.actor, joint_id, reason=reason)
        messages.success(request, _("Đã rút mọi phần còn rút được."))
    else:
        raise NotFound
    return redirect("portal:joint", joint_id)
