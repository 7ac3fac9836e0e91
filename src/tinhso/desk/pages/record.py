"""One dossier at the desk: everything to decide on, and the acts that are open to this official now."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.desk.navigation import name_known
from tinhso.desk.pages.shared import day_typed, options
from tinhso.desk.shown import amount_typed, answered, has_fees, papers_shown, supplements_answered
from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions import RECORDED, Point
from tinhso.dossiers.checks import warnings
from tinhso.dossiers.models import Opinion
from tinhso.dossiers.policies import ASK_OPINION, DESK
from tinhso.dossiers.queries import DossierDetail
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Problem
from tinhso.kernel.http.versions import version_typed, whole
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.people import queries as people
from tinhso.procedures import process


@dataclass(frozen=True)
class Act:
    """A button: its words are the verb of the act. ``form``: it needs words first, on a page of its own. ``aside``:
    never the main thing to do on the page."""

    name: str
    words: str | Promise
    icon: str
    form: bool = False
    danger: bool = False
    aside: bool = False
    recorded: bool = False  #: its words are the record of the step that it ends


ACTS = {
    act.name: act
    for act in (
        Act("receive", gettext_lazy("Tiếp nhận"), "inbox"),
        Act("propose", gettext_lazy("Đạt, trình ký"), "send"),
        Act("sign", gettext_lazy("Ký"), "signature", form=True),
        Act("seal", gettext_lazy("Đóng dấu"), "stamp"),
        Act("return_result", gettext_lazy("Trả kết quả"), "badge-check"),
        Act("claim", gettext_lazy("Nhận xử lý"), "hand"),
        Act("request_supplement", gettext_lazy("Yêu cầu bổ sung"), "file-text", form=True),
        Act("send_back", gettext_lazy("Trả lại thẩm định"), "undo-2", form=True),
        Act("hand_over", gettext_lazy("Chuyển người khác"), "users-round", form=True),
        Act("refuse", gettext_lazy("Từ chối, nêu lý do"), "file-x", form=True, danger=True),
        Act("ask_opinion", gettext_lazy("Lấy ý kiến cơ quan khác"), "waypoints", form=True, aside=True),
        Act("extend", gettext_lazy("Xin lỗi, hẹn lại"), "calendar-days", form=True, aside=True),
        Act("ask_fee", gettext_lazy("Yêu cầu nộp phí"), "banknote", form=True, aside=True),
        Act("settle_fee", gettext_lazy("Ghi nhận đã nộp phí"), "banknote", form=True),
        Act("await_applicant", gettext_lazy("Chờ người nộp"), "circle-pause", form=True, aside=True),
        Act("applicant_ready", gettext_lazy("Người nộp đã sẵn sàng"), "arrow-right", form=True),
        Act("resume", gettext_lazy("Cho giải quyết tiếp"), "arrow-right", form=True),
        Act("suspend", gettext_lazy("Dừng giải quyết"), "circle-pause", form=True, danger=True),
        Act("reissue_result", gettext_lazy("Cấp lại"), "refresh-cw", form=True),
        Act("revoke_result", gettext_lazy("Thu hồi kết quả"), "ban", form=True, danger=True),
    )
}
DONE: dict[str, str | Promise] = {
    "receive": gettext_lazy("Đã tiếp nhận. Thời hạn bắt đầu tính."),
    "propose": gettext_lazy("Đã trình lãnh đạo ký."),
    "sign": gettext_lazy("Đã nhận lệnh ký. Chữ ký xong trong giây lát, hồ sơ chuyển văn thư đóng dấu."),
    "seal": gettext_lazy("Đã nhận lệnh đóng dấu. Tải lại trang sau giây lát để trả kết quả."),
    "return_result": gettext_lazy("Đã trả kết quả cho người nộp."),
    "claim": gettext_lazy("Bạn đang giữ hồ sơ này."),
    "request_supplement": gettext_lazy("Đã gửi yêu cầu bổ sung. Đồng hồ tạm dừng."),
    "send_back": gettext_lazy("Đã trả lại để thẩm định."),
    "hand_over": gettext_lazy("Đã chuyển."),
    "refuse": gettext_lazy("Đã từ chối, người nộp nhận được lý do."),
    "ask_opinion": gettext_lazy("Đã gửi câu hỏi. Thời hạn của hồ sơ vẫn chạy; có trả lời, bạn được báo."),
    "extend": gettext_lazy("Đã xin lỗi và hẹn lại. Người nộp được báo; phiếu in ở mục “Giấy tờ đã lập”."),
    "ask_fee": gettext_lazy("Đã báo người nộp. Đồng hồ dừng cho tới khi ghi nhận đã nộp."),
    "settle_fee": gettext_lazy("Đã ghi nhận. Thời gian còn lại chạy tiếp."),
    "await_applicant": gettext_lazy("Đã báo người nộp. Đồng hồ dừng cho tới khi họ sẵn sàng."),
    "applicant_ready": gettext_lazy("Đã ghi nhận. Thời gian còn lại chạy tiếp."),
    "suspend": gettext_lazy("Đã dừng giải quyết, người nộp được báo lý do."),
    "resume": gettext_lazy("Đã cho giải quyết tiếp. Thời gian còn lại chạy tiếp."),
    "reissue_result": gettext_lazy("Đã lệnh cấp lại. Bản mới chờ đóng dấu."),
    "revoke_result": gettext_lazy("Đã thu hồi. Ai kiểm tra tệp cũ sẽ thấy điều này."),
}


#: Steps that may stand between the check and the proposal.
_AFTER_CHECK = frozenset({"verify", *RECORDED})

#: Boxes for what a supplement request asks for: it may be sent once, so there must be enough.
POINTS = 10

#: Fields of the acts that hold an official's own words: shown again when somebody else acted first.
_WORDS = ("point", "text", "note", "reason", "amount", "receipt_number", "party")


@guard(DESK)
@require_safe
def record(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """Facts left, the trail right, actions on top."""
    return _show(request, _dossier(request, dossier_id))


@guard(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: ActedRequest, dossier_id: UUID, name: str) -> HttpResponse:
    """Do an act, or ask for the words it needs. A refusal shows the page again with what was typed."""
    if name not in ACTS:
        raise NotFound
    if request.method != "POST":
        found = _dossier(request, dossier_id)
        known = _act(found, name)
        if not known.form:
            return redirect("desk:record", dossier_id)
        if name not in found.acts:
            raise Conflict(_("Hồ sơ không còn ở bước làm được việc này."))
        return _ask(request, found, known)
    try:
        done = _DO[name](request, dossier_id)
    except (Invalid, Conflict, Denied) as refused:
        found = _dossier(request, dossier_id)
        known = _act(found, name)
        if known.form and name in found.acts:
            return _ask(request, found, known, refused)
        return _show(request, found, refused)
    messages.success(request, _done(name, done))
    if name in ("hand_over", "refuse", "send_back", "return_result"):
        return redirect("desk:inbox")
    return redirect("desk:record", dossier_id)


@guard(DESK)
@require_safe
def paper(request: ActedRequest, dossier_id: UUID, paper_id: UUID) -> HttpResponse:
    """A paper of the dossier; the reading is noted."""
    return handed_out(queries.paper_file(request.actor, paper_id, of=dossier_id))


@guard(DESK)
@require_POST
def receipt(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """The paper receipt is asked for at the counter, where none was made on receipt."""
    try:
        actions.ask_receipt(request.actor, dossier_id)
    except Conflict as refused:
        return _show(request, _dossier(request, dossier_id), refused)
    messages.success(request, _("Đã lập giấy tiếp nhận. In ở mục “Giấy tờ đã lập”."))
    return redirect("desk:record", dossier_id)


@guard(DESK)
@require_POST
def control_sheet(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """The control sheet as the steps stand now."""
    made = actions.make_control_sheet(request.actor, dossier_id)
    return redirect("desk:issued_paper", made.id)


@guard(DESK)
@require_safe
def result(request: ActedRequest, dossier_id: UUID) -> HttpResponse:
    """The signed result."""
    return handed_out(queries.result_file(request.actor, dossier_id))


def _dossier(request: ActedRequest, dossier_id: UUID) -> DossierDetail:
    found = queries.dossier(request.actor, dossier_id)
    if not found.internal:
        raise NotFound
    return found


def _act(found: DossierDetail, name: str) -> Act:
    """The act on this dossier: passing a step says where it leads, and asks for words that are kept or printed."""
    known = ACTS[name]
    if name != "propose":
        return known
    kinds = {step.task: process.step(found.spec, step.task).kind for step in found.steps if step.open}
    if RECORDED & set(kinds.values()):
        return replace(
            known, words=gettext_lazy("Ghi biên bản, kết thúc bước"), icon="file-text", form=True, recorded=True
        )
    if "check" in kinds.values() and any(step.kind in _AFTER_CHECK for step in process.steps(found.spec)):
        return replace(known, words=gettext_lazy("Đạt, chuyển bước sau"))
    return replace(known, form=True) if found.spec.result.answered else known


def _done(name: str, done: object) -> str:
    """What an act came to. Passing a step does not always lead to the leader."""
    waiting = [step.role for step in getattr(done, "sheet", ()) if step.ended_at is None]
    if name == "propose" and "leader" not in waiting:
        return _("Đã xong bước này, hồ sơ sang bước sau.")
    if name == "ask_opinion" and isinstance(done, Opinion) and done.party:
        return _("Đã ghi. Hệ thống không gửi ra ngoài: bạn gửi văn bản, khi họ trả lời thì ghi lại ở đây.")
    return str(DONE[name])


def _show(request: ActedRequest, found: DossierDetail, problem: Problem | None = None) -> HttpResponse:
    fees = queries.fees_of(request.actor, found.id) if has_fees(found) else None
    fees_open = fees is not None and any(row.state == "open" for row in fees.rows)
    # a charge that waits to be confirmed is asked for at its own line: the button beside would make a second one
    buttons = [_act(found, name) for name in ACTS if name in found.acts and not (name == "ask_fee" and fees_open)]
    context = {
        "dossier": found,
        "primary": next((b for b in buttons if not b.danger and not b.aside), None),
        "buttons": buttons,
        "sections": answered(found),
        "papers": papers_shown(found),
        "warnings": warnings(found.spec, found.data),
        "result": next(iter(reversed(found.results)), None),
        "asked": next((s for s in found.supplements if s.answered_at is None), None),
        "answered": supplements_answered(found),
        "pause": next((p for p in found.pauses if p.ended_at is None), None),
        "return_by": min((s.return_by for s in found.steps if s.return_by is not None), default=None)
        if "request_supplement" in found.acts
        else None,
        "may_ask": ASK_OPINION.allows(request.actor) and not found.finished_at,
        "fees": fees,
        "fees_open": fees_open,
        "problem": problem,
        "typed": [text for name in _WORDS for text in request.POST.getlist(name) if problem and text.strip()],
    }
    name_known(request, found.agency, found.agency_name)
    return render(request, "desk/record.html", context, status=problem.status if problem else 200)


def _ask(request: ActedRequest, found: DossierDetail, known: Act, problem: Problem | None = None) -> HttpResponse:
    context: dict[str, Any] = {"dossier": found, "act": known, "problem": problem, "typed": request.POST}
    if known.name == "request_supplement":
        first = next(iter(found.supplements), None)
        context["first"] = first
        context["repeats"] = _repeats(request, first.points if first else [])
        context["points"] = _typed_points(request) or [{"text": "", "component": ""}] * POINTS
        context["more_points"] = any(point["text"] for point in context["points"][3:])
        context["components"] = [c for c in found.spec.components if c.kind == "file"]
    if known.name == "refuse":
        context["reasons"] = found.spec.refusal_reasons
    if known.name == "hand_over":
        step = next((s for s in found.steps if s.open), None)
        peers = people.officials_at(found.agency, step.role) if step else []
        context["peers"] = [p for p in peers if p.account != request.actor.account]
    if known.name == "ask_opinion":
        others = [(str(id), name) for id, name in queries.agencies_to_ask(found.agency)]
        context["agencies"] = options(others, request.POST.get("agency", ""))
        context["units"] = options(queries.SHARE_UNITS, request.POST.get("unit", "days"))
        context["papers"] = papers_shown(found)
        context["chosen"] = request.POST.getlist("papers")
    if known.name in ("sign", "propose"):
        context["opinions"] = [one for one in found.opinions if one.waits or one.stance in ("objects", "agrees_if")]
    if known.name in ("sign", "reissue_result"):
        context["authority"] = (
            people.signing_authority(request.actor.account, found.agency) if request.actor.account else None
        )
        context["sections"] = answered(found)
        context["papers"] = papers_shown(found)
    return render(request, "desk/act.html", context, status=problem.status if problem else 200)


def _typed_points(request: HttpRequest) -> list[dict[str, str]]:
    texts, components = request.POST.getlist("point"), request.POST.getlist("component")
    return [{"text": t, "component": c} for t, c in zip(texts, components, strict=False)]


def _repeats(request: HttpRequest, points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The points of the first request, as they were ticked and worded when this page was sent."""
    ticked = request.POST.getlist("repeat")
    return [
        {
            **point,
            "ticked": str(point["number"]) in ticked,
            "missing": request.POST.get(f"repeat-{point['number']}", point["text"]),
        }
        for point in points
    ]


def _supplement(request: ActedRequest, dossier_id: UUID) -> None:
    repeated = [
        Point(request.POST.get(f"repeat-{n}", ""), number=whole(n))
        for n in request.POST.getlist("repeat")
        if whole(n) is not None
    ]
    points = repeated or [Point(p["text"], p["component"]) for p in _typed_points(request) if p["text"].strip()]
    answer_by = day_typed(request, "answer_by")
    actions.request_supplement(
        request.actor,
        dossier_id,
        points,
        reason=request.POST.get("reason", ""),
        answer_by=answer_by,
        version=version_typed(request),
    )


def _extend(request: ActedRequest, dossier_id: UUID) -> None:
    actions.extend(
        request.actor,
        dossier_id,
        until=day_typed(request, "until"),
        reason=request.POST.get("reason", ""),
        version=version_typed(request),
    )


def _ask_opinion(request: ActedRequest, dossier_id: UUID) -> Opinion:
    typed = request.POST
    try:
        agency = UUID(typed["agency"]) if typed.get("agency") else None
        papers = [UUID(one) for one in typed.getlist("papers")]
    except ValueError:
        raise Invalid(fields={"agency": _("Chọn một cơ quan trong danh sách.")}) from None
    question = actions.Question(
        text=typed.get("text", ""),
        amount=whole(typed.get("amount", "")),
        unit=typed.get("unit", ""),
        agency=agency,
        party=typed.get("party", ""),
        papers=papers,
        with_form="with_form" in typed,
    )
    return actions.ask_opinion(request.actor, dossier_id, question, version=version_typed(request))


def _ask_fee(request: ActedRequest, dossier_id: UUID) -> None:
    amount = amount_typed(request)
    reason = request.POST.get("reason", "")
    actions.ask_fee(request.actor, dossier_id, amount=amount, reason=reason, version=version_typed(request))


def _hand_over(request: ActedRequest, dossier_id: UUID) -> None:
    try:
        to = UUID(request.POST.get("to", ""))
    except ValueError:
        raise Invalid(fields={"to": _("Chọn người nhận.")}) from None
    actions.hand_over(request.actor, dossier_id, to, note=request.POST.get("note", ""), version=version_typed(request))


_DO: dict[str, Callable[[ActedRequest, UUID], object]] = {
    "ask_opinion": _ask_opinion,
    "receive": lambda r, d: actions.receive(r.actor, d, version=version_typed(r)),
    "claim": lambda r, d: actions.claim(r.actor, d, version=version_typed(r)),
    "propose": lambda r, d: actions.propose(r.actor, d, text=r.POST.get("text", ""), version=version_typed(r)),
    "sign": lambda r, d: actions.sign(r.actor, d, version=version_typed(r)),
    "seal": lambda r, d: actions.seal(r.actor, d, version=version_typed(r)),
    "return_result": lambda r, d: actions.return_result(r.actor, d, version=version_typed(r)),
    "send_back": lambda r, d: actions.send_back(r.actor, d, note=r.POST.get("note", ""), version=version_typed(r)),
    "refuse": lambda r, d: actions.refuse(
        r.actor, d, r.POST.get("reason", ""), text=r.POST.get("text", ""), version=version_typed(r)
    ),
    "revoke_result": lambda r, d: actions.revoke_result(
        r.actor, d, reason=r.POST.get("reason", ""), version=version_typed(r)
    ),
    "reissue_result": lambda r, d: actions.reissue_result(
        r.actor, d, reason=r.POST.get("reason", ""), version=version_typed(r)
    ),
    "suspend": lambda r, d: actions.suspend(r.actor, d, reason=r.POST.get("reason", ""), version=version_typed(r)),
    "resume": lambda r, d: actions.resume(r.actor, d, note=r.POST.get("note", ""), version=version_typed(r)),
    "await_applicant": lambda r, d: actions.await_applicant(
        r.actor, d, reason=r.POST.get("reason", ""), version=version_typed(r)
    ),
    "applicant_ready": lambda r, d: actions.applicant_ready(
        r.actor, d, note=r.POST.get("note", ""), version=version_typed(r)
    ),
    "ask_fee": _ask_fee,
    "settle_fee": lambda r, d: actions.settle_fee(
        r.actor, d, receipt_number=r.POST.get("receipt_number", ""), version=version_typed(r)
    ),
    "extend": _extend,
    "request_supplement": _supplement,
    "hand_over": _hand_over,
}
