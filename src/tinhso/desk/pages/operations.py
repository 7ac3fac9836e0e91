"""The operators' pages: how the house runs, another try for what stands still, and notices to the public."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.desk.shown import in_page_order
from tinhso.kernel import clock, operating
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem
from tinhso.kernel.http.versions import version_typed
from tinhso.kernel.models import NoticeKind, NoticeState, ServiceNotice, Severity
from tinhso.kernel.operating import OPERATE, WATCH, notices
from tinhso.kernel.operating.shown import told_as
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.kernel.retention import outlook

#: As the page writes an instant and as people type it: 08:30 05/09/2025.
_INSTANT = "%H:%M %d/%m/%Y"

#: The questions of a notice in their order on the page.
_ASKED = ("kind", "severity", "title_vi", "title_en", "starts_at", "ends_at", "services", "text_vi", "text_en")


@guard(WATCH)
@require_safe
def operations(request: ActedRequest) -> HttpResponse:
    """Troubles first, each with what to do; then the numbers."""
    context = {"state": operating.state(request.actor), "may_act": OPERATE.allows(request.actor)}
    return render(request, "desk/operations.html", context)


@guard(OPERATE)
@require_POST
def retry(request: ActedRequest) -> HttpResponse:
    """Another try for the rows that were picked."""
    try:
        done = operating.retry(
            request.actor, jobs=_numbers(request.POST.getlist("job")), parked=_ids(request.POST.getlist("parked"))
        )
    except (Invalid, Conflict) as refused:
        messages.warning(request, str(refused.detail))
        return redirect("desk:operations")
    words = ngettext("Đã cho thử lại %(n)s việc.", "Đã cho thử lại %(n)s việc.", done.count) % {"n": done.count}
    if done.passed_over:
        words += " " + _("%(n)s việc khác đã có người xử lý trước.") % {"n": done.passed_over}
    messages.success(request, words)
    return redirect("desk:operations")


@guard(WATCH)
@require_safe
def retention(request: ActedRequest) -> HttpResponse:
    """How long each kind of thing is kept, by whose word, and what the next night removes."""
    return render(request, "desk/retention.html", {"outcomes": outlook(), "may_act": OPERATE.allows(request.actor)})


@guard(WATCH)
@require_safe
def every_notice(request: ActedRequest) -> HttpResponse:
    """Notices to the public with drafts."""
    rows, following = notices.every(request.actor, request.GET.get("after") or None)
    shown = [(row, told_as(row)) for row in rows]
    context = {"rows": shown, "next": following or "", "may_act": OPERATE.allows(request.actor)}
    return render(request, "desk/service_notices.html", context)


@guard(OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_notice(request: ActedRequest) -> HttpResponse:
    """Write a notice."""
    if request.method != "POST":
        return _form(request, None, {"starts_at": f"{clock.local(clock.now()):{_INSTANT}}"})
    try:
        made = notices.draft(request.actor, _words(request.POST))
    except Invalid as refused:
        return _form(request, None, request.POST.dict(), refused)
    messages.success(request, _("Đã lưu bản nháp. Xem lại rồi công bố."))
    return redirect("desk:service_notice", made.id)


@guard(WATCH)
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: ActedRequest, notice_id: UUID) -> HttpResponse:
    """One notice: as the public reads it, what stands against publishing it, and its form."""
    row = notices.found(request.actor, notice_id)
    if request.method != "POST":
        return _form(request, row, _typed(row))
    OPERATE.require(request.actor)
    try:
        notices.change(request.actor, notice_id, _words(request.POST), version_typed(request))
    except (Invalid, Conflict) as refused:
        return _form(request, notices.found(request.actor, notice_id), request.POST.dict(), refused)
    messages.success(request, _("Đã lưu."))
    return redirect("desk:service_notice", notice_id)


_ACTS = {"cong-bo": notices.publish, "ket-thuc": notices.end, "huy": notices.withdraw}


@guard(OPERATE)
@require_POST
def act_on_notice(request: ActedRequest, notice_id: UUID, name: str) -> HttpResponse:
    """Publish, end or withdraw."""
    if name not in _ACTS:
        raise NotFound
    try:
        _ACTS[name](request.actor, notice_id, version_typed(request))
    except (Invalid, Conflict) as refused:
        row = notices.found(request.actor, notice_id)
        return _form(request, row, _typed(row), refused)
    done = {
        "cong-bo": _("Đã công bố. Mọi trang hiện thông báo này trong vòng 15 giây."),
        "ket-thuc": _("Đã kết thúc. Thông báo còn lại trong lịch sử."),
        "huy": _("Đã hủy."),
    }
    messages.success(request, done[name])
    return redirect("desk:service_notice", notice_id)


def _form(
    request: ActedRequest, row: ServiceNotice | None, typed: dict[str, str], problem: Problem | None = None
) -> HttpResponse:
    context = {
        "notice": row,
        "told": told_as(row) if row else None,
        "typed": typed,
        "problem": problem,
        "errors": in_page_order(problem, _ASKED),
        "caution": notices.caution(row) if row and row.state == NoticeState.DRAFT else "",
        "kinds": _options(NoticeKind.choices, typed.get("kind", "")),
        "severities": _options(Severity.choices, typed.get("severity", "")),
        "open": row is None or row.state in (NoticeState.DRAFT, NoticeState.PUBLISHED),
        "may_act": OPERATE.allows(request.actor),
    }
    return render(request, "desk/service_notice.html", context, status=problem.status if problem else 200)


def _options(choices: Sequence[tuple[str, object]], chosen: str) -> list[dict[str, object]]:
    return [{"value": value, "label": label, "chosen": value == chosen} for value, label in choices]


def _words(posted: QueryDict) -> notices.Words:
    starts, ends = _instant(posted, "starts_at"), _instant(posted, "ends_at")
    if starts is None:
        raise Invalid(fields={"starts_at": _("Ghi giờ và ngày bắt đầu, ví dụ 08:30 05/09/2025.")})
    names = ("kind", "severity", "title_vi", "title_en", "text_vi", "text_en", "services")
    return notices.Words(starts_at=starts, ends_at=ends, **{name: posted.get(name, "") for name in names})


def _instant(posted: QueryDict, name: str) -> datetime | None:
    text = " ".join(posted.get(name, "").split())
    if not text:
        return None
    with suppress(ValueError):
        text = datetime.strptime(text, _INSTANT).isoformat()
    try:
        return clock.parse(text)
    except (ValueError, OverflowError):
        raise Invalid(fields={name: _("Ghi giờ rồi ngày, tháng, năm như 08:30 05/09/2025.")}) from None


def _typed(row: ServiceNotice) -> dict[str, str]:
    names = ("kind", "severity", "title_vi", "title_en", "text_vi", "text_en", "services")
    typed = {name: str(getattr(row, name)) for name in names}
    typed["starts_at"] = f"{clock.local(row.starts_at):{_INSTANT}}"
    typed["ends_at"] = f"{clock.local(row.ends_at):{_INSTANT}}" if row.ends_at else ""
    return typed


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 19]


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
