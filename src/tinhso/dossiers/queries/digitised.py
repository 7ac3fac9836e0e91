"""Batches of digitised papers as the officials of the agency see them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count

from tinhso.dossiers.models import BatchState, Digitised, DigitisedBatch, DigitisedState
from tinhso.dossiers.policies import DESK_ROLES, DIGITISE
from tinhso.dossiers.queries.readings import Download
from tinhso.kernel import clock, disclosure, files, measures
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places

MEASURE = "dossiers.digitised"


@dataclass(frozen=True)
class BatchFacts:
    """A batch. ``counts``: how many of its lines stand how, ``unnamed`` files that no line names, ``unknown`` holders
    whom the state does not know yet."""

    id: UUID
    agency: UUID
    agency_name: str
    file_name: str
    state: str
    state_words: str
    version: int
    total: int
    done: int
    counts: dict[str, int]
    fault: str
    made_by: UUID
    made_by_name: str
    made_at: datetime
    signer_name: str
    ordered_at: datetime | None
    working: bool


@dataclass(frozen=True)
class PaperLine:
    """A line of a batch. Of the identity number only its end is shown in a list."""

    id: UUID
    line: int
    title: str
    number: str
    issued_on: date | None
    valid_to: date | None
    identity_end: str
    holder_name: str
    known: bool
    state: str
    state_words: str
    faults: list[dict[str, Any]]
    problem: str
    scanned: bool
    end_reason: str


@dataclass(frozen=True)
class DigitisedShare:
    """How much of the papers that are still valid an agency has digitised; ``percent`` None: nothing is listed."""

    agency_name: str
    digitised: int
    valid: int
    percent: Decimal | None


def agencies_to_digitise(actor: Actor) -> dict[UUID, str]:
    """Where the actor may upload."""
    return places.names({grant.scope for grant in actor.grants if grant.role in DESK_ROLES})


def digitised_batches(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[BatchFacts], str | None]:
    """Batches of the actor's agencies, the newest first. Raises Denied, Invalid."""
    DIGITISE.require(actor)
    names = agencies_to_digitise(actor)
    rows, following = paged(DigitisedBatch.objects.filter(agency__in=names), cursor=cursor, limit=limit, by=("-id",))
    return [_batch(row, names.get(row.agency_id, "")) for row in rows], following


def digitised_batch(actor: Actor, batch_id: UUID) -> BatchFacts:
    """One batch. Another agency's: NotFound."""
    row = DigitisedBatch.objects.filter(id=batch_id).first()
    if row is None:
        raise NotFound
    DIGITISE.require(actor, row)
    states = Digitised.objects.filter(batch=row).values_list("state").annotate(n=Count("id")).order_by()
    row.counts = {**{key: row.counts.get(key, 0) for key in ("unnamed", "unknown")}, **dict(states)}
    return _batch(row, places.names([row.agency_id]).get(row.agency_id, ""))


def digitised_lines(
    actor: Actor, batch_id: UUID, *, only: str = "", cursor: str | None = None, limit: int = 50
) -> tuple[list[PaperLine], str | None]:
    """Its lines in their order; ``only``: those that stand so. Another agency's: NotFound. Raises Invalid."""
    digitised_batch(actor, batch_id)
    rows = Digitised.objects.filter(batch=batch_id).defer("prepared", "typed")
    if only in DigitisedState.values:
        rows = rows.filter(state=only)
    found, following = paged(rows, cursor=cursor, limit=limit, by=("line",))
    return [_line(row) for row in found], following


def digitised_faults(actor: Actor, batch_id: UUID) -> list[tuple[int, str, str]]:
    """Every fault: line, column, what to do. Another agency's: NotFound."""
    digitised_batch(actor, batch_id)
    rows = Digitised.objects.filter(batch=batch_id, state=DigitisedState.WRONG).order_by("line")
    return [
        (line, fault["column"], fault["words"])
        for line, faults in rows.values_list("line", "faults")
        for fault in faults
    ]


def digitised_file(actor: Actor, batch_id: UUID, paper_id: UUID) -> Download:
    """The signed scan, or the scan that waits; the reading is noted. Another agency's: NotFound."""
    row = Digitised.objects.select_related("batch").filter(id=paper_id, batch=batch_id).first()
    if row is None:
        raise NotFound
    DIGITISE.require(actor, row.batch)
    file = row.file_id or row.scan_id
    if file is None:
        raise NotFound
    if row.person_id is not None and row.person_id != actor.subject:
        disclosure.note(
            actor,
            person=row.person_id,
            record=f"digitised:{row.id}",
            fields=["digitised"],
            purpose=str(DIGITISE.title),
        )
    name = f"{row.title} {row.number}.pdf".replace("/", "-")
    return Download(name, files.PDF, files.read(file))


def digitised_shares(actor: Actor) -> list[DigitisedShare]:
    """The share of each of the actor's agencies, read from the kept sums; nothing is counted here."""
    DIGITISE.require(actor)
    figures = measures.breakdown(MEASURE, "scope", clock.today().year)
    found = []
    for agency, name in sorted(agencies_to_digitise(actor).items(), key=lambda pair: pair[1]):
        figure = figures.get(agency)
        found.append(
            DigitisedShare(
                name,
                figure.numerator if figure else 0,
                figure.denominator if figure else 0,
                figure.value if figure else None,
            )
        )
    return found


def _batch(row: DigitisedBatch, agency: str) -> BatchFacts:
    return BatchFacts(
        id=row.id,
        agency=row.agency_id,
        agency_name=agency,
        file_name=row.file_name,
        state=row.state,
        state_words=str(BatchState(row.state).label),
        version=row.version,
        total=row.total,
        done=row.done,
        counts=row.counts,
        fault=row.fault,
        made_by=row.made_by_id,
        made_by_name=row.made_by_name,
        made_at=row.created_at,
        signer_name=row.signer_name,
        ordered_at=row.ordered_at,
        working=row.working,
    )


def _line(row: Digitised) -> PaperLine:
    return PaperLine(
        id=row.id,
        line=row.line,
        title=row.title,
        number=row.number,
        issued_on=row.issued_on,
        valid_to=row.valid_to,
        identity_end=row.identity[-4:],
        holder_name=row.holder_name,
        known=row.person_id is not None,
        state=row.state,
        state_words=str(DigitisedState(row.state).label),
        faults=row.faults,
        problem=row.problem,
        scanned=row.scan_id is not None,
        end_reason=row.end_reason,
    )
