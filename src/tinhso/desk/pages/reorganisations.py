"""Reorganisations of agencies: a plan of the pack, its effects, two people who decide, and the carrying out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock, spreadsheets
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Problem
from tinhso.kernel.policy import ActedRequest, Actor, guard
from tinhso.places import actions, reorganising
from tinhso.places.jobs import start
from tinhso.places.models import Reorganisation
from tinhso.places.pack.reorganisations import Plan
from tinhso.places.policies import REORGANISE
from tinhso.places.reorganising import Effect, Resolved

State = Reorganisation.State
PAGE = 100
MOST_IN_FILE = 200_000
_ENDED = (State.REFUSED, State.WITHDRAWN)


@dataclass(frozen=True)
class Group:
    """Effects of one kind: how many in all, and between which agencies."""

    kind: str
    title: str
    total: int
    unverified: bool
    lines: list[tuple[Effect, str, str]]  #: with the old and the new agency's name
    alarms: list[str]


@dataclass(frozen=True)
class Listed:
    """A plan of the pack and how far it is."""

    name: str
    title: str
    row: Reorganisation | None


@guard(REORGANISE)
@require_safe
def plans(request: ActedRequest) -> HttpResponse:
    """The plans of the pack, the newest first."""
    rows = {row.name: row for row in Reorganisation.objects.exclude(state__in=_ENDED)}
    names = sorted({*reorganising.plan_names(), *rows}, reverse=True)
    listed = [Listed(name, rows[name].title if name in rows else name, rows.get(name)) for name in names]
    return _drawn(request, "desk/reorganisations.html", {"plans": listed})


@guard(REORGANISE)
@require_safe
def plan(request: ActedRequest, plan_name: str) -> HttpResponse:
    """One plan: what it says, what it would do now (or did), and what this administrator may do with it."""
    row = _row(plan_name)
    try:
        resolved = _resolved(plan_name, row)
        effects = _effects(resolved, row)
    except Invalid as wrong:
        return _drawn(request, "desk/reorganisation.html", {"name": plan_name, "problem": wrong}, status=wrong.status)
    changed = row is not None and row.state in (State.PROPOSED, State.APPROVED) and _changed(row)
    earlier = Reorganisation.objects.filter(name=plan_name, state__in=_ENDED).order_by("-created_at")
    shown = {
        "name": plan_name,
        "plan": resolved.plan,
        "row": row,
        "groups": _groups(resolved, effects),
        "stays": [(resolved.names[agency], reason) for agency, reason in resolved.stays.items()],
        "matters": [(_MATTERS[str(matter)], what) for matter, what in resolved.plan.what.items()],
        "changed": changed,
        "early": clock.today() < resolved.plan.on,
        "own": row is not None and row.proposed_by == request.actor.account,
        "progress": actions.progress() if row is not None and row.state == State.ORDERED else "",
        "earlier": earlier[:5],
    }
    return _drawn(request, "desk/reorganisation.html", shown)


@guard(REORGANISE)
@require_safe
def rows(request: ActedRequest, plan_name: str) -> HttpResponse:
    """The rows behind a number."""
    row = _row(plan_name)
    resolved = _resolved(plan_name, row)
    kind, old, new = request.GET.get("loai", ""), _id(request, "tu"), _id(request, "den")
    skipped = _skipped(request)
    found = list(islice(_rows_of(resolved, row, kind, old, new), skipped, skipped + PAGE + 1))
    of_kind = next((e.title for e in _effects(resolved, row) if e.kind == kind), None)
    if of_kind is None:
        raise NotFound
    shown = {
        "name": plan_name,
        "title": of_kind,
        "old": resolved.names.get(old, "") if old else "",
        "new": resolved.names.get(new, "") if new else "",
        "rows": found[:PAGE],
        "next": str(skipped + PAGE) if len(found) > PAGE else "",
    }
    return _drawn(request, "desk/reorganisation_rows.html", shown)


@guard(REORGANISE)
@require_safe
def effects_csv(request: ActedRequest, plan_name: str) -> HttpResponse:
    """Every number as a file; with ``dong=1`` every row behind the numbers."""
    row = _row(plan_name)
    resolved = _resolved(plan_name, row)
    effects = _effects(resolved, row)
    if request.GET.get("dong") == "1":
        header = [_("Tác động"), _("Cơ quan cũ"), _("Cơ quan mới"), _("Dòng"), _("Ghi chú")]
        lines = (
            [effect.title, _name(resolved, effect.old), _name(resolved, effect.new), one.title, one.about]
            for effect in effects
            for one in _rows_of(resolved, row, effect.kind, effect.old, effect.new)
        )
        content = spreadsheets.csv_bytes(header, islice(lines, MOST_IN_FILE))
    else:
        header = [_("Tác động"), _("Cơ quan cũ"), _("Cơ quan mới"), _("Số lượng"), _("Chưa kiểm chứng"), _("Lưu ý")]
        content = spreadsheets.csv_bytes(
            header,
            (
                [e.title, _name(resolved, e.old), _name(resolved, e.new), e.count, "x" if e.unverified else "", e.alarm]
                for e in effects
            ),
        )
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"sap-xep-{plan_name}.csv") or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@guard(REORGANISE)
@require_POST
def act(request: ActedRequest, plan_name: str, verb: str) -> HttpResponse:
    """Propose, approve, refuse (the proposer withdraws), carry out."""
    if verb not in _VERBS:
        raise NotFound
    try:
        _VERBS[verb](request.actor, plan_name)
    except Problem as refused:
        if refused.status == NotFound.status:
            raise
        messages.error(request, str(refused.detail))
    else:
        row = Reorganisation.objects.filter(name=plan_name).order_by("-created_at").first()
        messages.success(request, _("Đã ghi: %(state)s.") % {"state": row.get_state_display().lower() if row else ""})
    return redirect("desk:reorganisation", plan_name)


def _standing(name: str) -> UUID:
    row = _row(name)
    if row is None:
        raise Conflict(_("Kế hoạch này chưa được lập."))
    return row.id


_VERBS: dict[str, Callable[[Actor, str], object]] = {
    "lap": actions.propose_reorganisation,
    "duyet": lambda actor, name: actions.approve_reorganisation(actor, _standing(name)),
    "khong": lambda actor, name: actions.refuse_reorganisation(actor, _standing(name)),
    "thuc-hien": lambda actor, name: actions.order_reorganisation(actor, _standing(name), start),
}
_MATTERS = {
    "dossiers": gettext_lazy("Hồ sơ"),
    "posts": gettext_lazy("Cán bộ"),
    "signing": gettext_lazy("Quyền ký"),
    "books": gettext_lazy("Sổ"),
    "fees": gettext_lazy("Phí, lệ phí"),
    "clocks": gettext_lazy("Hạn trả"),
}


def _row(name: str) -> Reorganisation | None:
    return Reorganisation.objects.filter(name=name).exclude(state__in=_ENDED).first()


def _resolved(name: str, row: Reorganisation | None) -> Resolved:
    """As it was proposed, else as the pack has it now."""
    said = Plan.model_validate(row.plan) if row is not None else reorganising.read_plan(name)[0]
    return reorganising.resolve(name, said)


def _effects(plan: Resolved, row: Reorganisation | None) -> list[Effect]:
    if row is None:
        return reorganising.every_effect(plan)
    kept = row.outcome if row.state == State.DONE else row.effects
    return [Effect(**{**one, "old": _uuid(one["old"]), "new": _uuid(one["new"])}) for one in kept]


def _rows_of(
    plan: Resolved, row: Reorganisation | None, kind: str, old: UUID | None, new: UUID | None
) -> Iterator[reorganising.Shown]:
    done = row.id if row is not None and row.state == State.DONE else None
    return reorganising.shown_rows(plan, kind, old, new, done)


def _groups(plan: Resolved, effects: list[Effect]) -> list[Group]:
    kinds: dict[str, list[Effect]] = {}
    for effect in effects:
        kinds.setdefault(effect.kind, []).append(effect)
    return [
        Group(
            kind,
            some[0].title,
            sum(effect.count for effect in some),
            any(effect.unverified for effect in some),
            sorted(((e, _name(plan, e.old), _name(plan, e.new)) for e in some), key=lambda line: (line[2], line[1])),
            sorted({effect.alarm for effect in some if effect.alarm}),
        )
        for kind, some in kinds.items()
    ]


def _name(plan: Resolved, agency: UUID | None) -> str:
    return plan.names.get(agency, "") if agency else ""


def _changed(row: Reorganisation) -> bool:
    return reorganising.fingerprint() != row.fingerprint


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _id(request: ActedRequest, key: str) -> UUID | None:
    try:
        return _uuid(request.GET.get(key))
    except ValueError:
        raise NotFound from None


def _skipped(request: ActedRequest) -> int:
    text = request.GET.get("after", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 7:
        raise NotFound
    return int(text)


def _drawn(request: ActedRequest, template: str, shown: Mapping[str, object], status: int = 200) -> HttpResponse:
    return render(request, template, {**shown, "may_act": True}, status=status)
