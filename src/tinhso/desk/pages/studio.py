"""The process studio: how a procedure runs, a draft of it, what the draft changes, and two people who publish it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.desk.pages.shared import options
from tinhso.dossiers import trials
from tinhso.dossiers.models import ProcessTrial
from tinhso.dossiers.trials.reporting import ASSUMED, LoadLine, Report
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem, Stale
from tinhso.kernel.packs import Mistake
from tinhso.kernel.policy import ActedRequest, Actor, guard
from tinhso.procedures import actions, bpmn, dmn, queries
from tinhso.procedures.bpmn import BpmnError
from tinhso.procedures.dmn import DmnError, Table
from tinhso.procedures.models import ProcessDraft
from tinhso.procedures.policies import PROCESS, STUDIO
from tinhso.procedures.spec import ProcedureSpec
from tinhso.procedures.studio import drawn, reading
from tinhso.procedures.studio.checking import LARGEST_BPMN, LARGEST_DMN, Content, mistakes
from tinhso.procedures.studio.comparing import changes, term
from tinhso.procedures.studio.exporting import as_version
from tinhso.procedures.studio.priced import FeeLine, fee_lines
from tinhso.procedures.studio.words import KIND_WORDS, ROLE_WORDS, kind_words, role_words

State = ProcessDraft.State
_FILES = {
    "process.bpmn": gettext_lazy("Quy trình"),
    "fees.dmn": gettext_lazy("Bảng phí"),
    "roles.yaml": gettext_lazy("Vai của các làn"),
}


@dataclass(frozen=True)
class Shown:
    """A step as the table says it."""

    line: drawn.StepLine
    term: str
    kind: str
    role: str


@dataclass(frozen=True)
class Barred(LoadLine):
    """A line with its two bars, 0–100."""

    bar_before: str = "0"
    bar_after: str = "0"


@guard(PROCESS)
@require_safe
def processes(request: ActedRequest) -> HttpResponse:
    """Every procedure with a process of its own, and what is under way in the studio."""
    today = clock.today()
    asked = request.GET.get("q", "")[:200].strip()
    complete = queries.Filters(complete=True)
    found = (
        [hit.version for hit in queries.search(asked, today, complete)]
        if asked
        else queries.procedures_on(today, complete)
    )
    drafts = reading.drafts(request.actor)
    under_way = [draft for draft in drafts if draft.state in reading.UNDER_WAY or _to_come(draft)]
    names = queries.by_code({draft.code for draft in under_way}, today)
    shown = {
        "found": found,
        "asked": asked,
        "drafts": [(draft, names[draft.code].name if draft.code in names else draft.code) for draft in under_way],
    }
    return _drawn(request, "desk/processes.html", shown)


@guard(PROCESS)
@require_safe
def process(request: ActedRequest, procedure: str) -> HttpResponse:
    """The process and fee table that are law today: a drawing, and the same as a table."""
    today = clock.today()
    version = queries.procedure(procedure, today)
    content = reading.content_of(version)
    drafts = reading.drafts(request.actor, procedure)
    shown = {
        "version": version,
        "complete": version.complete,
        "content": content,
        "steps": _steps(content),
        "tables": _tables(content.fees, version.spec),
        "periods": [period for period in queries.periods(procedure) if period.fillable],
        "today": today,
        "drafts": drafts,
        "under_way": next((d for d in drafts if d.state in reading.UNDER_WAY or _to_come(d)), None),
        "from_studio": any(row.published_id == version.id for row in reading.published(procedure)),
        "newer_in_pack": STUDIO.allows(request.actor) and reading.newer_in_pack(procedure),
    }
    return _drawn(request, "desk/process.html", shown)


@guard(STUDIO)
@require_safe
def exported(request: ActedRequest, procedure: str) -> HttpResponse:
    """What the studio published last, as a piece of the pack. 404 when it published nothing."""
    rows = [row for row in reading.published(procedure) if row.published is not None and row.valid_from is not None]
    if not rows or rows[-1].published is None or rows[-1].valid_from is None:
        raise NotFound
    return _file(
        f"{procedure}-versions.yaml", as_version(rows[-1].published.definition, rows[-1].valid_from), "text/yaml"
    )


@guard(STUDIO)
@require_POST
def begin(request: ActedRequest, procedure: str) -> HttpResponse:
    """Begin a draft of the law of today."""
    try:
        made = actions.begin_draft(request.actor, procedure)
    except Conflict as refused:
        messages.error(request, str(refused.detail))
        return redirect("desk:process", procedure)
    return redirect("desk:edit_process_draft", made.id)


@guard(STUDIO)
@require_safe
def draft(request: ActedRequest, process_draft: UUID) -> HttpResponse:
    """One draft: what it changes in words, its mistakes, what may be done now."""
    return _draft_page(request, reading.draft(request.actor, process_draft))


@guard(STUDIO)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActedRequest, process_draft: UUID) -> HttpResponse:
    """The editors. What somebody else saved meanwhile is never overwritten, what was typed here stays in the page."""
    found = reading.draft(request.actor, process_draft)
    if request.method != "POST":
        if found.state != State.OPEN:
            return redirect("desk:process_draft", found.id)
        return _editor(request, found, reading.draft_content(found))
    sent = _sent(request, found)
    try:
        kept = actions.save_draft(request.actor, found.id, _version(request), sent)
    except (Invalid, Stale, Conflict) as refused:
        return _editor(request, found, sent, refused)
    messages.success(request, _("Đã lưu bản số %(n)d.") % {"n": kept.version})
    return redirect("desk:edit_process_draft" if "stay" in request.POST else "desk:process_draft", found.id)


@guard(STUDIO)
@require_safe
def draft_file(request: ActedRequest, process_draft: UUID, name: str) -> HttpResponse:
    """The draft's process or fee table as a file, for another editor."""
    found = reading.draft(request.actor, process_draft)
    content = {"process.bpmn": found.bpmn, "fees.dmn": found.fees}.get(name, "")
    if not content:
        raise NotFound
    return _file(f"{found.code}-{name}", content, "application/xml")


@guard(STUDIO)
@require_POST
def act(request: ActedRequest, process_draft: UUID, verb: str) -> HttpResponse:
    """Propose, approve, refuse (the proposer withdraws), discard, undo, run a trial."""
    found = reading.draft(request.actor, process_draft)
    if verb == "trinh":
        return _propose(request, found)
    if verb not in _VERBS:
        raise NotFound
    try:
        made = _VERBS[verb](request.actor, found.id, _version(request))
    except Problem as refused:
        if refused.status == NotFound.status:
            raise
        messages.error(request, str(refused.detail))
        return redirect("desk:process_draft", found.id)
    if isinstance(made, ProcessTrial):
        return redirect("desk:process_trial", made.id)  # where it is seen to run
    messages.success(request, _("Đã ghi."))
    return redirect("desk:process_draft", found.id)


@guard(STUDIO)
@require_safe
def trial(request: ActedRequest, trial_id: UUID) -> HttpResponse:
    """Last year's dossiers through a draft, beside how they went."""
    found = trials.trial(request.actor, trial_id)
    shown = {"trial": found, "draft": reading.draft(request.actor, found.draft_id), **_report(trials.report_of(found))}
    return _drawn(request, "desk/process_trial.html", shown)


def _report(report: Report | None) -> dict[str, object]:
    """The report as the page lays it out: two columns, shares in percent, bars against the longest of a table."""
    if report is None:
        return {}
    before, after = report.before, report.after
    return {
        "report": report,
        "assumed": ASSUMED,
        "spreads": [
            (_("Thời gian giải quyết, một nửa không quá (giờ làm việc)"), before.median, after.median),
            (_("Chín phần mười không quá (giờ làm việc)"), before.ninth, after.ninth),
            (_("Trung bình (giờ làm việc)"), before.mean, after.mean),
        ],
        "shares": [
            (words, round(100 * number / report.timed, 1) if report.timed else 0, number)
            for words, number in ((_("Thực tế"), report.late_before), (_("Qua bản thảo"), report.late_after))
        ],
        "moved": [
            (_("Đúng hạn thành trễ"), report.newly_late, report.newly_late_total),
            (_("Trễ thành đúng hạn"), report.newly_in_time, report.newly_in_time_total),
        ],
        "groups": [
            (_("Theo vai"), _bars(report.roles, roles=True)),
            (_("Theo bước"), _bars(report.steps, roles=False)),
        ],
    }


def _bars(lines: list[LoadLine], *, roles: bool) -> list[Barred]:
    longest = max((max(line.hours_before, line.hours_after) for line in lines), default=0) or 1
    return [
        Barred(
            **{**asdict(line), "words": role_words(line.key) if roles else line.words},
            bar_before=f"{100 * line.hours_before / longest:.1f}",
            bar_after=f"{100 * line.hours_after / longest:.1f}",
        )
        for line in lines
    ]


_VERBS: dict[str, Callable[[Actor, UUID, int], object]] = {
    "duyet": actions.approve_draft,
    "khong": actions.refuse_draft,
    "bo": actions.discard_draft,
    "huy": actions.undo_publication,
    "chay-thu": trials.ask_trial,
}


def _propose(request: ActedRequest, found: ProcessDraft) -> HttpResponse:
    basis, stated = request.POST.get("basis", ""), request.POST.get("valid_from", "")
    try:
        day = datetime.strptime(stated.strip(), "%d/%m/%Y").date()
    except ValueError:
        wrong = Invalid(fields={"valid_from": _("Ghi ngày có hiệu lực, ví dụ 01/01/2026.")})
        return _draft_page(request, found, wrong, basis, stated)
    try:
        actions.propose_draft(request.actor, found.id, _version(request), day, basis)
    except (Invalid, Conflict) as refused:
        return _draft_page(request, found, refused, basis, stated)
    messages.success(request, _("Đã trình. Một quản trị cấp tỉnh khác duyệt."))
    return redirect("desk:process_draft", found.id)


def _draft_page(
    request: ActedRequest, found: ProcessDraft, problem: Problem | None = None, basis: str = "", day: str = ""
) -> HttpResponse:
    content = reading.draft_content(found)
    wrong = mistakes(found.base.spec, content) if found.state in reading.UNDER_WAY else []
    shown = {
        "draft": found,
        "changes": changes(reading.content_of(found.base), content),
        "mistakes": [_said(mistake) for mistake in wrong],
        "steps": _steps(content),
        "tables": _tables(content.fees, found.base.spec),
        "content": content,
        "own": found.proposed_by == request.actor.account,
        "to_come": _to_come(found),
        "problem": problem,
        "errors": dict(problem.fields) if problem is not None else {},
        "basis": basis,
        "day": day,
        "trials": trials.of_draft(request.actor, found.id)[0],
    }
    return _drawn(request, "desk/process_draft.html", shown, problem.status if problem is not None else 200)


def _editor(
    request: ActedRequest, found: ProcessDraft, content: Content, problem: Problem | None = None
) -> HttpResponse:
    stale = isinstance(problem, Conflict)
    lanes = _lanes(content.bpmn) or list(content.roles)
    shown = {
        "draft": found,
        "content": content,
        "lanes": [(lane, f"role:{lane}", options(ROLE_WORDS.items(), content.roles.get(lane, ""))) for lane in lanes],
        "kinds": options(KIND_WORDS.items(), ""),
        "problem": problem,
        "stale": stale,
        "between": changes(reading.draft_content(found), content) if stale else [],
        "errors": dict(problem.fields) if problem is not None else {},
        "mistakes": [] if problem is not None else [_said(one) for one in mistakes(found.base.spec, content)],
        "version": found.version if problem is None else _version(request),
    }
    return _drawn(request, "desk/process_edit.html", shown, problem.status if problem is not None else 200)


def _sent(request: ActedRequest, found: ProcessDraft) -> Content:
    """What the form says: a file that was chosen counts before the text; lanes that are not drawn have no role."""
    source = _text(request, "bpmn", LARGEST_BPMN) or found.bpmn
    lanes = _lanes(source)
    roles = {lane: request.POST.get(f"role:{lane}", found.roles.get(lane, "")) for lane in lanes}
    return Content(
        bpmn=source,
        roles={lane: role for lane, role in roles.items() if role in ROLE_WORDS},
        fees=_text(request, "fees", LARGEST_DMN),
    )


def _text(request: ActedRequest, name: str, largest: int) -> str:
    chosen = request.FILES.get(f"{name}_file")
    if chosen is not None:
        read = chosen.read(4 * largest + 1)
        try:
            return str(read.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return "\ufffd"  # no XML: refused in words
    return request.POST.get(name, "").strip()


def _lanes(source: str) -> list[str]:
    """The names of the lanes that are drawn; none when the file cannot be read."""
    try:
        root = bpmn.tree(source)
    except (BpmnError, ValueError):
        return []
    return list(dict.fromkeys(lane.get("name", "") for lane in root.iter(f"{{{bpmn.BPMN}}}lane")))[:50]


def _steps(content: Content) -> list[Shown]:
    try:
        lines = drawn.lines(content.bpmn, content.roles)
        terms = {step.step_id: term(step) for step in bpmn.read(content.bpmn).steps}
    except BpmnError:
        return []
    return [Shown(one, terms[one.step_id], kind_words(one.kind), role_words(one.role)) for one in lines]


def _tables(source: str, spec: ProcedureSpec) -> list[tuple[Table, list[FeeLine]]]:
    try:
        return [(table, fee_lines(table, spec)) for table in dmn.read(source)] if source else []
    except DmnError:
        return []


def _said(mistake: Mistake) -> tuple[str, int, str, str]:
    """File in words, line, message, remedy."""
    return str(_FILES.get(mistake.file, mistake.file)), mistake.line, str(mistake.message), str(mistake.remedy)


def _to_come(found: ProcessDraft) -> bool:
    return found.state == State.PUBLISHED and found.valid_from is not None and found.valid_from > clock.today()


def _version(request: ActedRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _file(name: str, content: str, media: str) -> HttpResponse:
    response = HttpResponse(content, content_type=f"{media}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _drawn(request: ActedRequest, template: str, shown: Mapping[str, object], status: int = 200) -> HttpResponse:
    return render(request, template, {**shown, "may_edit": STUDIO.allows(request.actor)}, status=status)
