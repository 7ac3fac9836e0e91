"""Digitising paper results at the desk: upload, the dry run, the officer's signature, what became of each line."""

from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.desk.pages.shared import options
from tinhso.dossiers import actions, queries
from tinhso.dossiers.digitising.lines import template
from tinhso.dossiers.models import BatchState, DigitisedState
from tinhso.dossiers.policies import DIGITISE, SIGN_DIGITISED
from tinhso.kernel import spreadsheets
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Denied, Invalid, NoRoom, Problem, TooLarge
from tinhso.kernel.http.versions import version_typed
from tinhso.kernel.policy import ActedRequest, guard


@guard(DIGITISE)
@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: ActedRequest) -> HttpResponse:
    """Upload a batch, and the batches of before; how much of each agency is digitised."""
    agencies = queries.agencies_to_digitise(request.actor)
    wrong = ""
    if request.method == "POST":
        try:
            chosen = _agency(request, set(agencies))
            papers = [(one.name or "", cast(BinaryIO, one)) for one in request.FILES.getlist("file")]
            return redirect("desk:digitised_batch", actions.upload_batch(request.actor, chosen, papers).id)
        except (Invalid, NoRoom, TooLarge) as refused:
            wrong = str(next(iter(refused.fields.values()), refused.detail))
    rows, following = queries.digitised_batches(request.actor, request.GET.get("after") or None)
    context = {
        "rows": rows,
        "next": following or "",
        "wrong": wrong,
        "agencies": options(sorted([(str(k), name) for k, name in agencies.items()], key=lambda p: str(p[1])), ""),
        "shares": queries.digitised_shares(request.actor),
    }
    return render(request, "desk/digitised.html", context, status=422 if wrong else 200)


def _agency(request: ActedRequest, known: set[UUID]) -> UUID:
    if len(known) == 1:
        return next(iter(known))
    found = next((one for one in known if str(one) == request.POST.get("agency")), None)
    if found is None:
        raise Invalid(_("Chọn cơ quan có sổ giấy tờ này."))
    return found


@guard(DIGITISE)
@require_safe
def empty_list(request: ActedRequest) -> HttpResponse:
    """The list to fill in."""
    return _csv("mau-so-hoa.csv", template())


def _csv(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@guard(DIGITISE)
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: ActedRequest, batch_id: UUID) -> HttpResponse:
    """What is wrong or waits, how far the work is; sign, halt, put aside, revoke one. Asks itself again
    while at work."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request, batch_id))
            return redirect("desk:digitised_batch", batch_id)
        except (Invalid, Conflict, Denied) as refused:
            problem = refused
    found = queries.digitised_batch(request.actor, batch_id)
    only = request.GET.get("dong", "wrong" if found.counts.get("wrong") else "")
    rows, following = queries.digitised_lines(
        request.actor, batch_id, only=only, cursor=request.GET.get("after") or None
    )
    signs = SIGN_DIGITISED.allows(request.actor)
    resting = found.state in (BatchState.READY, BatchState.WRONG)
    right = resting and any(found.counts.get(state) for state in (DigitisedState.READY, DigitisedState.NOTED))
    context = {
        "batch": found,
        "rows": rows,
        "next": following or "",
        "chosen": only,
        "counts": [(s, words, found.counts.get(s, 0)) for s, words in DigitisedState.choices if found.counts.get(s)],
        "percent": round(100 * found.done / found.total) if found.total else 0,
        "may_sign": right and signs and found.made_by != request.actor.account,
        "waits": right,
        "may_halt": signs and found.state == BatchState.SIGNING,
        "may_drop": found.state in (BatchState.READY, BatchState.WRONG),
        "may_revoke": signs,
        "problem": problem,
        "errors": problem.fields if problem else {},
    }
    response = render(request, "desk/digitised_batch.html", context, status=problem.status if problem else 200)
    if found.working and problem is None:
        response["Refresh"] = "3"
    return response


def _act(request: ActedRequest, batch_id: UUID) -> str:
    match request.POST.get("do"):
        case "sign":
            actions.sign_batch(request.actor, batch_id, version=version_typed(request))
            return _("Đã nhận lệnh ký. Trang tự cập nhật; dừng giữa chừng được.")
        case "halt":
            actions.halt_batch(request.actor, batch_id, version=version_typed(request))
            return _("Đã dừng. Bản đã ký có hiệu lực, phần còn lại chờ bạn.")
        case "drop":
            actions.drop_batch(request.actor, batch_id, version=version_typed(request))
            return _("Đã bỏ những dòng chưa ký, xóa bản quét của chúng.")
        case "revoke":
            try:
                paper = UUID(request.POST.get("paper", ""))
            except ValueError:
                raise Invalid(_("Không rõ giấy tờ nào. Tải lại trang rồi bấm lại.")) from None
            actions.revoke_digitised(request.actor, paper, of=batch_id, reason=request.POST.get("reason", ""))
            return _("Đã thu hồi bản số hóa.")
    raise Invalid(_("Không rõ việc cần làm. Tải lại trang rồi bấm lại."))


@guard(DIGITISE)
@require_safe
def faults(request: ActedRequest, batch_id: UUID) -> HttpResponse:
    """Every line to put right, as a file to work through beside the list."""
    lines = [list(fault) for fault in queries.digitised_faults(request.actor, batch_id)]
    return _csv("dong-can-sua.csv", spreadsheets.csv_bytes([_("Dòng"), _("Cột"), _("Cần làm gì")], lines))


@guard(DIGITISE)
@require_safe
def scan(request: ActedRequest, batch_id: UUID, digitised_id: UUID) -> HttpResponse:
    """The signed scan, or the scan that waits for the signature."""
    return handed_out(queries.digitised_file(request.actor, batch_id, digitised_id))
