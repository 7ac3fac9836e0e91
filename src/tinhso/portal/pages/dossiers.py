"""A citizen's dossiers: the list, one dossier, and what can still be done with it."""

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.dossiers import actions, queries
from tinhso.dossiers.pack import ratings
from tinhso.dossiers.policies import DRAFT, OWN
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Invalid, NoRoom, NotFound, Problem, TooLarge, TooMany
from tinhso.kernel.form_view import read_topic, topic_view
from tinhso.kernel.http.versions import version_typed, whole
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.portal.kept import keeps_typed, typed_before_login
from tinhso.portal.several import add_each


@keeps_typed()
@guard(OWN)
@require_safe
def mine(request: ActedRequest) -> HttpResponse:
    """Drafts to go on with, dossiers sent, what waits for me first."""
    drafts, more_drafts = queries.my_drafts(request.actor, request.GET.get("nhap"))
    dossiers, following = queries.my_dossiers(request.actor, request.GET.get("after"))
    joints, more_joints = queries.my_joints(request.actor, request.GET.get("chung"), 10)
    context = {
        "joints": joints,
        "more_joints": more_joints,
        "drafts": drafts,
        "more_drafts": more_drafts,
        "dossiers": dossiers,
        "next": following or "",
        "waiting": [d for d in dossiers if d.awaits_me],
    }
    return render(request, "portal/dossiers.html", context)


@keeps_typed()
@guard(OWN)
@require_safe
def dossier(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """When, and what I have to do; then the way so far."""
    return _show(request, dossier_id)


@keeps_typed()
@guard(OWN)
@require_safe
def submitted(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """The acknowledgement: the code, its QR, what comes next."""
    found = queries.dossier(request.actor, dossier_id)
    if found.internal:
        raise NotFound
    link = request.build_absolute_uri(reverse("portal:track")) + f"?ma={found.code}"
    return render(request, "portal/submitted.html", {"dossier": found, "link": link})


@keeps_typed()
@guard(OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """Answer what was asked for: papers, corrected topics, words."""
    found = queries.dossier(request.actor, dossier_id)
    if found.internal:
        raise NotFound
    if "answer_supplement" not in found.acts:
        raise Conflict(_("Hồ sơ này không có yêu cầu bổ sung nào đang chờ bạn."))
    problem: Problem | None = None
    typed: dict[str, Any] = {}
    if request.method == "POST":
        try:
            return _answer(request, found)
        except (Invalid, Conflict, NoRoom, TooLarge, TooMany) as refused:
            problem = refused
            found = queries.dossier(request.actor, dossier_id)  # with the files that were added
            typed = _typed(request, found)
    asked = [s for s in found.supplements if s.answered_at is None][-1]
    wanted = {point.get("component") for point in asked.points}
    errors = {k: str(v) for k, v in problem.fields.items()} if problem else {}
    context = {
        "dossier": found,
        "asked": asked,
        "problem": problem,
        "text": request.POST.get("text", "") or _kept_text(request),
        "components": sorted(
            (c for c in found.spec.components if c.kind == "file" and (c.code in wanted or c.asked(found.data))),
            key=lambda c: (c.code not in wanted, c.name),
        ),
        "added": [p for p in found.papers if p.supplement == asked.id],
        "topics": [
            (
                topic,
                topic_view(
                    topic,
                    values=typed.get(topic.name, found.data.get(topic.name, {})),
                    errors=_of(topic.name, errors),
                    facts=found.data,
                    prefix=f"{topic.name}.",
                ),
            )
            for topic in found.spec.form.topics
            if topic.kind == "fields"
        ],
    }
    return render(request, "portal/supplement.html", context, status=problem.status if problem else 200)


def _answer(request: ActedRequest, found: queries.DossierDetail) -> HttpResponse:
    files = request.FILES.getlist("file")
    if "add" in request.POST or files:
        component = request.POST.get("component", "")
        problem = add_each(
            files,
            lambda file: actions.attach_answer(
                request.actor, found.id, component, name=file.name or "", content=cast(BinaryIO, file)
            ),
        )
        if problem is not None:
            raise problem
        if not files:
            raise Invalid(_("Chọn một tệp hoặc chụp ảnh rồi bấm “Thêm”."))
        messages.success(request, _("Đã thêm giấy tờ. Thêm nữa, hoặc bấm “Gửi bổ sung”."))
        return redirect("portal:supplement", found.id)
    typed = {name: data for name, data in _typed(request, found).items() if data != found.data.get(name, {})}
    actions.answer_supplement(
        request.actor, found.id, text=request.POST.get("text", ""), topics=typed, version=version_typed(request)
    )
    messages.success(request, _("Đã gửi bổ sung. Thời hạn giải quyết được tính lại từ đầu."))
    return redirect("portal:dossier", found.id)


def _typed(request: HttpRequest, found: queries.DossierDetail) -> dict[str, Any]:
    """Topics whose fields are in the form that was sent: what the page asked and came back empty is empty now, what it
    did not ask stays."""
    asked = {name for names in request.POST.getlist("asked") for name in names.split()}
    typed = {}
    for topic in (t for t in found.spec.form.topics if t.kind == "fields"):
        answered = {f.name for f in topic.fields if not f.readonly and f"{topic.name}.{f.name}" in asked}
        if not answered:
            continue
        kept = {n: value for n, value in found.data.get(topic.name, {}).items() if n not in answered}
        typed[topic.name] = {**kept, **read_topic(topic, request.POST, prefix=f"{topic.name}.")}
    return typed


@keeps_typed(back="portal:dossier")
@guard(OWN)
@require_POST
def withdraw(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    def act() -> None:
        version = version_typed(request)
        actions.withdraw(request.actor, dossier_id, reason=request.POST.get("reason", ""), version=version)

    return _acted(request, dossier_id, act, _("Đã rút hồ sơ. Không ai xử lý hồ sơ này nữa."))


def _marks(request: HttpRequest) -> dict[int, int]:
    """The answers chosen, by criterion; what was not answered is left out, a strange answer is refused by the act."""
    typed = {one.number: request.POST.get(f"mark-{one.number}", "") for one in ratings.asked()}
    return {number: -1 if (points := whole(text)) is None else points for number, text in typed.items() if text}


@keeps_typed(back="portal:dossier")
@guard(OWN)
@require_POST
def rate(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    def act() -> None:
        actions.rate(
            request.actor,
            dossier_id,
            stars=whole(request.POST.get("stars", "")) or 0,
            comment=request.POST.get("comment", ""),
            marks=_marks(request),
            version=version_typed(request),
        )

    return _acted(
        request, dossier_id, act, _("Cảm ơn bạn. Đánh giá giúp nơi làm tốt hơn; cán bộ không thấy ai đánh giá.")
    )


@guard(DRAFT)
@require_safe
def draft_paper(request: ActedRequest, draft_id: UUID, paper_id: UUID) -> HttpResponse:
    """A paper of one's own draft."""
    return handed_out(queries.paper_file(request.actor, paper_id, of=draft_id))


@guard(OWN)
@require_safe
def paper(request: ActedRequest, dossier_id: UUID, paper_id: UUID) -> HttpResponse:
    """A paper of one's own dossier."""
    return handed_out(queries.paper_file(request.actor, paper_id, of=dossier_id))


@guard(OWN)
@require_safe
def fee_receipt(request: ActedRequest, dossier_id: UUID, payment_id: UUID) -> HttpResponse:
    """The receipt for what was paid, to be looked at and printed."""
    found = queries.dossier(request.actor, dossier_id)
    receipt = queries.fee_receipt(request.actor, payment_id)
    if found.internal or receipt.dossier != dossier_id:
        raise NotFound
    return render(request, "portal/fee_receipt.html", {"receipt": receipt})


@guard(OWN)
@require_safe
def issued_paper(request: ActedRequest, dossier_id: UUID, issued_id: UUID) -> HttpResponse:
    """A paper that was made for the applicant: the receipt, a request, a refusal, an apology, a stop."""
    return handed_out(queries.issued_file(request.actor, issued_id, of=dossier_id), attach=True)


@guard(OWN)
@require_safe
def result(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """The signed result."""
    return handed_out(queries.result_file(request.actor, dossier_id), attach=True)


def _show(request: ActedRequest, dossier_id: UUID, problem: Problem | None = None) -> HttpResponse:
    found = queries.dossier(request.actor, dossier_id)
    if found.internal:
        raise NotFound
    typed: Mapping[str, Any] = request.POST or typed_before_login(request) or {}
    context: dict[str, Any] = {
        "dossier": found,
        "problem": problem,
        "stars": (5, 4, 3, 2, 1),
        "criteria": [(one, typed.get(f"mark-{one.number}", "")) for one in ratings.asked()],
        "asked": next((s for s in found.supplements if s.answered_at is None), None),
        "pause": next((p for p in found.pauses if p.ended_at is None), None) if found.closed_at is None else None,
        "result": next((r for r in reversed(found.results) if r.downloadable), None),
        "typed": typed,
        "fees": queries.fees_of(request.actor, found.id) if found.received_at is not None else None,
    }
    return render(request, "portal/dossier.html", context, status=problem.status if problem else 200)


def _acted(request: ActedRequest, dossier_id: UUID, act: Callable[[], None], done: str) -> HttpResponse:
    """Do it and say so, or show the dossier again with the refusal and what was typed."""
    try:
        act()
    except (Invalid, Conflict) as refused:
        return _show(request, dossier_id, refused)
    messages.success(request, done)
    return redirect("portal:dossier", dossier_id)


def _kept_text(request: HttpRequest) -> str:
    kept = typed_before_login(request)
    return kept.get("text", "") if kept is not None else ""


def _of(topic: str, errors: dict[str, str]) -> dict[str, str]:
    return {path: words for path, words in errors.items() if path.strip("/").split("/")[0] == topic}
