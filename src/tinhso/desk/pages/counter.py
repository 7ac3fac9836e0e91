"""The counter: numbers, who stands there, what is filed for them, originals and copies."""

from collections.abc import Iterable
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.desk.pages.shared import options
from tinhso.desk.shown import in_page_order
from tinhso.dossiers import actions, counter_rules, queries
from tinhso.dossiers.joined import spec
from tinhso.dossiers.policies import COUNTER
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Problem, TooLarge, TooMany
from tinhso.kernel.form_view import date_parts, date_sent
from tinhso.kernel.policy import ActedRequest, Actor, guard
from tinhso.people.actions import SeenIdentity
from tinhso.people.models import IdentifierKind, Role
from tinhso.people.models.persons import Sex
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures
from tinhso.procedures.queries import Filters, Found

#: Where the session remembers the official's table and windows.
_KEPT = "counter"
_SEEN = ("agency", "kind", "number", "full_name", "birth_date", "sex", "residence", "phone", "papers_seen")
_COPY = ("title", "number", "issuer", "pages", "original_seen")
#: Procedures offered for the words typed.
FOUND = 8


def _agencies(actor: Actor) -> dict[UUID, str]:
    return places.names([grant.scope for grant in actor.grants if grant.role == Role.RECEIVER])


def _agency(request: ActedRequest) -> UUID:
    """The counter that this official sits at: the one of the address, else of the session, else their first."""
    own = _agencies(request.actor)
    for told in (request.POST.get("agency"), request.GET.get("co-quan"), _kept(request).get("agency")):
        if told in {str(key) for key in own}:
            return UUID(str(told))
    if not own:
        raise NotFound
    return min(own, key=lambda key: own[key])


def _kept(request: ActedRequest) -> dict[str, str]:
    kept: dict[str, str] = request.session.get(_KEPT, {})
    return kept


@guard(COUNTER)
@require_safe
def counter(request: ActedRequest) -> HttpResponse:
    """The number at my table, the next, today's appointments, and who stands here."""
    return _show(request)


def _show(request: ActedRequest, problem: Problem | None = None) -> HttpResponse:
    agency = _agency(request)
    own, kept = _agencies(request.actor), _kept(request)
    queue = queries.queue(request.actor, agency)
    chosen = [w for w in kept.get("windows", "") if w in {s.code for s in queue.windows}]
    context = {
        "queue": queue,
        "agencies": options([(str(key), name) for key, name in own.items()], str(agency)) if len(own) > 1 else [],
        "agency": agency,
        "place": kept.get("place", ""),
        "chosen": chosen or [w.code for w in queue.windows],
        "appointments": queries.appointments_today(request.actor, agency),
        "visits": queries.my_visits(request.actor),
        "problem": problem,
        "errors": problem.fields if problem else {},
        "now": clock.now(),
        "unverified": counter_rules.rules().unverified,
    }
    return render(request, "desk/counter.html", context, status=problem.status if problem else 200)


@guard(COUNTER)
@require_POST
def numbers(request: ActedRequest) -> HttpResponse:
    """Draw, call, call again, skip, finish: one button each."""
    agency, sent = _agency(request), request.POST
    kept = {**_kept(request), "agency": str(agency)}
    if "place" in sent:
        kept["place"] = sent["place"].strip()[:20]
    if "window" in sent and sent.get("do") == "next":
        kept["windows"] = "".join(sent.getlist("window"))[:26]
    request.session[_KEPT] = kept
    try:
        _moved(request, agency, kept)
    except (Invalid, Conflict, TooMany) as refused:
        return _show(request, refused)
    return redirect(f"{reverse('desk:counter')}?co-quan={agency}")


def _moved(request: ActedRequest, agency: UUID, kept: dict[str, str]) -> None:
    actor, sent = request.actor, request.POST
    place = kept.get("place", "")
    match sent.get("do"):
        case "next":
            windows = list(kept.get("windows", "")) or [w.code for w in queries.queue(actor, agency).windows]
            if actions.call_next(actor, agency, windows, place, at_table=sent.get("at_table", "")) is None:
                messages.info(request, _("Không còn ai chờ ở quầy này."))
        case "draw":
            drawn = actions.draw(actor, agency, sent.get("draw", ""))
            messages.success(request, _("Số %(number)s. Đọc cho người dân hoặc ghi ra giấy.") % {"number": drawn.words})
        case "admit":
            drawn = actions.admit(actor, _id(sent.get("thing", "")), sent.get("draw", ""))
            messages.success(request, _("Số %(number)s cho người có lịch hẹn.") % {"number": drawn.words})
        case "call":
            actions.call(actor, _id(sent.get("thing", "")), place, at_table=sent.get("at_table", ""))
        case "recall":
            actions.recall(actor, _id(sent.get("thing", "")))
        case "skip":
            actions.skip(actor, _id(sent.get("thing", "")))
        case "finish":
            actions.finish(actor, _id(sent.get("thing", "")))
        case "kiosk":
            token = actions.kiosk_token(actor, agency)
            address = request.build_absolute_uri(reverse("portal:kiosk", args=[token]))
            messages.success(request, _("Mở địa chỉ này trên máy lấy số, dùng trong ngày: %(url)s") % {"url": address})
        case _:
            raise Invalid(_("Không rõ việc cần làm. Tải lại trang rồi bấm lại."))


@guard(COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def identify(request: ActedRequest) -> HttpResponse:
    """The official reads the identity paper of who stands there."""
    if request.method != "POST":
        return _identify_form(request)
    sent = request.POST
    seen = SeenIdentity(
        full_name=sent.get("full_name", "")[:200],
        birth_date=date_sent(sent, "birth_date"),
        sex=sent.get("sex", "") if sent.get("sex") in Sex.values else "",
        kind=sent.get("kind", ""),
        number=sent.get("number", "")[:30],
        residence=sent.get("residence", "")[:300],
    )
    ticket = sent.get("ticket", "")
    try:
        presence = actions.identify(
            request.actor,
            _agency(request),
            seen,
            papers_seen=bool(sent.get("papers_seen")),
            phone=sent.get("phone", ""),
            ticket=_id(ticket) if ticket else None,
        )
    except (Invalid, Conflict, Denied, TooMany) as refused:
        return _identify_form(request, refused)
    return redirect("desk:visit", presence.id)


def _identify_form(request: ActedRequest, problem: Problem | None = None) -> HttpResponse:
    sent = request.POST
    own, agency = _agencies(request.actor), _agency(request)
    wrong = problem.fields if problem else {}
    context = {
        "problem": problem,
        "errors": in_page_order(problem, _SEEN),
        "typed": sent,
        "ticket": sent.get("ticket", "") or request.GET.get("so", ""),
        "kinds": options(IdentifierKind.choices, sent.get("kind", IdentifierKind.CCCD)),
        "sexes": options(Sex.choices, sent.get("sex", "")),
        "birth": date_parts("birth_date", sent, wrong="birth_date" in wrong),
        "agencies": options([(str(key), name) for key, name in own.items()], str(agency)) if len(own) > 1 else [],
    }
    return render(request, "desk/identify.html", context, status=problem.status if problem else 200)


@guard(COUNTER)
@require_safe
def visit(request: ActedRequest, presence_id: UUID) -> HttpResponse:
    """What is being done for the person who stands here."""
    found = queries.visit(request.actor, presence_id)
    words = request.GET.get("viec", "").strip()[:200]
    offered = procedures.search(words, clock.today(), Filters(fillable=True))[:FOUND] if words else []
    context = {"visit": found, "words": words, "offered": offered, "joined": _joined(offered)}
    return render(request, "desk/visit.html", context)


def _joined(offered: Iterable[Found]) -> list[dict[str, Any]]:
    """What is done together with one of these procedures: each with its parts and their names."""
    today = clock.today()
    found = {one.key: one for each in offered for one in spec.of_procedure(each.version.code, today)}
    return [{"joined": one, "parts": _named(one)} for one in found.values()]


def _named(one: spec.Joined) -> list[tuple[spec.PartSpec, str]]:
    names = queries.part_names(one)
    return [(part, names[part.key]) for part in one.parts]


@guard(COUNTER)
@require_POST
def begin(request: ActedRequest, presence_id: UUID) -> HttpResponse:
    """Begin an application for that person, on the same pages as the portal's."""
    found = queries.visit(request.actor, presence_id)
    try:
        draft = actions.start_draft(request.actor, request.POST.get("code", "")[:20], found.agency, found.id)
    except (Invalid, Conflict, NotFound) as refused:
        messages.error(request, str(refused.detail))
        return redirect("desk:visit", presence_id)
    return redirect("portal:topic", draft.id, draft.procedure_version.spec.form.topics[0].name)


@guard(COUNTER)
@require_POST
def begin_joint(request: ActedRequest, presence_id: UUID) -> HttpResponse:
    """Begin a joined form for that person, with the chosen parts."""
    found, key = queries.visit(request.actor, presence_id), request.POST.get("joined", "")[:60]
    chosen = set(request.POST.getlist("part"))
    whole = spec.joined(key, clock.today())
    try:
        joint = actions.start_joint(
            request.actor,
            key,
            found.agency,
            without=[part.key for part in whole.parts if part.optional and part.key not in chosen],
            return_each=request.POST.get("return") == "each",
            presence_id=presence_id,
        )
    except (Invalid, Conflict, TooMany) as refused:
        messages.error(request, " ".join([str(refused.detail), *map(str, refused.fields.values())]))
        return redirect("desk:visit", presence_id)
    return redirect("portal:resume", queries.joint(request.actor, joint.id).drafts[whole.parts[0].key])


@guard(COUNTER)
@require_POST
def leave(request: ActedRequest, presence_id: UUID) -> HttpResponse:
    """The person goes; their number is done with."""
    found = queries.visit(request.actor, presence_id)
    actions.leave(request.actor, presence_id)
    if found.ticket_id is not None:
        try:
            actions.finish(request.actor, found.ticket_id)
        except Conflict as refused:
            messages.info(request, str(refused.detail))
    return redirect("desk:counter")


@guard(COUNTER)
@require_POST
def original(request: ActedRequest, paper_id: UUID) -> HttpResponse:
    """Seen, or given back."""
    paper = actions.mark_original(request.actor, paper_id, request.POST.get("original", ""))
    if paper.dossier_id is not None:
        return redirect("desk:record", paper.dossier_id)
    return redirect("portal:resume", paper.draft_id)


@guard(COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def attest(request: ActedRequest, presence_id: UUID) -> HttpResponse:
    """Scan an original that was shown and attest that the pages are like it."""
    found = queries.visit(request.actor, presence_id)
    problem: Problem | None = None
    if request.method == "POST":
        sent = request.POST
        try:
            actions.attest(
                request.actor,
                presence_id,
                title=sent.get("title", ""),
                original_seen=bool(sent.get("original_seen")),
                pages=[(f.name or "", cast(BinaryIO, f)) for f in request.FILES.getlist("pages")],
                number=sent.get("number", ""),
                issuer=sent.get("issuer", ""),
            )
        except (Invalid, TooLarge) as refused:
            problem = refused
        else:
            messages.success(request, _("Đã đối chiếu. Lãnh đạo ký, văn thư đóng dấu ở trang “Bản sao chứng thực”."))
            return redirect("desk:visit", presence_id)
    context = {
        "visit": found,
        "problem": problem,
        "errors": in_page_order(problem, _COPY),
        "typed": request.POST,
    }
    return render(request, "desk/attest.html", context, status=problem.status if problem else 200)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
