"""Which open steps a question is about: whose lanes, in which state of time, and narrowed to what.

Lists, the board and exports ask through here, so that a number and the list behind it cannot differ.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, get_args
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from tinhso.dossiers.clocks import FAR
from tinhso.dossiers.models import Opinion, Phase, Step
from tinhso.dossiers.policies import DESK_ROLES
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures

_IDS = frozenset({"holder", "agency"})
#: Lanes in which something of an agency may wait: its officials', and the applicant's own.
EVERY_LANE = (*DESK_ROLES, "applicant")

DueFilter = Literal["late", "soon", "ok", "paused", "none", "unsure", "done"]


class Cause(StrEnum):
    """Why an open dossier is late, read from its control sheet. Each late step has exactly one."""

    ASKED = "asked"  #: another agency that was asked has not answered within its share
    BEFORE = "before"  #: it was late already when this step began
    UNCLAIMED = "unclaimed"  #: it became late here, and nobody took it
    HELD = "held"  #: it became late here, with whoever holds it


@dataclass(frozen=True)
class Filters:
    """What to show of the queue; every one may be left out.

    ``due``: "unsure" is a term that promises nothing (by case, or unverified), "done" has its result already.
    ``whole``: everything that waits at one's agencies, not only in one's own lanes.
    """

    due: DueFilter | None = None
    task: str | None = None
    step: str = ""  #: the words of the step
    role: str = ""
    field: str = ""
    procedure: str = ""  #: its code
    mine: bool = False
    unassigned: bool = False
    holder: UUID | None = None
    agency: UUID | None = None
    cause: Cause | None = None
    whole: bool = False


def kept(filters: Filters) -> dict[str, str | bool]:
    """As JSON, what says nothing left out."""
    named = {f.name: getattr(filters, f.name) for f in fields(filters)}
    return {name: value if value is True else str(value) for name, value in named.items() if value}


def filters_of(told: Mapping[str, str | bool]) -> Filters:
    """From what was kept; what no longer fits is left out."""
    known: dict[str, Any] = {}
    for name, value in told.items():
        with suppress(ValueError):
            if name in _IDS:
                known[name] = UUID(str(value))
            elif name == "cause":
                known[name] = Cause(str(value))
            elif name != "due" or value in get_args(DueFilter):
                known[name] = value
    return Filters(**{f.name: known[f.name] for f in fields(Filters) if f.name in known})


def agencies_of(actor: Actor) -> frozenset[UUID]:
    """Where the actor works on dossiers."""
    return frozenset(grant.scope for grant in actor.grants if grant.role in DESK_ROLES)


def lanes_of(actor: Actor, filters: Filters) -> list[tuple[UUID, str]]:
    """The agencies and roles whose steps are asked for, of those that the actor may see."""
    if filters.whole:
        lanes = [(agency, role) for agency in agencies_of(actor) for role in EVERY_LANE]
    else:
        lanes = [(g.scope, g.role) for g in actor.grants if g.role in DESK_ROLES]
    return sorted(
        (agency, role) for agency, role in lanes if filters.agency in (None, agency) and filters.role in ("", role)
    )


def not_own(
    actor: Actor, path: str = "", account: str = "applicant_account_id", person: str = "applicant_person_id"
) -> Q:
    """One's own dossier is a colleague's work: it stands in no list of one's desk (`policies`)."""
    own = Q(**{f"{path}{account}": actor.account})
    if actor.assured and actor.subject is not None:
        own |= Q(**{f"{path}{person}": actor.subject, f"{path}{person}__isnull": False})
    return ~own


def narrowed(actor: Actor, filters: Filters) -> "QuerySet[Step]":
    """Open steps that the filters let through, of any lane: `lanes_of` says which the actor may see."""
    steps = Step.objects.filter(not_own(actor, "dossier__"), ended_at=None)
    if filters.task:
        steps = steps.filter(task=filters.task)
    if filters.step:
        steps = steps.filter(title=filters.step)
    if filters.mine:
        steps = steps.filter(holder_id=actor.account)
    if filters.unassigned:
        steps = steps.filter(holder_id=None)
    if filters.holder is not None:
        steps = steps.filter(holder_id=filters.holder)
    if filters.field or filters.procedure:
        versions = procedures.versions_of(filters.field, filters.procedure)
        steps = steps.filter(dossier__procedure_version__in=versions)
    if filters.due is not None:
        steps = steps.filter(Times(actor).state(filters.due))
    if filters.cause is not None:
        times = Times(actor)
        steps = steps.filter(times.state("late"), times.cause(filters.cause))
    return steps


class Times:
    """The conditions of each state of time, as `clocks.due` says it of each dossier; what they need is asked once."""

    def __init__(self, actor: Actor) -> None:
        self._actor, self.now = actor, clock.now()

    @cached_property
    def _untimed(self) -> frozenset[UUID]:
        return procedures.untimed_versions()

    @cached_property
    def soon(self) -> datetime:
        """The last instant that still counts as "today or one working day left"."""
        scopes = (g.scope for g in self._actor.grants if g.role in DESK_ROLES and not g.kept)
        calendar = places.calendar_for(next(scopes, None))
        return calendar.end_of(calendar.next_working_day(clock.today())) + timedelta(microseconds=1)

    @property
    def promised(self) -> Q:
        """Received, without a result yet, and running against a term that is sure."""
        return self._under_way & ~Q(dossier__procedure_version__in=self._untimed)

    @property
    def _under_way(self) -> Q:
        return Q(dossier__received_at__isnull=False, dossier__finished_at=None, sort_at__lt=FAR)

    def state(self, due: DueFilter) -> Q:
        """The steps whose dossier stands so."""
        conditions: dict[DueFilter, Callable[[], Q]] = {
            "paused": lambda: Q(sort_at=FAR),
            "none": lambda: Q(dossier__received_at=None) & ~Q(dossier__phase=Phase.SUPPLEMENT),
            "done": lambda: Q(dossier__finished_at__isnull=False, sort_at__lt=FAR),
            "unsure": lambda: self._under_way & Q(dossier__procedure_version__in=self._untimed),
            "late": lambda: self.promised & Q(sort_at__lt=self.now),
            "soon": lambda: self.promised & Q(sort_at__gte=self.now, sort_at__lte=self.soon),
            "ok": lambda: self.promised & Q(sort_at__gt=self.soon),
        }
        return conditions[due]()

    def cause(self, cause: Cause) -> Q:
        """Of a late step: whether another agency keeps it waiting; else by its own row, when it began and whether
        somebody holds it."""
        asked = Q(
            Exists(
                Opinion.objects.filter(
                    dossier=OuterRef("dossier"), answered_at=None, taken_back_at=None, due_at__lt=self.now
                )
            )
        )
        conditions = {
            Cause.ASKED: asked,
            Cause.BEFORE: ~asked & Q(began_at__gte=F("sort_at")),
            Cause.UNCLAIMED: ~asked & Q(began_at__lt=F("sort_at"), holder=None),
            Cause.HELD: ~asked & Q(began_at__lt=F("sort_at"), holder__isnull=False),
        }
        return conditions[cause]
