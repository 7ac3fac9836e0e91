"""Filling in: one topic a page, always saved, nothing lost."""

from datetime import date, datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions import StaleTopic
from tinhso.dossiers.checks import every_error, topic_errors, warnings
from tinhso.dossiers.joined.filling import Whole
from tinhso.dossiers.policies import DRAFT
from tinhso.dossiers.queries import DraftDetail
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem, TooLarge
from tinhso.kernel.form_view import Source, read_topic, topic_view
from tinhso.kernel.http.versions import whole
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.kernel.templatetags.house import vi_time
from tinhso.portal.kept import keeps_typed, typed_before_login
from tinhso.portal.several import add_each
from tinhso.portal.topics import answers, pages_of, paper_rows, place_of, trail
from tinhso.procedures.filling import suggested
from tinhso.procedures.spec import Topic


@keeps_typed(back="portal:procedure")
@guard(DRAFT)
@require_POST
def start(request: ActedRequest, code: str) -> HttpResponse:
    """Begin an application at the chosen agency."""
    try:
        agency = UUID(request.POST.get("agency", ""))
    except ValueError:
        messages.error(request, _("Chọn cơ quan giải quyết rồi bấm “Bắt đầu điền”."))
        return redirect("portal:procedure", code)
    draft = actions.start_draft(request.actor, code, agency)
    return redirect("portal:topic", draft.id, draft.procedure_version.spec.form.topics[0].name)


@keeps_typed()
@guard(DRAFT)
@require_safe
def resume(request: ActedRequest, draft_id: UUID) -> HttpResponse:
    """Go on where it was left: the first topic that is not complete."""
    draft = queries.draft(request.actor, draft_id)
    open_topics = (t.name for t in draft.spec.form.topics if topic_errors(draft.spec, t.name, draft.data))
    following = next(open_topics, None)
    if following is None and draft.whole is not None:
        return _on_with(draft.whole, draft)
    return redirect("portal:topic", draft.id, following or draft.spec.form.topics[-1].name)


def _on_with(whole: Whole, draft: DraftDetail) -> HttpResponse:
    """The next part's form; behind the last one, the check of all."""
    drafts = list(dict.fromkeys(page.draft for page in whole.pages))
    later = drafts[drafts.index(draft.id) + 1 :] if draft.id in drafts else []
    return redirect("portal:resume", later[0]) if later else redirect("portal:joint_review", whole.joint)


@keeps_typed()
@guard(DRAFT)
@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: ActedRequest, draft_id: UUID, name: str) -> HttpResponse:
    """One topic: shown, saved, or saved and left for later."""
    draft = queries.draft(request.actor, draft_id)
    if draft.dossier is not None:
        return redirect("portal:dossier" if draft.present is None else "desk:record", draft.dossier)
    if draft.whole is not None and draft.whole.sent:
        return redirect("portal:joint", draft.whole.joint)
    current = _topic(draft, name)
    if current.kind == "papers":
        return _papers(request, draft, current)
    if current.kind == "review":
        return _review(request, draft, current)
    if request.method == "POST":
        return _save(request, draft, current)
    kept = typed_before_login(request)
    values = {**suggested(current, draft.data), **draft.data.get(name, {})}
    if kept is not None:
        messages.warning(request, _("Phiên trước đã hết. Những gì bạn vừa nhập còn đây: xem lại rồi bấm lưu."))
        values = {**values, **read_topic(current, kept, sources=_sources(draft, current))}
    errors = topic_errors(draft.spec, name, draft.data) if request.GET.get("xem") == "loi" else {}
    return _show(request, draft, current, values, errors)


def _save(request: ActedRequest, draft: DraftDetail, current: Topic) -> HttpResponse:
    values = read_topic(current, request.POST, sources=_sources(draft, current))
    sent = whole(request.POST.get("version", ""))
    version = draft.version if sent is None else sent
    try:
        saved = actions.save_topic(request.actor, draft.id, current.name, values, version)
    except StaleTopic as collision:
        return _collision(request, draft, current, collision)
    except Invalid as refused:
        if "X-Autosave" in request.headers:
            raise
        return _show(request, draft, current, values, {k: str(v) for k, v in refused.fields.items()}, status=422)
    if "X-Autosave" in request.headers:
        fresh = {**draft.data, current.name: values}
        asked = topic_view(current, values=values, facts=fresh).asked
        words = _("Đã lưu lúc %(time)s") % {"time": vi_time(saved.saved_at)}
        return JsonResponse({"version": saved.version, "words": words, "asked": asked})
    if "later" in request.POST:
        if draft.present is not None:
            return redirect("desk:visit", draft.present.id)
        messages.success(request, _("Đã giữ phần bạn điền. Mở lại từ “Hồ sơ của tôi” trên bất kỳ máy nào."))
        return redirect("portal:dossiers")
    draft = queries.draft(request.actor, draft.id)
    if saved.errors or "restore" in request.POST:
        status = 200 if "restore" in request.POST else 422
        return _show(request, draft, current, draft.data.get(current.name, {}), saved.errors, status=status)
    if draft.present is not None and actions.reuse_known(request.actor, draft.id):
        messages.info(request, _("Có giấy tờ tỉnh đang giữ: đã đưa vào hồ sơ, không phải nộp."))
    return HttpResponseRedirect(_after(draft, current))


def _collision(request: ActedRequest, draft: DraftDetail, current: Topic, collision: StaleTopic) -> HttpResponse:
    """Two tabs wrote the same topic: show the saved text beside the one just typed, and let the person choose."""
    if "X-Autosave" in request.headers:
        return JsonResponse({"words": str(collision.detail)}, status=412)
    fresh = queries.draft(request.actor, draft.id)
    pairs = [
        {"label": field.label, "saved": _words(collision.current.get(field.name)), "typed": _words(value)}
        for field in current.fields
        if (value := collision.posted.get(field.name)) != collision.current.get(field.name)
    ]
    return _show(request, fresh, current, collision.posted, {}, status=412, pairs=pairs, problem=collision)


def _show(
    request: HttpRequest,
    draft: DraftDetail,
    current: Topic,
    values: dict[str, Any],
    errors: dict[str, str],
    *,
    status: int = 200,
    pairs: list[dict[str, str]] | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    view = topic_view(
        current,
        values=values,
        errors=errors,
        sources=_sources(draft, current),
        facts=draft.data,
        asked=request.POST.get("asked"),
    )
    context = {**_frame(draft, current), "view": view, "pairs": pairs, "problem": problem}
    return render(request, "portal/topic.html", context, status=status)


def _papers(request: ActedRequest, draft: DraftDetail, current: Topic) -> HttpResponse:
    """Photographs and files, one list a kind of paper."""
    problem: Problem | None = None
    wrong = ""
    if request.method == "POST":
        component = request.POST.get("component", "")
        if "remove" in request.POST:
            actions.detach(request.actor, draft.id, _uuid(request.POST["remove"]))
            return redirect("portal:topic", draft.id, current.name)
        if "held" in request.POST:
            actions.reuse(request.actor, draft.id, component, _uuid(request.POST["held"]))
            return redirect("portal:topic", draft.id, current.name)
        sent = request.FILES.getlist("file")
        if draft.present is not None and sent:
            problem = _bound(request, draft, component)
        else:
            problem = add_each(
                sent,
                lambda file: actions.attach(
                    request.actor, draft.id, component, name=file.name or "", content=cast(BinaryIO, file)
                ),
            )
        if problem is None:
            if sent or "add" in request.POST:
                if not sent:
                    messages.warning(request, _("Chọn một tệp hoặc chụp ảnh rồi bấm “Thêm”."))
                return redirect("portal:topic", draft.id, current.name)
            return HttpResponseRedirect(_after(draft, current))
        wrong, draft = component, queries.draft(request.actor, draft.id)
    held = queries.held_papers(request.actor, draft.present.id, draft.spec) if draft.present is not None else {}
    rows = paper_rows(draft, held)
    context = {**_frame(draft, current), "rows": rows, "problem": problem, "wrong": wrong}
    return render(request, "portal/papers.html", context, status=problem.status if problem else 200)


def _bound(request: ActedRequest, draft: DraftDetail, component: str) -> Problem | None:
    """At the counter: the pages of one paper become one PDF; None when they did."""
    pages = [(file.name or "", cast(BinaryIO, file)) for file in request.FILES.getlist("file")]
    try:
        actions.attach_pages(request.actor, draft.id, component, pages, original=request.POST.get("original", ""))
    except (Invalid, TooLarge, Conflict) as refused:
        return refused
    return None


def _review(request: ActedRequest, draft: DraftDetail, current: Topic) -> HttpResponse:
    """Check the answers, then send."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        key = request.POST.get("key", "")[:200] or str(draft.id)
        try:
            if draft.present is not None:
                return _taken_in(request, draft, key)
            dossier = actions.submit(request.actor, draft.id, key)
        except Invalid as refused:
            if not refused.fields:  # of no field: the form itself is another by now, so it is read anew
                messages.warning(request, str(refused.detail))
                return redirect("portal:resume", draft.id)
            errors = {k: str(v) for k, v in refused.fields.items()}
        else:
            return redirect("portal:submitted", dossier.id)
    else:
        errors = every_error(draft.spec, draft.data, [paper.component for paper in draft.papers])
    sections = answers(draft, errors)
    context = {**_frame(draft, current), "sections": sections, "wrong": bool(errors), "tried": request.method == "POST"}
    context["warnings"] = warnings(draft.spec, draft.data)
    return render(request, "portal/review.html", context, status=422 if request.method == "POST" else 200)


def _taken_in(request: ActedRequest, draft: DraftDetail, key: str) -> HttpResponse:
    """At the counter: sent and received in one act."""
    dossier = actions.file_at_counter(request.actor, draft.id, key)
    messages.success(request, _("Đã tiếp nhận hồ sơ %(code)s. Thời hạn bắt đầu tính.") % {"code": dossier.code})
    return redirect("desk:visit", draft.present.id if draft.present is not None else draft.id)


def _frame(draft: DraftDetail, current: Topic) -> dict[str, Any]:
    pages = pages_of(draft)
    place = place_of(pages, draft, current)
    return {
        "draft": draft,
        "spec": draft.spec,
        "topic": current,
        "steps": trail(pages, place),
        "number": place + 1,
        "count": len(pages),
        "before": pages[place - 1] if place else None,
        "today": clock.today(),
        "now": clock.now(),
        "layout": "desk.html" if draft.present is not None else "site.html",
    }


def _after(draft: DraftDetail, current: Topic) -> str:
    pages = pages_of(draft)
    place = place_of(pages, draft, current)
    if place + 1 == len(pages) and draft.whole is not None:
        return redirect("portal:joint_review", draft.whole.joint).url
    following = pages[min(place + 1, len(pages) - 1)]
    return redirect("portal:topic", following.draft, following.topic).url


def _topic(draft: DraftDetail, name: str) -> Topic:
    try:
        return draft.spec.form.topic(name)
    except LookupError:
        raise NotFound from None


def _sources(draft: DraftDetail, current: Topic) -> dict[str, Source]:
    """Where this topic's prefilled values came from."""
    found = {}
    for path, told in draft.sources.items():
        topic_name, _dot, name = path.partition(".")
        if topic_name == current.name:
            value = draft.data.get(topic_name, {}).get(name)
            since = date.fromisoformat(told["since"]) if "since" in told else None
            found[name] = Source(told["source"], datetime.fromisoformat(told["at"]), value, since)
    return found


def _words(value: object) -> str:
    return "" if value is None else str(value)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
