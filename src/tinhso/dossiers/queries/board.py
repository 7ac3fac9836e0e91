"""Where dossiers wait, and why they are late: the open steps of one's agencies by agency, step, holder and field.

One query groups them; everything else is addition. Every number is a filter of the list (`queue.Filters`), so it opens
to exactly the dossiers that it counts.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Case, CharField, Count, Q, Value, When

from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries.filtering import Cause, DueFilter, Filters, Times, lanes_of, narrowed
from tinhso.kernel.policy import Actor
from tinhso.procedures import queries as procedures

#: In the order of a bar; what fits none of them waits at the applicant before receipt.
STATES: tuple[DueFilter, ...] = ("late", "soon", "ok", "unsure", "paused", "none", "done")


@dataclass(frozen=True)
class QueueLine:
    """Open steps of one thing. ``filters`` opens them all; with ``due`` of a state, those of that state."""

    key: str | UUID | None
    words: str
    counts: dict[str, int]
    filters: Filters

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def late(self) -> int:
        return self.counts.get("late", 0)


@dataclass(frozen=True)
class Board:
    """``why``: the late ones by cause. Lines come with the most late first."""

    counts: dict[str, int]
    why: dict[Cause, int]
    agencies: list[QueueLine]
    steps: list[QueueLine]
    holders: list[QueueLine]
    fields: list[QueueLine]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class _Group:
    agency: UUID
    step: str
    holder: UUID | None
    holder_name: str
    field: str
    state: str
    cause: str
    number: int


def board(actor: Actor, filters: Filters | None = None) -> Board:
    """Everything that waits at the actor's agencies. Four queries whatever the size. Raises Denied."""
    DESK.require(actor)
    asked = replace(filters or Filters(), whole=True)
    groups = _groups(actor, asked)
    counts: Counter[str] = Counter()
    why: Counter[Cause] = Counter()
    for group in groups:
        counts[group.state] += group.number
        if group.cause:
            why[Cause(group.cause)] += group.number
    return Board(
        counts={state: counts[state] for state in STATES if counts[state]},
        why={cause: why[cause] for cause in Cause if why[cause]},
        agencies=_lines(groups, lambda g: g.agency, lambda g: "", lambda g: replace(asked, agency=g.agency)),
        steps=_lines(groups, lambda g: g.step, lambda g: g.step, lambda g: replace(asked, step=g.step)),
        holders=_lines(
            groups,
            lambda g: g.holder,
            lambda g: g.holder_name,
            lambda g: replace(asked, holder=g.holder, unassigned=g.holder is None),
        ),
        fields=_lines(groups, lambda g: g.field, lambda g: g.field, lambda g: replace(asked, field=g.field)),
    )


def _groups(actor: Actor, asked: Filters) -> list[_Group]:
    lanes = lanes_of(actor, asked)
    times = Times(actor)
    states = [When(times.state(state), then=Value(state)) for state in STATES]
    causes = [When(times.state("late") & times.cause(cause), then=Value(str(cause))) for cause in Cause]
    within = Q(agency__in={agency for agency, _role in lanes}, role__in={role for _agency, role in lanes})
    rows = (
        narrowed(actor, asked)
        .filter(within)
        .annotate(
            state=Case(*states, default=Value("none"), output_field=CharField()),
            cause=Case(*causes, default=Value(""), output_field=CharField()),
        )
        .order_by()
        .values_list(
            "agency_id", "title", "holder_id", "holder_name", "dossier__procedure_version_id", "state", "cause"
        )
        .annotate(number=Count("id"))
    )
    found = list(rows)
    fields = procedures.fields_of(row[4] for row in found)
    return [_Group(a, t, h, name, fields.get(v, ""), state, cause, n) for a, t, h, name, v, state, cause, n in found]


def _lines(
    groups: list[_Group],
    key: Callable[[_Group], str | UUID | None],
    words: Callable[[_Group], str],
    filters: Callable[[_Group], Filters],
) -> list[QueueLine]:
    found: dict[str | UUID | None, QueueLine] = {}
    for group in groups:
        line = found.setdefault(key(group), QueueLine(key(group), words(group), {}, filters(group)))
        line.counts[group.state] = line.counts.get(group.state, 0) + group.number
    return sorted(found.values(), key=lambda line: (-line.late, -line.total, line.words))


def queues(actor: Actor) -> list[QueueLine]:
    """One's own queues by role and field: how many open steps each has. Three queries. Raises Denied."""
    DESK.require(actor)
    lanes = Q(pk__in=[])
    for agency, role in lanes_of(actor, Filters()):
        lanes |= Q(agency_id=agency, role=role)
    late = Q(Times(actor).state("late"))
    rows = list(
        narrowed(actor, Filters())
        .filter(lanes)
        .order_by()
        .values_list("role", "dossier__procedure_version_id")
        .annotate(number=Count("id"), late=Count("id", filter=late))
    )
    fields = procedures.fields_of(version for _role, version, _number, _late in rows)
    found: dict[tuple[str, str], Counter[str]] = {}
    for role, version, number, behind in rows:
        counts = found.setdefault((role, fields.get(version, "")), Counter())
        counts["late"] += behind
        counts["other"] += number - behind
    lines = [
        QueueLine(role, field, dict(counts), Filters(role=role, field=field)) for (role, field), counts in found.items()
    ]
    return sorted(lines, key=lambda line: (str(line.key), -line.late, -line.total, line.words))
