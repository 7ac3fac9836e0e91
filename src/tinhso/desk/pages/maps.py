"""Process maps: asked for, drawn with a table beside, every number opening to its dossiers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.desk.addressed import id_in
from tinhso.desk.drawing import Way, drawing
from tinhso.desk.navigation import agencies_of
from tinhso.dossiers import actions, queries
from tinhso.dossiers.mapping.reading import START, Edge, MapResult, Variant
from tinhso.dossiers.models import ProcessMap
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries import MapPart
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Problem
from tinhso.kernel.files.kinds import XLSX
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.kernel.spreadsheets import csv_bytes, workbook
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures

#: Variants and ways listed on the page; the file has all that are kept.
MOST = 20


@guard(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def maps(request: ActedRequest) -> HttpResponse:
    """My maps; POST asks for one."""
    agencies, problem = agencies_of(request), None
    if request.method == "POST":
        try:
            return redirect("desk:map", _asked(request).id)
        except Problem as refused:
            if refused.status == 404:
                raise
            problem = refused
    typed = request.POST
    today = clock.today()
    context = {
        "rows": queries.my_maps(request.actor),
        "procedures": [(p.code, p.name) for p in procedures.procedures_on(today) if p.complete],
        "agencies": sorted(agencies.items(), key=lambda pair: pair[1]),
        "procedure": typed.get("thu-tuc", ""),
        "agency": id_in(typed.get("co-quan", "")),
        "since": typed.get("tu", f"{today.replace(month=1, day=1):%d/%m/%Y}"),
        "until": typed.get("den", f"{today:%d/%m/%Y}"),
        "problem": problem,
    }
    return render(request, "desk/maps.html", context, status=problem.status if problem else 200)


def _asked(request: ActedRequest) -> ProcessMap:
    typed = request.POST
    agency = id_in(typed.get("co-quan", ""))
    return actions.ask_map(
        request.actor,
        typed.get("thu-tuc", "")[:20],
        since=_day(typed.get("tu", ""), date.min),
        until=_day(typed.get("den", ""), date.min),
        agencies=[agency] if agency else [],
    )


def _day(text: str, otherwise: date) -> date:
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").date()
    except ValueError:
        return otherwise


@guard(DESK)
@require_safe
def process_map(request: ActedRequest, map_id: UUID) -> HttpResponse:
    """The map: the drawing, its ways as a table, variants, what is done again, why late."""
    kept, result = queries.process_map(request.actor, map_id)
    names, picture = places.names(kept.agencies), drawing(result)
    url = _urls(kept)
    context = {
        "map": kept,
        "result": result,
        "agencies": sorted(names.values()),
        "drawn": [_drawn(way, result, url) for way in picture.ways],
        "boxes": [(box, url(diem=box.place.number)) for box in picture.boxes],
        "picture": picture,
        "edges": [_edge(edge, result, url) for edge in result.edges[:MOST]],
        "more_edges": max(len(result.edges) - MOST, 0),
        "variants": [_variant(variant, result, url) for variant in result.variants[:MOST]],
        "more_variants": max(len(result.variants) - MOST, 0),
        "back": [_edge(edge, result, url) for edge in result.edges if edge.back],
        "causes": [
            (
                names.get(UUID(cause.agency), "") if cause.agency else _("Cơ quan khác"),
                _words(result, cause.place),
                cause.held,
                cause.dossiers,
                url(vi=cause.number),
            )
            for cause in result.causes
        ],
        "urls": {"all": url(), "late": url(tre="1"), "again": url(lap="1")},
        "left": result.dossiers - result.kept,
    }
    return render(request, "desk/map.html", context)


@guard(DESK)
@require_safe
def dossiers(request: ActedRequest, map_id: UUID) -> HttpResponse:
    """The dossiers that a number counts."""
    kept, result = queries.process_map(request.actor, map_id)
    part = _part(request.GET)
    shown = queries.mapped(request.actor, map_id, part, request.GET.get("after") or None)
    context = {
        "map": kept,
        "about": _about(part, result),
        "shown": shown,
        "next": shown.next or "",
        "names": agencies_of(request),
    }
    return render(request, "desk/map_dossiers.html", context)


@guard(DESK)
@require_safe
def export(request: ActedRequest, map_id: UUID) -> HttpResponse:
    """The map as a file: ``dang`` is csv (the ways) or xlsx (ways, variants, causes). It names no dossier."""
    kept, result = queries.process_map(request.actor, map_id)
    if kept.state != ProcessMap.State.READY:
        raise Conflict(_("Bản đồ chưa tính xong. Đợi một lát rồi tải lại."))
    name = f"ban-do-{kept.procedure}-{kept.since:%Y%m%d}-{kept.until:%Y%m%d}"
    ways = [_way_line(edge, result) for edge in result.edges]
    if request.GET.get("dang") == "csv":
        return _file(f"{name}.csv", "text/csv; charset=utf-8", csv_bytes(_WAYS, ways))
    names = places.names(kept.agencies)
    variants = [
        (str(v.number), " → ".join(_words(result, n) for n in v.path), str(v.dossiers), str(v.late), _hours(v.median))
        for v in result.variants
    ]
    causes = [
        (
            names.get(UUID(c.agency), "") if c.agency else _("Cơ quan khác"),
            _words(result, c.place),
            _("Có người giữ") if c.held else _("Chưa ai nhận"),
            str(c.dossiers),
        )
        for c in result.causes
    ]
    sheets: dict[str, tuple[Sequence[str], Iterable[Sequence[str]], Sequence[int]]] = {
        _("Đường đi"): (_WAYS, ways, [34, 34, 12, 12, 26, 28, 14]),
        _("Biến thể"): (
            ("Số", "Đường đi", "Hồ sơ", "Quá hạn", "Một nửa trong vòng (giờ)"),
            variants,
            [8, 120, 12, 12, 16],
        ),
        _("Vì sao trễ"): (("Cơ quan", "Bước", "Lúc hết hạn", "Hồ sơ"), causes, [44, 34, 20, 12]),
    }
    return _file(f"{name}.xlsx", XLSX, workbook(sheets))


_WAYS = ("Từ", "Đến", "Lượt", "Hồ sơ", "Một nửa trong vòng (giờ)", "9 trên 10 trong vòng (giờ)", "Lượt quay lại")


def _way_line(edge: Edge, result: MapResult) -> tuple[str, ...]:
    numbers = (str(edge.count), str(edge.dossiers), _hours(edge.median), _hours(edge.ninety), str(edge.back))
    return (_words(result, edge.start), _words(result, edge.end), *numbers)


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.2f}"


def _file(name: str, kind: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _urls(kept: ProcessMap) -> "_Urls":
    return _Urls(reverse("desk:map_dossiers", args=[kept.id]))


@dataclass(frozen=True)
class _Urls:
    """Where a number opens."""

    base: str

    def __call__(self, **asked: object) -> str:
        return f"{self.base}?{urlencode(asked)}" if asked else self.base


def _part(asked: QueryDict) -> MapPart:
    """What the address asks for; what is no number is left out."""

    def whole(word: str) -> int | None:
        text = asked.get(word, "")
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 9 else None

    start, end = whole("tu"), whole("den")
    return MapPart(
        edge=(start, end) if start is not None and end is not None else None,
        place=whole("diem"),
        variant=whole("bien-the"),
        cause=whole("vi"),
        late=asked.get("tre") == "1",
        again=asked.get("lap") == "1",
    )


def _about(part: MapPart, result: MapResult) -> str:
    if part.edge is not None:
        start, end = (_words(result, number) for number in part.edge)
        return _("Đi thẳng từ “%(start)s” đến “%(end)s”") % {"start": start, "end": end}
    if part.place is not None:
        return _("Đã qua “%(step)s”") % {"step": _words(result, part.place)}
    if part.variant is not None:
        return _("Biến thể %(n)s") % {"n": part.variant}
    if part.cause is not None:
        return _("Hết hạn khi ở bước “%(step)s”") % {"step": _words(result, part.cause % 1000 // 2)}
    if part.late:
        return _("Quá hạn")
    return _("Có bước làm lại") if part.again else _("Mọi hồ sơ của bản đồ")


def _words(result: MapResult, number: int) -> str:
    if number == START:
        return _("Nộp hồ sơ")
    place = result.place(number)
    return (place.words if place else "") or _("Bước không còn trong quy trình")


def lasting(seconds: float | None) -> str:
    """A time in words: minutes, hours under two days, else days. Calendar time, nights and days off included."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 60:
        return ngettext("%(n)s phút", "%(n)s phút", minutes) % {"n": minutes}
    if minutes < 2 * 24 * 60:
        return _("%(n)s giờ") % {"n": f"{minutes / 60:.1f}".replace(".", ",").removesuffix(",0")}
    return _("%(n)s ngày") % {"n": f"{minutes / 60 / 24:.1f}".replace(".", ",").removesuffix(",0")}


@dataclass(frozen=True)
class _Line:
    """A way in words. ``url``: its dossiers."""

    start: str
    end: str
    edge: Edge
    median: str
    ninety: str
    url: str


def _edge(edge: Edge, result: MapResult, url: _Urls) -> _Line:
    start, end = _words(result, edge.start), _words(result, edge.end)
    return _Line(start, end, edge, lasting(edge.median), lasting(edge.ninety), url(tu=edge.start, den=edge.end))


def _drawn(way: Way, result: MapResult, url: _Urls) -> tuple[Way, _Line]:
    return way, _edge(way.edge, result, url)


def _variant(variant: Variant, result: MapResult, url: _Urls) -> tuple[Variant, list[str], str, str]:
    path = [_words(result, number) for number in variant.path]
    return variant, path, lasting(variant.median), url(**{"bien-the": variant.number})
