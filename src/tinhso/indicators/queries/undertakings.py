"""Tasks and duties with what is planned, shown and said about them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery

from tinhso.indicators.models import Comment, Evidence, Owner, Plan, Progress, Undertaking
from tinhso.indicators.policies import CONTRIBUTE, READ, READ_COMMENTS
from tinhso.indicators.words import plain
from tinhso.kernel import clock, files
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.places.heirs import Ended, ended


@dataclass(frozen=True)
class UndertakingFilters:
    q: str = ""
    clause: str = ""
    progress: str = ""
    owned: bool | None = None


@dataclass(frozen=True)
class UndertakingFacts:
    """A task or duty. ``owner`` is the decision's own words, None where it names nobody; ``progress`` None: no plan."""

    id: str
    kind: str
    clause: str
    sentence: str
    sector: str
    owner: str | None
    agencies: list[str]
    progress: str | None
    progress_words: str
    due: date | None
    evidence: int
    measure: str | None
    source: str


@dataclass(frozen=True)
class PlanFacts:
    number: int
    text: str
    due: date | None
    progress: str
    progress_words: str
    by: str
    agency: str
    at: datetime


@dataclass(frozen=True)
class EvidenceFacts:
    id: UUID
    title: str
    url: str
    file: bool
    by: str
    agency: str
    at: datetime


@dataclass(frozen=True)
class CommentFacts:
    text: str
    by: str
    agency: str
    at: datetime


@dataclass(frozen=True)
class UndertakingDetail(UndertakingFacts):
    """With everything written. The public sees agencies, not names, and no comments."""

    plans: list[PlanFacts]
    shown: list[EvidenceFacts]
    comments: list[CommentFacts]
    may_write: bool
    reads_comments: bool
    ended: list[Ended]  #: agencies charged that are gone, and what the pack knows of who came after


#: Plans and comments shown; older ones stay in the trail.
LATEST = 50


def undertakings(
    actor: Actor,
    kind: str,
    filters: UndertakingFilters | None = None,
    *,
    cursor: str | None = None,
    limit: int = 20,
) -> tuple[list[UndertakingFacts], str | None]:
    """A page of tasks or duties in the order of the decision; three queries. Raises Invalid for a bad cursor."""
    READ.require(actor)
    rows = _found(kind, filters or UndertakingFilters())
    page, following = paged(rows, cursor=cursor, limit=limit, by=("position", "key"))
    agencies = _agencies({row.id for row in page})
    return [UndertakingFacts(**_facts(row, agencies[row.id])) for row in page], following


def _annotated() -> Any:
    latest = Plan.objects.filter(undertaking=OuterRef("id")).order_by("-number")
    return Undertaking.objects.filter(listed=True).annotate(
        progress=Subquery(latest.values("progress")[:1]),
        due=Subquery(latest.values("due")[:1]),
        shown=Count("evidence", filter=Q(evidence__removed_at=None)),
    )


def _found(kind: str, filters: UndertakingFilters) -> Any:
    rows = _annotated().filter(kind=kind)
    if filters.clause:
        rows = rows.filter(clause=filters.clause)
    if filters.progress:
        rows = rows.filter(progress=None if filters.progress == "none" else filters.progress)
    if filters.owned is not None:
        rows = rows.exclude(owner="") if filters.owned else rows.filter(owner="")
    for word in plain(filters.q).split()[:10]:
        rows = rows.filter(search_text__contains=word)
    return rows


def _agencies(ids: set[UUID]) -> dict[UUID, list[str]]:
    """Names of the agencies charged with each, in two queries."""
    pairs = list(Owner.objects.filter(undertaking__in=ids).values_list("undertaking_id", "agency_id"))
    known = places.names([agency for _id, agency in pairs])
    found: dict[UUID, list[str]] = defaultdict(list)
    for id, agency in pairs:
        found[id].append(known.get(agency, ""))
    return defaultdict(list, {id: sorted(names) for id, names in found.items()})


def _facts(row: Any, agencies: list[str]) -> dict[str, Any]:
    return {
        "id": row.key,
        "kind": row.kind,
        "clause": row.clause,
        "sentence": row.sentence,
        "sector": row.sector,
        "owner": row.owner or None,
        "agencies": agencies,
        "progress": row.progress,
        "progress_words": str(Progress(row.progress).label) if row.progress else "",
        "due": row.due,
        "evidence": row.shown,
        "measure": row.measure or None,
        "source": row.source,
    }


def undertaking(actor: Actor, key: str) -> UndertakingDetail:
    """One task or duty with what was written about it. Raises NotFound."""
    READ.require(actor)
    row = _annotated().prefetch_related("owners").filter(key=key.replace("\x00", "")).first()
    if row is None:
        raise NotFound
    official = READ_COMMENTS.allows(actor)
    plans = list(Plan.objects.filter(undertaking_id=row.id).order_by("-number")[:LATEST])
    shown = list(Evidence.objects.filter(undertaking_id=row.id, removed_at=None).order_by("-id")[:LATEST])
    comments = list(Comment.objects.filter(undertaking_id=row.id).order_by("-id")[:LATEST]) if official else []
    known = places.names({w.agency_id for w in (*plans, *shown, *comments) if w.agency_id})
    return UndertakingDetail(
        **_facts(row, _agencies({row.id})[row.id]),
        plans=[_plan(p, known, official) for p in plans],
        shown=[EvidenceFacts(e.id, e.title, e.url, e.file_id is not None, *_writer(e, known, official)) for e in shown],
        comments=[CommentFacts(c.text, *_writer(c, known, official)) for c in comments],
        may_write=CONTRIBUTE.allows(actor, row),
        reads_comments=official,
        ended=ended([owner.agency_id for owner in row.owners.all()], clock.today()),
    )


def _plan(row: Plan, known: dict[UUID, str], official: bool) -> PlanFacts:
    words = str(Progress(row.progress).label)
    return PlanFacts(row.number, row.text, row.due, row.progress, words, *_writer(row, known, official))


def _writer(written: Any, known: dict[UUID, str], official: bool) -> tuple[str, str, datetime]:
    return written.by_name if official else "", known.get(written.agency_id, ""), written.created_at


@dataclass(frozen=True)
class Download:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


def evidence_file(actor: Actor, evidence: UUID) -> Download:
    """A file of evidence that is still shown. Raises NotFound."""
    READ.require(actor)
    row = Evidence.objects.select_related("file").filter(id=evidence, removed_at=None, file__isnull=False).first()
    if row is None or row.file is None:
        raise NotFound
    return Download(row.file.name, row.file.media_type, files.read(row.file.id))
