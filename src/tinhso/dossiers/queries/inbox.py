"""The desk's queue: the open steps of one's lanes, most urgent first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.dossiers import clocks
from tinhso.dossiers.clocks import Due
from tinhso.dossiers.models import Dossier, Phase, Step
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries.filtering import Filters, lanes_of, narrowed, not_own
from tinhso.kernel.http import following, page_of
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures

#: Most urgent first; the index `step_queue` has this order within a lane.
ORDER = ("sort_at", "id")


@dataclass(frozen=True)
class Waiting:
    """One row of the queue: an open step of a dossier."""

    dossier: UUID
    step: UUID
    code: str
    version: int
    procedure: str
    procedure_title: str
    subject_name: str
    applicant_name: str
    task: str
    step_title: str
    role: str
    agency: UUID
    holder_name: str
    mine: bool
    phase: str
    phase_words: str
    submitted_at: datetime
    due: Due


def inbox(
    actor: Actor, filters: Filters | None = None, cursor: str | None = None, limit: int = 20
) -> tuple[list[Waiting], str | None]:
    """A page of the open steps that the actor's roles may work on (``whole``: that wait at their agencies), and the
    cursor of the next one.

    Five queries whatever the length, and one more for a filter by time or field; no count. Each lane is read in the
    order of its own index, never a whole lane. Raises Denied for those without a desk role, Invalid for a bad cursor.
    """
    DESK.require(actor)
    steps, after = page(actor, filters or Filters(), cursor, limit)
    prepare([step.dossier for step in steps])
    return [waiting(actor, step) for step in steps], after


def page(actor: Actor, filters: Filters, cursor: str | None, limit: int) -> tuple[list[Step], str | None]:
    """The steps of a page with their dossiers, most urgent first, and the cursor of the next page. One query."""
    lanes = lanes_of(actor, filters)
    if not lanes:
        return [], None
    rows = following(narrowed(actor, filters), cursor, ORDER)
    first, *others = [
        rows.filter(agency_id=agency, role=role).order_by(*ORDER).values("id")[: limit + 1] for agency, role in lanes
    ]
    wanted = first.union(*others, all=True) if others else first
    found = with_dossiers(Step.objects.filter(id__in=wanted)).order_by(*ORDER)[: limit + 1]
    return page_of(list(found), limit, ORDER)


def prepare(dossiers: list[Dossier]) -> None:
    """Give dossiers their procedure versions and calendars: three queries, one when the process knows them."""
    versions = procedures.listed_versions({d.procedure_version_id for d in dossiers})
    calendars = places.calendars_for({d.agency_id for d in dossiers})
    for dossier in dossiers:
        dossier.procedure_version = versions[dossier.procedure_version_id]
        dossier.calendar = calendars[dossier.agency_id]


def with_dossiers(steps: "QuerySet[Step]") -> "QuerySet[Step]":
    """Each step with its dossier, without what a list does not show."""
    return steps.select_related("dossier").defer("dossier__data", "dossier__sources")


def in_my_lanes(actor: Actor) -> "QuerySet[Step]":
    """The steps, open and ended, of the actor's roles, without one's own dossiers."""
    lanes = Q(pk__in=[])
    for agency, role in lanes_of(actor, Filters()):
        lanes |= Q(agency_id=agency, role=role)
    return with_dossiers(Step.objects.filter(lanes, not_own(actor, "dossier__")))


def waiting(actor: Actor, step: Step) -> Waiting:
    """The row of an open step whose dossier was prepared."""
    dossier = step.dossier
    spec = dossier.procedure_version.spec
    return Waiting(
        dossier=dossier.id,
        step=step.id,
        code=dossier.code,
        version=dossier.version,
        procedure=spec.code,
        procedure_title=spec.title,
        subject_name=dossier.subject_name,
        applicant_name=dossier.applicant_name,
        task=step.task,
        step_title=step.title,
        role=step.role,
        agency=step.agency_id,
        holder_name=step.holder_name,
        mine=step.holder_id is not None and step.holder_id == actor.account,
        phase=dossier.phase,
        phase_words=str(Phase(dossier.phase).label),
        submitted_at=dossier.submitted_at,
        due=clocks.due(dossier),
    )
