"""A name or day of birth that was typed wrongly: proposed at the counter, decided by a leader, on one page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.kernel.errors import NotFound, Problem
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.people import actions, queries
from tinhso.people.actions import SeenIdentity
from tinhso.people.forms import explain, text_field
from tinhso.people.pages.counter import PaperForm, receiving
from tinhso.people.policies import SEE_CORRECTIONS, VERIFY_IDENTITY


class CorrectionForm(PaperForm):
    """What stands on the paper, and why what is known is wrong."""

    reason = text_field(
        gettext_lazy("Vì sao dữ liệu đã có là sai"),
        help_text=gettext_lazy("Ví dụ: gõ nhầm khi tiếp nhận lần đầu, hoặc số văn bản cải chính"),
        required=gettext_lazy("Ghi vì sao dữ liệu đã có là sai, để lãnh đạo xét."),
        autocomplete="off",
    )
    field_order = ("agency", "kind", "number", "full_name", "birth_date", "sex", "reason", "papers_seen")


@guard(SEE_CORRECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def corrections(request: ActedRequest) -> HttpResponse:
    """The proposals of one's agencies; who works at a counter can make one."""
    if request.method == "POST":
        VERIFY_IDENTITY.require(request.actor)
    agencies = receiving(request.actor)
    form = CorrectionForm(agencies, request.POST or None) if agencies else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _propose(request, form.cleaned_data)
            return redirect("people_corrections")
        except Problem as refused:
            explain(form, refused)
    rows, following = queries.corrections(request.actor, request.GET.get("after") or None)
    shown = {"form": form, "rows": rows, "next": following or ""}
    return render(request, "people/corrections.html", shown, status=422 if request.method == "POST" else 200)


def _propose(request: ActedRequest, typed: dict[str, Any]) -> None:
    agency_id, papers_seen, reason = typed.pop("agency"), typed.pop("papers_seen"), typed.pop("reason")
    actions.propose_correction(request.actor, agency_id, SeenIdentity(**typed), reason=reason, papers_seen=papers_seen)
    messages.success(request, _("Đã gửi đề nghị. Lãnh đạo cơ quan so với giấy tờ rồi duyệt."))


@guard(SEE_CORRECTIONS)
@require_POST
def decide_correction(request: ActedRequest, correction_id: UUID, verdict: str) -> HttpResponse:
    """Approve, or do not (the proposer withdraws)."""
    verbs = {"duyet": actions.approve_correction, "khong": actions.refuse_correction}
    if verdict not in verbs:
        raise NotFound
    if verdict == "duyet" and "compared" not in request.POST:
        messages.error(request, _("So họ tên, ngày sinh với giấy tờ rồi đánh dấu ô bên cạnh trước khi duyệt."))
        return redirect("people_corrections")
    try:
        verbs[verdict](request.actor, correction_id)
    except Problem as refused:
        if refused.status == 404:
            raise
        messages.error(request, str(refused.detail))
    else:
        messages.success(request, _("Đã sửa.") if verdict == "duyet" else _("Đề nghị đã đóng, dữ liệu không đổi."))
    return redirect("people_corrections")
