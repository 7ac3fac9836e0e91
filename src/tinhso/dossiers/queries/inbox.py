"""The desk's queue: the open steps of one's lanes, most urgent first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.dossiers import clocks
from tinhso.dossiers.clocks import FAR, Due
from tinhso.dossiers.models import Dossier, Phase, Step
from tinhso.dossiers.policies import DESK, DESK_ROLES
from tinhso.kernel import clock
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures


@dataclass(frozen=True)
class Filters:
    """What to show of the queue; every one may be left out."""

    due: Literal["late", "soon", "ok", "paused", "none"] | None = None
    task: str | None = None
    mine: bool = False
    unassigned: bool = False
    agency: UUID | None = None


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
    """A page of the open steps that the actor's roles may work on, and the cursor of the next one.

    Five queries whatever the length; no count. Raises Denied for those without a desk role, Invalid for a bad cursor.
    """
    DESK.require(actor)
    steps, following = paged(_steps(actor, filters or Filters()), cursor=cursor, limit=limit, by=("sort_at", "id"))
    prepare([step.dossier for step in steps])
    return [waiting(actor, step) for step in steps], following


def prepare(dossiers: list[Dossier]) -> None:
    """Give a list of dossiers their procedure versions and calendars in three queries."""
    versions = procedures.versions({d.procedure_version_id for d in dossiers})
    calendars = places.calendars_for({d.agency_id for d in dossiers})
    for dossier in dossiers:
        dossier.procedure_version = versions[dossier.procedure_version_id]
        dossier.calendar = calendars[dossier.agency_id]


def _steps(actor: Actor, filters: Filters) -> "QuerySet[Step]":
    steps = in_my_lanes(actor, filters.agency).filter(ended_at=None)
    if filters.task:
        steps = steps.filter(task=filters.task)
    if filters.mine:
        steps = steps.filter(holder_id=actor.account)
    if filters.unassigned:
        steps = steps.filter(holder_id=None)
    return _by_due(actor, steps, filters.due)


def in_my_lanes(actor: Actor, agency: UUID | None = None) -> "QuerySet[Step]":
    """The steps, open and ended, of the actor's roles (at one agency, when given), without one's own dossiers."""
    lanes = Q(pk__in=[])
    for grant in actor.grants:
        if grant.role in DESK_ROLES and agency in (None, grant.scope):
            lanes |= Q(agency_id=grant.scope, role=grant.role)
    own = Q(dossier__applicant_account_id=actor.account)
    if actor.assured and actor.subject is not None:
        own |= Q(dossier__applicant_person_id=actor.subject)  # filed at the counter
    return (
        Step.objects.filter(lanes)
        .exclude(own)  # one's own is a colleague's work (`policies`)
        .select_related("dossier")
        .defer("dossier__data", "dossier__sources")
    )


def _by_due(actor: Actor, steps: "QuerySet[Step]", due: str | None) -> "QuerySet[Step]":
    if due is None:
        return steps
    if due == "none":
        return steps.filter(dossier__received_at=None).exclude(dossier__phase=Phase.SUPPLEMENT)
    if due == "paused":
        return steps.filter(sort_at=FAR)
    now = clock.now()
    running = steps.filter(dossier__received_at__isnull=False)
    if due == "late":
        return running.filter(sort_at__lt=now)
    soon = _end_of_next_working_day(actor)
    if due == "soon":
        return running.filter(sort_at__gte=now, sort_at__lte=soon)
    return running.filter(sort_at__gt=soon, sort_at__lt=FAR)


def _end_of_next_working_day(actor: Actor) -> datetime:
    """The last instant that still counts as "today or one working day left"."""
    scope = next((g.scope for g in actor.grants if g.role in DESK_ROLES), None)
    calendar = places.calendar_for(scope)
    following = calendar.next_working_day(clock.today())
    return calendar.end_of(following) + timedelta(microseconds=1)


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
