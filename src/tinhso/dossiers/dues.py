"""Cached due times after the working calendar changed: reckoned anew for every open dossier, in portions.

The truth never was stale: pages reckon it. What moves is the place in the queue, what is warned of, and what the board
counts. A change by whatever way renews the calendar's stamp (`places`), so a comparison of stamps finds it.
"""

from uuid import UUID

from django.db import transaction

from tinhso.dossiers import clocks, flow, opinions
from tinhso.dossiers.models import CLOSED, Dossier, DuesRefresh, Opinion, Step
from tinhso.dossiers.queries.inbox import prepare
from tinhso.places import queries as places

#: Dossiers in one transaction, and transactions in one run.
PORTION, PORTIONS = 200, 25


def refresh() -> bool:
    """Go on with what a change of the calendar asks for; whether more is to do. Repeatable, at any time."""
    stamp = places.calendar_stamp()
    return all(not _finished(stamp) for _portion in range(PORTIONS))


@transaction.atomic
def _finished(stamp: UUID | None) -> bool:
    """One portion. Whoever else is at it is waited for; a new stamp meanwhile begins from the first dossier again."""
    DuesRefresh.objects.get_or_create(only=1)
    state = DuesRefresh.objects.select_for_update().get(only=1)
    if state.stamp != stamp:
        state.stamp, state.after, state.finished = stamp, None, False
    if state.finished:
        return True
    dossiers = _next(state.after)
    _reckon(dossiers)
    state.after = dossiers[-1].id if dossiers else state.after
    state.finished = len(dossiers) < PORTION
    state.save()
    return state.finished


def _next(after: UUID | None) -> list[Dossier]:
    """Open dossiers by id; locked, so that no act writes between reading and writing."""
    rows = Dossier.objects.select_for_update(of=("self",)).exclude(phase__in=CLOSED).defer("data", "sources")
    return list((rows.filter(id__gt=after) if after is not None else rows).order_by("id")[:PORTION])


def _reckon(dossiers: list[Dossier]) -> None:
    prepare(dossiers)
    sheets: dict[UUID, list[Step]] = {}
    for step in Step.objects.filter(dossier__in=dossiers).order_by("number"):
        sheets.setdefault(step.dossier_id, []).append(step)
    moved: list[Dossier] = []
    steps: list[Step] = []
    for dossier in dossiers:
        dossier.sheet = sheets.get(dossier.id, [])
        due, place = clocks.due_at(dossier), clocks.queue_at(dossier)
        if due != dossier.due_at:
            dossier.due_at = due
            moved.append(dossier)
        for step in flow.open_steps(dossier):
            own = flow.step_due_at(dossier, step)
            if (own, place) != (step.due_at, step.sort_at):
                step.due_at, step.sort_at = own, place
                steps.append(step)
    Dossier.objects.bulk_update(moved, ["due_at"])
    Step.objects.bulk_update(steps, ["due_at", "sort_at"])
    asked = opinions.prepared(opinions.waiting().select_related("dossier").filter(dossier__in=dossiers))
    late = [opinion for opinion in asked if opinion.due_at != opinion.due]
    for opinion in late:
        opinion.due_at = opinion.due
    Opinion.objects.bulk_update(late, ["due_at"])
