"""Who may do what, who may sign for whom, and proposals of province-wide roles."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock, spreadsheets
from tinhso.kernel.errors import NotFound, Problem
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.people import actions, queries
from tinhso.people.models import RoleProposal
from tinhso.people.pages.staff import read_uuid
from tinhso.people.pages.tabs import drawn
from tinhso.people.policies import PROVINCE_ROLES, SEE_OFFICIALS
from tinhso.people.queries import matrix


def csv_file(name: str, content: bytes) -> HttpResponse:
    """A CSV file that is saved under its name and kept by nobody."""
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@guard(SEE_OFFICIALS)
@require_safe
def by_role(request: ActedRequest) -> HttpResponse:
    """The matrix of policies and roles, as the code has it at this moment."""
    area = request.GET.get("phan", "")
    areas = matrix.areas()
    area = area if area in areas else ""
    shown = {"columns": matrix.columns(), "rows": matrix.rows(area), "areas": areas, "area": area}
    return drawn(request, "people/rights.html", shown)


@guard(SEE_OFFICIALS)
@require_safe
def by_role_csv(request: ActedRequest) -> HttpResponse:
    """The matrix as a file."""
    header = [_("Quyền"), _("Mã"), *(words for _name, words in matrix.columns())]
    lines = [[row.title, row.policy, *("x" if yes else "" for yes in row.allowed)] for row in matrix.rows()]
    return csv_file(f"ai-duoc-lam-gi-{clock.today():%Y-%m-%d}.csv", spreadsheets.csv_bytes(header, lines))


@guard(SEE_OFFICIALS)
@require_safe
def of_official_csv(request: ActedRequest, official_id: UUID) -> HttpResponse:
    """What one official may do today, through which role, as a file. 404 for another agency's official."""
    found = queries.official(request.actor, official_id)
    posts = [post for post in found.posts if post.state == "now"]
    names = {(post.role, post.agency): (post.role_words, post.agency_name) for post in posts}
    header = [_("Họ và tên"), _("Quyền"), _("Mã"), _("Vai trò"), _("Cơ quan")]
    lines = [
        [found.full_name, right.title, right.policy, *names[key]]
        for right in matrix.rights_of(found)
        for key in right.through
    ]
    return csv_file(f"quyen-{found.login}-{clock.today():%Y-%m-%d}.csv", spreadsheets.csv_bytes(header, lines))


@guard(SEE_OFFICIALS)
@require_safe
def authorities(request: ActedRequest) -> HttpResponse:
    """Who may sign for whom, in which form, from when to when, on which paper, given by whom."""
    agency, over = read_uuid(request.GET.get("co-quan", "")), request.GET.get("da-het") == "1"
    rows, following = queries.authorities(
        request.actor, agency=agency, over=over, cursor=request.GET.get("after") or None
    )
    agencies = queries.seen_agencies(request.actor)
    shown = {
        "rows": rows,
        "next": following or "",
        "over": over,
        "agency": agency,
        "agencies": sorted(agencies.items(), key=lambda pair: pair[1]) if len(agencies) > 1 else [],
    }
    return drawn(request, "people/authorities.html", shown)


@guard(PROVINCE_ROLES)
@require_safe
def proposals(request: ActedRequest) -> HttpResponse:
    """Province-wide roles that wait for a second person, and those decided."""
    rows, following = queries.proposals(request.actor, request.GET.get("after") or None)
    shown = {"rows": rows, "next": following or "", "me": request.actor.account}
    return drawn(request, "people/proposals.html", shown)


@guard(PROVINCE_ROLES)
@require_POST
def decide(request: ActedRequest, proposal_id: UUID, verdict: str) -> HttpResponse:
    """Approve, or do not (the proposer withdraws)."""
    verbs = {"duyet": actions.approve_role, "khong": actions.refuse_role}
    if verdict not in verbs:
        raise NotFound
    try:
        verbs[verdict](request.actor, proposal_id)
    except Problem as refused:
        if refused.status == 404:
            raise
        messages.error(request, str(refused.detail))
    else:
        state = RoleProposal.objects.only("state").get(pk=proposal_id).get_state_display()
        messages.success(request, _("Đã ghi: %(state)s.") % {"state": state.lower()})
    return redirect("staff:proposals")
