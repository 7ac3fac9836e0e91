"""Tasks and duties: the lists, and one of them with its plan, evidence and remarks."""

from collections.abc import Callable
from datetime import date, datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.indicators import actions, queries
from tinhso.indicators.models import Progress, UndertakingKind
from tinhso.indicators.pages.choices import options, text
from tinhso.indicators.policies import CONTRIBUTE, READ
from tinhso.indicators.queries import UndertakingDetail, UndertakingFilters
from tinhso.indicators.strategy import decision
from tinhso.kernel import clock, measures
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Problem, TooLarge
from tinhso.kernel.http.versions import whole
from tinhso.kernel.policy import ActedRequest, guard


@guard(READ)
@require_safe
def tasks(request: ActedRequest) -> HttpResponse:
    """The tasks of part III."""
    return _list(request, UndertakingKind.TASK, "III.")


@guard(READ)
@require_safe
def duties(request: ActedRequest) -> HttpResponse:
    """The duties of article 2."""
    return _list(request, UndertakingKind.DUTY, "2.")


def _list(request: ActedRequest, kind: UndertakingKind, part: str) -> HttpResponse:
    owned = {"co": True, "khong": False}.get(text(request, "giao"))
    wanted = UndertakingFilters(
        q=text(request, "q", 200), clause=text(request, "khoan", 20), progress=text(request, "tien-do", 20), owned=owned
    )
    rows, following = queries.undertakings(request.actor, kind, wanted, cursor=request.GET.get("after"), limit=20)
    titles = {key: title for key, title in queries.clauses().items() if key.startswith(part)}
    progress = [(str(value), label) for value, label in Progress.choices] + [("none", _("Chưa có kế hoạch"))]
    context = {
        "kind": kind,
        "decision": decision(),
        "rows": [(row, titles.get(row.clause, "")) for row in rows],
        "next": following or "",
        "q": wanted.q,
        "clauses": options([(key, f"{key} {title[:80]}") for key, title in titles.items()], wanted.clause),
        "progress": options(progress, wanted.progress),
        "filtered": bool(wanted.q or wanted.clause or wanted.progress or owned is not None),
        "in_heading": titles.get("2.7", "") if kind == UndertakingKind.DUTY and not following else "",
    }
    return render(request, "indicators/undertakings.html", context)


@guard(READ)
@require_safe
def undertaking(request: ActedRequest, key: str) -> HttpResponse:
    """One task or duty."""
    return _show(request, queries.undertaking(request.actor, key))


def _show(
    request: ActedRequest,
    found: UndertakingDetail,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    latest = found.plans[0] if found.plans else None
    kept = {
        "text": latest.text if latest else "",
        "due": f"{latest.due:%d/%m/%Y}" if latest and latest.due else "",
        "progress": latest.progress if latest else "",
        **(typed or {}),
    }
    figures = measures.figures([found.measure], clock.today().year) if found.measure else {}
    context = {
        "found": found,
        "heading": queries.clauses({found.clause}).get(found.clause, ""),
        "latest": latest,
        "typed": kept,
        "progress": options([(str(v), label) for v, label in Progress.choices], kept.get("progress", "")),
        "problem": problem,
        "errors": {name: str(words) for name, words in problem.fields.items()} if problem else {},
        "after": latest.number if latest else 0,
        "measure": measures.measure(found.measure) if found.measure else None,
        "figure": figures.get(found.measure or ""),
        "decision": decision(),
    }
    return render(request, "indicators/undertaking.html", context, status=problem.status if problem else 200)


@guard(CONTRIBUTE)
@require_POST
def write(request: ActedRequest, key: str) -> HttpResponse:
    """A plan, a link, a file, a remark, or evidence taken back; what was typed stays when it is refused."""
    found = queries.undertaking(request.actor, key)
    do = _ACTS.get(request.POST.get("do", ""))
    if do is None:
        raise Invalid(_("Trang này gửi thiếu thông tin. Tải lại trang rồi làm lại."))
    try:
        said = do(request, key)
    except Denied:
        raise
    except (Invalid, Conflict, TooLarge) as refused:
        return _show(request, found, refused, {name: str(value) for name, value in request.POST.items()})
    messages.success(request, said)
    return redirect("indicators:undertaking", key=key)


def _plan(request: ActedRequest, key: str) -> str:
    due = _day(request.POST.get("due", "").strip())
    after = whole(request.POST.get("after", ""))
    if after is None:
        raise Invalid(_("Trang này gửi thiếu thông tin. Tải lại trang rồi làm lại."))
    actions.plan(
        request.actor,
        key,
        text=request.POST.get("text", ""),
        due=due,
        progress=request.POST.get("progress", ""),
        after=after,
    )
    return _("Đã ghi kế hoạch.")


def _day(typed: str) -> date | None:
    """A day as people write it, 31/12/2026; none when nothing was typed. Raises Invalid."""
    if not typed:
        return None
    try:
        return datetime.strptime(typed, "%d/%m/%Y").date()
    except ValueError:
        raise Invalid(fields={"due": _("Ghi ngày có thật, ví dụ 31/12/2026.")}) from None


def _evidence(request: ActedRequest, key: str) -> str:
    title, url, file = request.POST.get("title", ""), request.POST.get("url", ""), request.FILES.get("file")
    if file is not None:
        actions.add_file(request.actor, key, title=title, name=file.name or "", content=cast(BinaryIO, file))
    elif url.strip():
        actions.add_link(request.actor, key, title=title, url=url)
    else:
        raise Invalid(fields={"url": _("Dán địa chỉ, hoặc chọn một tệp.")})
    return _("Đã thêm minh chứng.")


def _remove(request: ActedRequest, key: str) -> str:
    try:
        evidence = UUID(request.POST.get("evidence", ""))
    except ValueError:
        raise NotFound from None
    actions.remove_evidence(request.actor, key, evidence)
    return _("Đã gỡ minh chứng.")


def _comment(request: ActedRequest, key: str) -> str:
    actions.comment(request.actor, key, text=request.POST.get("comment", ""))
    return _("Đã gửi trao đổi.")


_ACTS: dict[str, Callable[[ActedRequest, str], str]] = {
    "plan": _plan,
    "evidence": _evidence,
    "remove": _remove,
    "comment": _comment,
}


@guard(READ)
@require_safe
def evidence(request: ActedRequest, evidence: UUID) -> HttpResponse:
    """A file that shows what was done."""
    return handed_out(queries.evidence_file(request.actor, evidence))
