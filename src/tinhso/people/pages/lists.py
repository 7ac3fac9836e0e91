"""Lists of officials from Excel: the template, the upload, the dry run, carrying it out, first passwords, undo."""

from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.kernel import spreadsheets
from tinhso.kernel.errors import Problem
from tinhso.kernel.files.kinds import XLSX
from tinhso.kernel.http.versions import version_typed
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.people import actions, queries
from tinhso.people.actions.imports import scope_of
from tinhso.people.lists import COLUMNS, LETTERS, template
from tinhso.people.models import ImportLine, ImportState
from tinhso.people.pages.rights import csv_file
from tinhso.people.pages.tabs import drawn
from tinhso.people.policies import MANAGE_OFFICIALS


@guard(MANAGE_OFFICIALS)
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: ActedRequest) -> HttpResponse:
    """Upload a list, and the lists of before."""
    wrong = ""
    if request.method == "POST":
        sent = request.FILES.get("file")
        try:
            if sent is None:
                wrong = _("Hãy chọn tệp Excel (.xlsx) đã điền theo mẫu.")
            else:
                batch = actions.upload_list(
                    request.actor,
                    name=sent.name or "",
                    content=cast(BinaryIO, sent.file),
                    by_mail="by_mail" in request.POST,
                )
                return redirect("staff:list", batch.pk)
        except Problem as refused:
            wrong = str(refused.detail)
    rows, following = queries.imports(request.actor, request.GET.get("after") or None)
    shown = {"rows": rows, "next": following or "", "wrong": wrong}
    return drawn(request, "people/lists.html", shown, status=422 if wrong else 200)


@guard(MANAGE_OFFICIALS)
@require_safe
def empty_list(request: ActedRequest) -> HttpResponse:
    """The file to fill in, with the roles and agencies that this administrator may write."""
    response = HttpResponse(template(scope_of(request.actor)), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, "mau-danh-sach-can-bo.xlsx") or ""
    return response


@guard(MANAGE_OFFICIALS)
@require_safe
def one_list(request: ActedRequest, list_id: UUID) -> HttpResponse:
    """What is wrong with a list or what it would change, and how far its work is. Asks itself again while at work."""
    batch = queries.official_import(request.actor, list_id)
    only = request.GET.get("dong", "wrong" if batch.counts.get("wrong") else "")
    rows, following = queries.lines(request.actor, batch, only=only, cursor=request.GET.get("after") or None)
    counts = [(effect, words, batch.counts.get(effect, 0)) for effect, words in ImportLine.Effect.choices]
    shown = {
        "batch": batch,
        "rows": rows,
        "next": following or "",
        "chosen": only,
        "counts": [entry for entry in counts if entry[2]],
        "left": batch.counts.get("left", 0),
        "changes": sum(batch.counts.get(effect, 0) for effect in ("new", "post", "changed")),
        "mine": batch.made_by_id == request.actor.account,
        "percent": round(100 * batch.done / batch.total) if batch.total else 0,
        "states": ImportState,
    }
    response = drawn(request, "people/list.html", shown)
    if batch.working:
        response["Refresh"] = "3"
    return response


@guard(MANAGE_OFFICIALS)
@require_safe
def faults_csv(request: ActedRequest, list_id: UUID) -> HttpResponse:
    """Every line to put right, as a file to work through beside Excel."""
    batch = queries.official_import(request.actor, list_id)
    titles = {LETTERS[name]: str(title) for name, title in COLUMNS.items()}
    lines = [
        [row.number, fault["column"], titles.get(fault["column"], ""), fault["words"]]
        for row in ImportLine.objects.filter(batch=batch, effect=ImportLine.Effect.WRONG).order_by("number")
        for fault in row.faults
    ]
    header = [_("Dòng"), _("Cột"), _("Tên cột"), _("Cần làm gì")]
    return csv_file("dong-can-sua.csv", spreadsheets.csv_bytes(header, lines))


@guard(MANAGE_OFFICIALS)
@require_POST
def act_on_list(request: ActedRequest, list_id: UUID, name: str) -> HttpResponse:
    """Carry out, put aside, undo, or show the first passwords."""
    try:
        version = version_typed(request)
        if name == "mat-khau":
            slips = actions.show_first_passwords(request.actor, list_id, version=version)
            response = drawn(request, "people/first_passwords.html", {"slips": slips, "batch": list_id})
            response["Cache-Control"] = "no-store"
            return response
        verbs = {"nhap": actions.confirm_import, "bo": actions.drop_import, "hoan-tac": actions.undo_import}
        if name not in verbs:
            raise Http404
        verbs[name](request.actor, list_id, version=version)
    except Problem as refused:
        if refused.status == 404:
            raise
        messages.error(request, str(refused.detail))
    return redirect("staff:list", list_id)
