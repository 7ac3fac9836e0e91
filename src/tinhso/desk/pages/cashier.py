"""The cashier's desk: what has to be taken, receipts, voiding them, and the list that closes a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.desk.shown import amount_typed
from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions import Money
from tinhso.dossiers.policies import COLLECT, RECEIPT, TAKINGS
from tinhso.dossiers.queries import Closing, ProcedureTotal
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.kernel.spreadsheets import csv_bytes, workbook
from tinhso.places import queries as places

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@guard(COLLECT)
@require_safe
def waiting(request: ActedRequest) -> HttpResponse:
    """What has to be taken, the longest waiting first; a dossier's code (``ma``) narrows it."""
    code = request.GET.get("ma", "").strip()[:60]
    rows, following = queries.waiting_fees(request.actor, request.GET.get("after") or None, code=code)
    return render(request, "desk/fees.html", {"rows": rows, "next": following or "", "code": code})


@guard(COLLECT)
@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: ActedRequest, fee_id: UUID) -> HttpResponse:
    """Take the money. Whoever comes second is shown whose receipt it is."""
    problem: Problem | None = None
    if request.method == "POST":
        said = request.POST
        money = Money(amount_typed(request), said.get("method", ""), said.get("reference", ""), said.get("payer", ""))
        try:
            payment = actions.collect(request.actor, fee_id, money)
        except (Invalid, Conflict) as refused:
            problem = refused
        else:
            messages.success(request, _("Đã thu. Biên lai số %(number)s.") % {"number": payment.receipt_number})
            return redirect("desk:fee_receipt", payment.id)
    known = queries.paid_already(request.actor, fee_id)
    if known is not None:
        if problem is not None:
            messages.warning(request, str(problem.detail))
        return redirect("desk:fee_receipt", known)
    context = {"fee": queries.fee_to_collect(request.actor, fee_id), "problem": problem, "typed": request.POST}
    return render(request, "desk/collect.html", context, status=problem.status if problem else 200)


@guard(RECEIPT)
@require_safe
def receipt(request: ActedRequest, payment_id: UUID) -> HttpResponse:
    """The receipt, made to be printed on A5."""
    context = {
        "receipt": queries.fee_receipt(request.actor, payment_id),
        "keeps": TAKINGS.allows(request.actor),
        "collects": COLLECT.allows(request.actor),
    }
    return render(request, "desk/fee_receipt.html", context)


@guard(TAKINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: ActedRequest, payment_id: UUID) -> HttpResponse:
    """Void somebody else's receipt, saying why and what becomes of the money."""
    found = queries.fee_receipt(request.actor, payment_id)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _void(request, payment_id)
        except (Invalid, Conflict) as refused:
            problem = refused
        else:
            messages.success(request, _("Đã hủy biên lai số %(number)s.") % {"number": found.number})
            return redirect("desk:fee_receipt", payment_id)
    elif "void" not in found.acts:
        raise Conflict(_("Biên lai đã hủy, hoặc do bạn lập: nhờ người thu khác hoặc lãnh đạo của cơ quan."))
    context = {"receipt": found, "problem": problem, "typed": request.POST}
    return render(request, "desk/void_receipt.html", context, status=problem.status if problem else 200)


@guard(TAKINGS)
@require_safe
def takings(request: ActedRequest) -> HttpResponse:
    """The list that closes a day: totals by procedure, each opening to its receipts."""
    shown, agencies = _closing(request, whole=False)
    asked = {"ngay": f"{shown.day:%d/%m/%Y}", "co-quan": str(shown.agency)}
    context = {
        "closing": shown,
        "agencies": agencies,
        "procedure": next((t for t in shown.totals if t.procedure == request.GET.get("thu-tuc")), None),
        "address": f"{reverse('desk:takings')}?{urlencode(asked)}",
        "export": f"{reverse('desk:takings_export')}?{urlencode(asked)}",
        "collects": COLLECT.allows(request.actor),
    }
    return render(request, "desk/takings.html", context)


@guard(TAKINGS)
@require_safe
def export(request: ActedRequest) -> HttpResponse:
    """The same as a file, every line of it: ``dang`` is csv or xlsx."""
    shown, _agencies = _closing(request, whole=True)
    name = f"so-thu-{shown.day:%Y-%m-%d}"
    if request.GET.get("dang") == "csv":
        return _file(f"{name}.csv", "text/csv; charset=utf-8", csv_bytes(_HEADER, _lines(shown)))
    sheets: dict[str, tuple[Sequence[str], Iterable[Sequence[str]], Sequence[int]]] = {
        _("Biên lai"): (_HEADER, _lines(shown), [9, 18, 8, 26, 16, 30, 30, 26, 14, 18, 14, 14, 24, 30]),
        _("Theo thủ tục"): (_TOTALS, [*map(_sum, shown.totals), _whole(shown)], [16, 40, 10, 16, 16, 16, 16]),
    }
    return _file(f"{name}.xlsx", XLSX, workbook(sheets))


_HEADER = (
    *("Số", "Lúc", "Hủy", "Mã hồ sơ", "Mã thủ tục", "Thủ tục", "Khoản thu", "Người nộp tiền", "Cách nộp"),
    *("Số giao dịch", "Thu (đồng)", "Hủy (đồng)", "Người thu, người hủy", "Lý do hủy"),
)
_TOTALS = ("Mã thủ tục", "Thủ tục", "Biên lai", "Tiền mặt", "Chuyển khoản", "Hủy", "Còn lại")


def _lines(shown: Closing) -> list[tuple[str, ...]]:
    return [
        (
            *(line.number, f"{clock.local(line.at):%d/%m/%Y %H:%M}", "x" if line.void else "", line.code),
            *(line.procedure, line.procedure_name, line.item, line.payer_name, line.method_words, line.reference),
            *(("", str(line.amount)) if line.void else (str(line.amount), "")),
            *(line.who, line.reason),
        )
        for line in shown.lines
    ]


def _sum(row: ProcedureTotal) -> tuple[str, ...]:
    figures = (row.count, row.cash, row.transfer, row.voided, row.net)
    return (row.procedure, row.procedure_name, *map(str, figures))


def _whole(shown: Closing) -> tuple[str, ...]:
    figures = (shown.count, shown.cash, shown.transfer, shown.voided, shown.net)
    return ("", _("Cả ngày"), *map(str, figures))


def _closing(request: ActedRequest, *, whole: bool) -> tuple[Closing, list[tuple[UUID, str]]]:
    """What the address asks for: an agency of mine, a day (today), a procedure. Raises NotFound."""
    own = queries.takings_of(request.actor)
    agency = _agency(request.GET.get("co-quan", "")) or own[0]
    procedure = request.GET.get("thu-tuc", "").replace("\x00", "")[:20]
    shown = queries.closing(request.actor, agency, _day(request), procedure=procedure, whole=whole)
    names = places.names(own) if len(own) > 1 else {}
    return shown, sorted(names.items(), key=lambda pair: pair[1])


def _agency(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _day(request: ActedRequest) -> date:
    """The day asked for, as people write it; today for none or one that nobody can read."""
    try:
        return datetime.strptime(request.GET.get("ngay", "").strip(), "%d/%m/%Y").date()
    except ValueError:
        return clock.today()


def _void(request: ActedRequest, payment_id: UUID) -> None:
    then = request.POST.get("then", "")
    if then not in ("again", "refund"):
        raise Invalid(fields={"then": _("Chọn thu lại hoặc trả lại người nộp.")})
    reason = request.POST.get("reason", "")
    actions.void_receipt(request.actor, payment_id, reason=reason, refund=then == "refund")


def _file(name: str, kind: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
