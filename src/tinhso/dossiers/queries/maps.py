"""Process maps of one's own, and the dossiers behind each of their numbers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.clocks import Due
from tinhso.dossiers.mapping.reading import MapResult, again, goes, read
from tinhso.dossiers.models import Dossier, MapGroup, Phase, ProcessMap
from tinhso.dossiers.policies import DESK, account_of
from tinhso.dossiers.queries.filtering import agencies_of, not_own
from tinhso.dossiers.queries.inbox import prepare
from tinhso.kernel.errors import Invalid, NotFound
from tinhso.kernel.policy import Actor


@dataclass(frozen=True)
class Part:
    """Which of a map's dossiers: on a way between two places, at a place, of a variant, late for a cause, late at all,
    that came back to a place. Nothing said: all of them."""

    edge: tuple[int, int] | None = None
    place: int | None = None
    variant: int | None = None
    cause: int | None = None
    late: bool = False
    again: bool = False


@dataclass(frozen=True)
class Gone:
    """A dossier of a map, as it stands now."""

    dossier: UUID
    code: str
    agency: UUID
    phase_words: str
    submitted_at: datetime
    due: Due


@dataclass(frozen=True)
class MapPage:
    """Dossiers of a part, the newest of each way first. ``total``: how many the map counts."""

    rows: list[Gone]
    total: int
    next: str | None


def my_maps(actor: Actor) -> list[ProcessMap]:
    """One's own, the latest first; those of agencies that one has left do not come. One query."""
    DESK.require(actor)
    rows = ProcessMap.objects.filter(account_id=account_of(actor), agencies__contained_by=list(agencies_of(actor)))
    return list(rows.defer("result").order_by("-asked_at", "-id")[:20])


def process_map(actor: Actor, map_id: UUID) -> tuple[ProcessMap, MapResult]:
    """A map and what it says (nothing while it is computed). One query. Raises NotFound, also for a colleague's."""
    DESK.require(actor)
    kept = ProcessMap.objects.filter(id=map_id, account_id=account_of(actor)).first()
    if kept is None or not set(kept.agencies) <= agencies_of(actor):
        raise NotFound
    return kept, read(kept.result)


def mapped(actor: Actor, map_id: UUID, part: Part, cursor: str | None = None, limit: int = 20) -> MapPage:
    """The dossiers that a number of a map counts. They are those of the hour when it was made; how each stands is of
    now. Six queries at most. Raises NotFound, Invalid for a bad cursor."""
    kept, result = process_map(actor, map_id)
    groups = MapGroup.objects.filter(_of(part, result), map=kept)
    sizes = list(groups.order_by("variant", "cause", "chunk").values_list("id", Coalesce("dossiers__len", 0)))
    begin = _place(cursor)
    wanted = _page(sizes, begin, limit)
    rows = Dossier.objects.filter(not_own(actor), id__in=wanted, agency__in=agencies_of(actor))
    found = {dossier.id: dossier for dossier in rows.defer("data", "sources")}
    prepare(list(found.values()))
    total = sum(size for _id, size in sizes)
    following = str(begin + limit) if begin + limit < total else None
    return MapPage([_gone(found[id]) for id in wanted if id in found], total, following)


def _of(part: Part, result: MapResult) -> Q:
    asked = Q()
    ways = None
    if part.edge is not None:
        ways = [v.number for v in result.variants if goes(v.path, *part.edge)]
    elif part.place is not None:
        ways = [v.number for v in result.variants if part.place in v.path]
    elif part.variant is not None:
        ways = [part.variant]
    elif part.again:
        ways = [v.number for v in result.variants if again(v.path)]
    if ways is not None:
        asked &= Q(variant__in=ways)
    if part.cause is not None:
        asked &= Q(cause=part.cause)
    if part.late:
        asked &= ~Q(cause=-1)
    return asked


def _place(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not cursor.isdecimal() or len(cursor) > 9:
        raise Invalid(_("Trang này không có. Mở lại danh sách từ đầu."))
    return int(cursor)


def _page(sizes: list[tuple[int, int]], begin: int, limit: int) -> list[UUID]:
    """The ids from a place on; only the chunks that hold them are read."""
    wanted: dict[int, slice] = {}
    at = 0
    for id, size in sizes:
        low, high = max(begin - at, 0), min(begin + limit - at, size)
        if low < high:
            wanted[id] = slice(low, high)
        at += size
    held = dict(MapGroup.objects.filter(id__in=wanted).values_list("id", "dossiers")) if wanted else {}
    return [one for id, part in wanted.items() for one in held[id][part]]


def _gone(dossier: Dossier) -> Gone:
    return Gone(
        dossier.id,
        dossier.code,
        dossier.agency_id,
        str(Phase(dossier.phase).label),
        dossier.submitted_at,
        clocks.due(dossier),
    )
