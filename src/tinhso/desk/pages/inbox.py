"""The queue of an official: what waits for my lanes, most urgent first; views that are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.desk.addressed import CAUSES, DUE, ROLES, address, id_in, pairs, read, rows_asked
from tinhso.desk.navigation import agencies_of
from tinhso.desk.pages.search import search
from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions.bulk import KINDS
from tinhso.dossiers.policies import DESK, DESK_ROLES
from tinhso.dossiers.queries import Filters, View
from tinhso.kernel.errors import Problem
from tinhso.kernel.policy import ActedRequest, Actor, guard
from tinhso.people import queries as people

#: Which bulk acts the bar offers to whom; the process and the law decide again, for each dossier.
_OFFERED = {
    "receiver": ("claim", "hand_over"),
    "specialist": ("claim", "hand_over", "propose"),
    "leader": ("claim", "hand_over", "sign"),
    "clerk": ("claim", "hand_over", "seal", "return_result"),
}


@dataclass(frozen=True)
class Chosen:
    """A filter in force, in words, and the address without it."""

    words: str
    without: str


@guard(DESK)
@require_safe
def inbox(request: ActedRequest) -> HttpResponse:
    """Open steps of my roles; views and filters are in the address. Words (``q``) are looked for."""
    if request.GET.get("q", "").strip():
        return search(request)
    filters = read(request.GET)
    rows, following = queries.inbox(request.actor, filters, request.GET.get("after") or None, rows_asked(request))
    agencies = agencies_of(request)
    views = queries.saved_views(request.actor)
    context = {
        "rows": rows,
        "next": following or "",
        "filters": filters,
        "due": filters.due or "",
        "who": "toi" if filters.mine else "chua" if filters.unassigned else "",
        "dues": DUE.items(),
        "roles": [(role, ROLES[role]) for role in DESK_ROLES if request.actor.holds(role)],
        "filtered": bool(pairs(filters)),
        "kept": pairs(filters),
        "chosen": _chosen(filters, agencies, rows),
        "agencies": sorted(agencies.items(), key=lambda pair: pair[1]) if len(agencies) > 1 else [],
        "agency": filters.agency,
        "workplaces": sorted(agencies.items(), key=lambda pair: pair[1]),
        "kept_address": urlencode(pairs(filters)),
        "views": [(view, address(view.filters)) for view in views],
        "view": _open_view(views, filters),
        "acts": _offered(request.actor),
        "many": rows_asked(request) > 20,
    }
    return render(request, "desk/inbox.html", context)


def _offered(actor: Actor) -> list[tuple[str, str]]:
    names = dict.fromkeys(n for role in DESK_ROLES if actor.holds(role) for n in _OFFERED[role])
    return [(name, str(KINDS[name].title)) for name in names]


def _chosen(filters: Filters, agencies: dict[UUID, str], rows: Iterable[queries.Waiting]) -> list[Chosen]:
    """The filters that have no field of their own on the page."""
    said = {
        "linh-vuc": filters.field,
        "buoc": filters.step,
        "thu-tuc": filters.procedure,
        "vi-sao": str(CAUSES[filters.cause]) if filters.cause else "",
        "pham-vi": _("Mọi bước của cơ quan") if filters.whole else "",
        "nguoi": _holder(filters, rows) if filters.holder else "",
        "co-quan": agencies.get(filters.agency, "") if filters.agency and len(agencies) < 2 else "",
    }
    words = pairs(filters)
    return [
        Chosen(text, "?" + urlencode([pair for pair in words if pair[0] != word]))
        for word, text in said.items()
        if text
    ]


def _holder(filters: Filters, rows: Iterable[queries.Waiting]) -> str:
    return next((row.holder_name for row in rows), _("Một cán bộ"))


def _open_view(views: list[View], filters: Filters) -> View | None:
    """The saved view that the address shows."""
    return next((view for view in views if view.filters == filters), None)


@guard(DESK)
@require_POST
def save_view(request: ActedRequest) -> HttpResponse:
    """Keep the filters of the page under a name, private or shared with the agency."""
    filters = read(request.POST)
    shared = id_in(request.POST.get("chia-se", ""))
    try:
        view = actions.save_view(request.actor, request.POST.get("name", ""), filters, agency=shared)
    except Problem as refused:
        if refused.status == 404:
            raise
        messages.warning(request, str(next(iter(refused.fields.values()), refused.detail)))
    else:
        messages.success(request, _("Đã lưu bộ lọc “%(name)s”.") % {"name": view.name})
    return redirect(reverse("desk:inbox") + address(filters))


@guard(DESK)
@require_POST
def remove_view(request: ActedRequest, view_id: UUID) -> HttpResponse:
    """Remove a view; the dossiers that it showed stay."""
    actions.remove_view(request.actor, view_id)
    messages.success(request, _("Đã xóa bộ lọc."))
    return redirect("desk:inbox")


def peers_of(request: ActedRequest) -> list[tuple[UUID, str, str]]:
    """Colleagues to whom something may be handed over: account, name, agency and role."""
    agencies = agencies_of(request)
    mine = {(g.scope, g.role) for g in request.actor.grants if g.role in DESK_ROLES}
    found = {
        official.account: (official.account, official.full_name, f"{ROLES[role]}, {agencies.get(agency, '')}")
        for agency, role in sorted(mine, key=str)
        for official in people.officials_at(agency, role)
        if official.account != request.actor.account
    }
    return sorted(found.values(), key=lambda one: one[1])
