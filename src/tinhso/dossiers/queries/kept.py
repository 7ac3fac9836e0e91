"""What was kept at the desk: saved views, exported lists, bulk acts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tinhso.dossiers.actions import bulk as acts
from tinhso.dossiers.models import BulkAct, Export, SavedView
from tinhso.dossiers.policies import DESK, account_of
from tinhso.dossiers.queries.filtering import Filters, agencies_of, filters_of
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor


@dataclass(frozen=True)
class View:
    """Filters under a name. ``removable``: by this actor."""

    id: UUID
    name: str
    shared: bool
    by: str
    mine: bool
    removable: bool
    filters: Filters


@dataclass(frozen=True)
class ExportRow:
    """A list as a file; ``ready``: it can be taken now."""

    id: UUID
    name: str
    agency: UUID
    format: str
    state: str
    state_words: str
    by: str
    asked_at: datetime
    expires_at: datetime | None
    rows: int
    cut: bool
    ready: bool


@dataclass(frozen=True)
class BulkFacts:
    """What a bulk act did. ``kept``: what an undoing could not take back; ``undo``: it can be taken back now."""

    id: UUID
    act: str
    title: str
    at: datetime
    done: list[dict[str, str]]
    refused: list[dict[str, str]]
    undone_at: datetime | None
    kept: list[dict[str, str]]
    undo: bool


def saved_views(actor: Actor) -> list[View]:
    """One's own and those that colleagues share, by name. One query."""
    DESK.require(actor)
    rows = SavedView.objects.filter(Q(account_id=actor.account, agency=None) | Q(agency__in=agencies_of(actor)))
    return [
        View(
            row.id,
            row.name,
            row.agency_id is not None,
            row.account_name,
            row.account_id == actor.account,
            row.account_id == actor.account or actor.holds("leader", row.agency_id),
            filters_of(row.filters),
        )
        for row in rows.order_by("name", "id")[:100]
    ]


def exports(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[ExportRow], str | None]:
    """The lists of the actor's agencies, latest first; none in which the actor's own dossier stands. One query."""
    DESK.require(actor)
    rows = Export.objects.filter(agency__in=agencies_of(actor)).exclude(hidden_from__contains=[actor.account])
    found, following = paged(rows.defer("dossiers"), cursor=cursor, limit=limit, by=("-asked_at", "-id"))
    return [_export(row) for row in found], following


def _export(row: Export) -> ExportRow:
    past = row.expires_at is not None and clock.now() >= row.expires_at
    state = Export.State.EXPIRED if past else Export.State(row.state)
    return ExportRow(
        id=row.id,
        name=row.name,
        agency=row.agency_id,
        format=str(Export.Format(row.format).label),
        state=state,
        state_words=str(state.label),
        by=row.account_name,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        rows=row.rows,
        cut=row.cut,
        ready=state == Export.State.READY and row.file_id is not None,
    )


def bulk_act(actor: Actor, bulk_id: UUID) -> BulkFacts:
    """A bulk act of one's own. Raises NotFound."""
    DESK.require(actor)
    row = BulkAct.objects.filter(id=bulk_id, account_id=account_of(actor)).first()
    if row is None:
        raise NotFound
    return BulkFacts(
        id=row.id,
        act=row.act,
        title=str(acts.KINDS[row.act].title),
        at=row.at,
        done=row.done,
        refused=row.refused,
        undone_at=row.undone_at,
        kept=row.kept,
        undo=not acts.why_not_undo(row),
    )
