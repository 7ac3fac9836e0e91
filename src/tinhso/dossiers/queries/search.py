"""Search over everything that one may see at the desk: codes, names without marks, and what was written.

The agencies that one works for are words of the index: what belongs to others is no candidate, so neither a hit nor a
number nor the time it takes tells of it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.search import SearchQuery

from tinhso.dossiers import clocks
from tinhso.dossiers.clocks import Due
from tinhso.dossiers.models import CLOSED, Dossier, Phase, SearchWords
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries.filtering import agencies_of, not_own
from tinhso.dossiers.queries.inbox import prepare
from tinhso.dossiers.searching import expression, words_of
from tinhso.kernel import disclosure
from tinhso.kernel.http import following, page_of
from tinhso.kernel.policy import Actor
from tinhso.procedures import queries as procedures

#: Candidates looked at. More fit: the list says so and asks for another word.
CANDIDATES = 2000
ORDER = ("-submitted_at", "-id")
#: What a person reads of it under "Ai đã xem dữ liệu của tôi".
SEARCHED = "Tìm kiếm hồ sơ ở bàn làm việc"


@dataclass(frozen=True)
class Hit:
    """A dossier that fits. ``inside``: only what was written into it fits, not its code or names."""

    dossier: UUID
    code: str
    procedure: str
    procedure_title: str
    subject_name: str
    applicant_name: str
    agency: UUID
    phase: str
    phase_words: str
    submitted_at: datetime
    due: Due
    inside: bool


@dataclass(frozen=True)
class Hits:
    """A page, the cursor of the next, and whether more than `CANDIDATES` fit."""

    rows: list[Hit]
    next: str | None
    capped: bool


def search(
    actor: Actor,
    said: str,
    *,
    agency: UUID | None = None,
    open_only: bool = False,
    field: str = "",
    cursor: str | None = None,
    limit: int = 20,
) -> Hits:
    """Dossiers, open and ended, of the actor's agencies that have every word; the newest first.

    Eight queries at most. What is shown goes to the disclosure log, as a search: that somebody's dossier has a word is
    itself something read of it. Raises Denied, Invalid for a bad cursor.
    """
    DESK.require(actor)
    agencies = frozenset(a for a in agencies_of(actor) if agency in (None, a))
    words = words_of(said)
    if not words or not agencies:
        return Hits([], None, False)
    candidates = _candidates(words, agencies)
    rows = Dossier.objects.filter(not_own(actor), id__in=candidates, agency__in=agencies)
    rows = rows.defer("data", "sources")
    if open_only:
        rows = rows.exclude(phase__in=CLOSED)
    if field:
        rows = rows.filter(procedure_version__in=procedures.versions_of(field))
    found, after = page_of(
        list(following(rows, cursor, ORDER).order_by(*ORDER)[: limit + 1]), limit, ("submitted_at", "id")
    )
    prepare(found)
    named = _named(found, words, agencies)
    for dossier in found:
        _note(actor, dossier, inside=dossier.id not in named)
    hits = [_hit(dossier, inside=dossier.id not in named) for dossier in found]
    return Hits(hits, after, len(candidates) == CANDIDATES)


def _candidates(words: list[str], agencies: frozenset[UUID]) -> list[UUID]:
    rows = SearchWords.objects.filter(words=_query(words, agencies))
    return list(rows.values_list("dossier_id", flat=True)[:CANDIDATES])


def _named(found: list[Dossier], words: list[str], agencies: frozenset[UUID]) -> set[UUID]:
    """Of those on the page, whose code or names fit: the index knows no weights, so each row asked is read."""
    rows = SearchWords.objects.filter(dossier__in=[d.id for d in found], words=_query(words, agencies, "AB"))
    return set(rows.values_list("dossier_id", flat=True))


def _query(words: list[str], agencies: frozenset[UUID], weights: str = "") -> SearchQuery:
    return SearchQuery(expression(words, agencies, weights), search_type="raw", config="simple")


def _note(actor: Actor, dossier: Dossier, *, inside: bool) -> None:
    fields = ["dossiers.Dossier.subject_name", "dossiers.Dossier.applicant_name"]
    person = dossier.applicant_person_id or dossier.applicant_account_id
    if person is None:
        return
    disclosure.note(
        actor,
        person=person,
        record=f"dossier:{dossier.id}",
        fields=[*fields, "dossiers.Dossier.data"] if inside else fields,
        purpose=SEARCHED,
    )


def _hit(dossier: Dossier, *, inside: bool) -> Hit:
    spec = dossier.procedure_version.spec
    return Hit(
        dossier=dossier.id,
        code=dossier.code,
        procedure=spec.code,
        procedure_title=spec.title,
        subject_name=dossier.subject_name,
        applicant_name=dossier.applicant_name,
        agency=dossier.agency_id,
        phase=dossier.phase,
        phase_words=str(Phase(dossier.phase).label),
        submitted_at=dossier.submitted_at,
        due=clocks.due(dossier),
        inside=inside,
    )
